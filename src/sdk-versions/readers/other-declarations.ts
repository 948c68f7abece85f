import { unstated, type UsedPackage } from "../used-package.ts";
import { CARGO_RANGES, COMPOSER_RANGES, rangeBounds } from "./declared.ts";
import { isObject, readJsonObject, textAt } from "./json.ts";
import type { Reader } from "./reader.ts";
import { readToml } from "./toml.ts";

/** What a Rust project asks for, less `dev-dependencies` and `build-dependencies`. Source: The Cargo Book, "Specifying Dependencies". */
export const cargoToml: Reader = {
  format: "Cargo.toml",
  ecosystem: "cargo",
  fileName: /^Cargo\.toml$/,
  looksLike: () => false,
  read: (text) => {
    const { dependencies, target, workspace } = readToml(text);
    const targets = isObject(target) ? Object.values(target).filter(isObject) : [];
    const shared = isObject(workspace) ? [workspace["dependencies"]] : [];
    const tables = [dependencies, ...shared, ...targets.map((one) => one["dependencies"])];
    return { packages: tables.flatMap(ofCargoTable), complete: false, isDeclaration: true };
  },
};

function ofCargoTable(table: unknown): UsedPackage[] {
  if (!isObject(table)) return [];
  return Object.entries(table).map(([key, wanted]) => {
    const text =
      typeof wanted === "string" ? wanted : isObject(wanted) ? textAt(wanted, "version") : undefined;
    return {
      type: "cargo",
      name: (isObject(wanted) ? textAt(wanted, "package") : undefined) ?? key,
      version:
        text === undefined ? unstated("its version is not given here") : rangeBounds(text, CARGO_RANGES),
      place: { marks: [`\n${key}`] },
    };
  });
}

/** What a PHP project asks for, less `require-dev`. Source: Composer docs, "The composer.json schema". */
export const composerJson: Reader = {
  format: "composer.json",
  ecosystem: "composer",
  fileName: /^composer\.json$/,
  looksLike: () => false,
  read: (text) => {
    const { require: wanted } = readJsonObject(text);
    const packages = Object.entries(isObject(wanted) ? wanted : {}).map(([name, range]) => ({
      type: "composer",
      name,
      version: rangeBounds(typeof range === "string" ? range : "", COMPOSER_RANGES),
      place: { marks: [`"require"`, JSON.stringify(name)] },
    }));
    return { packages, complete: false, isDeclaration: true };
  },
};
