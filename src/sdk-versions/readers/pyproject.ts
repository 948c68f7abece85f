import { unstated, type UsedPackage } from "../used-package.ts";
import { NPM_RANGES, rangeBounds } from "./declared.ts";
import { isObject, textAt } from "./json.ts";
import { pypiName, specifierBounds } from "./pep440.ts";
import type { Reader } from "./reader.ts";
import { readToml } from "./toml.ts";

/**
 * What a Python project asks for, by PEP 621 or in Poetry's tables, less groups that are for development or optional.
 * Sources: PEP 621; Poetry docs, "The pyproject.toml file".
 */
export const pyproject: Reader = {
  format: "pyproject.toml",
  ecosystem: "pypi",
  fileName: /^pyproject\.toml$/,
  mayBeEmpty: true,
  looksLike: (text) => /^\[(project|tool\.poetry)\]\s*$/m.test(text),
  read: (text) => {
    const { project, tool } = readToml(text);
    const poetry = isObject(tool) && isObject(tool["poetry"]) ? tool["poetry"] : {};
    const groups = isObject(poetry["group"]) ? Object.entries(poetry["group"]) : [];
    const optionalGroups = groups.filter(([, group]) => isObject(group) && group["optional"] === true);
    const tables = [poetry, ...groups.map(([, group]) => group).filter(isObject)];
    const kept = tables.filter((table) => table["optional"] !== true);
    return {
      packages: [...ofProject(project), ...kept.flatMap((table) => ofTable(table["dependencies"]))],
      complete: false,
      isDeclaration: true,
      optionalGroups: optionalGroups.map(([name]) => name),
    };
  },
};

/** Pipenv's declaration, less `dev-packages`. Source: Pipenv docs, "Pipfile & Pipfile.lock". */
export const pipfile: Reader = {
  format: "Pipfile",
  ecosystem: "pypi",
  fileName: /^Pipfile$/,
  mayBeEmpty: true,
  looksLike: () => false,
  read: (text) => ({ packages: ofTable(readToml(text)["packages"]), complete: false, isDeclaration: true }),
};

/** Requirements of PEP 508, those of extras too. */
function ofProject(project: unknown): UsedPackage[] {
  if (!isObject(project)) return [];
  const extras = isObject(project["optional-dependencies"])
    ? Object.values(project["optional-dependencies"])
    : [];
  return [project["dependencies"], ...extras]
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .filter((one) => typeof one === "string")
    .flatMap(ofRequirement);
}

/** A requirement in a list: `boto3[crt]>=1.26 ; python_version > "3"`. */
function ofRequirement(text: string): UsedPackage[] {
  const [, name, after = ""] =
    /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;]*)/.exec(text) ?? [];
  if (name === undefined) return [];
  const version = specifierBounds(after.replace(/^\((.*)\)$/, "$1").trim());
  return [
    {
      type: "pypi",
      name: pypiName(name),
      version: version ?? unstated("its version is not given here"),
      place: { marks: [text.split("\n")[0] ?? ""] },
    },
  ];
}

/** `name = "^1.2"` or a table with `version`; Python itself is in Poetry's. */
function ofTable(table: unknown): UsedPackage[] {
  if (!isObject(table)) return [];
  return Object.entries(table).flatMap(([name, wanted]): UsedPackage[] =>
    name === "python"
      ? []
      : [{ type: "pypi", name: pypiName(name), version: versionOf(wanted), place: { marks: [`\n${name}`] } }],
  );
}

function versionOf(wanted: unknown): UsedPackage["version"] {
  const text = typeof wanted === "string" ? wanted : isObject(wanted) ? textAt(wanted, "version") : undefined;
  if (text === undefined) return unstated("its version is not given here");
  return specifierBounds(text) ?? rangeBounds(text, NPM_RANGES);
}
