import { unstated, type UsedPackage } from "../used-package.ts";
import { COMPOSER_RANGES, rangeBounds } from "./declared.ts";
import type { Reader } from "./reader.ts";

/** `gem "aws-sdk-s3", "~> 1.0", require: false`; in a gemspec `spec.add_dependency "aws-sdk-s3", "~> 1"`. */
const GEM = /^\s*(?:gem|\w+\.add_(?:runtime_)?dependency)[\s(]+(["'])([^"']+)\1(?:\s*,\s*(["'])([^"']*)\3)?/;

/**
 * What a Ruby project asks for, as far as its lines say it: a Gemfile is a program. Source: Bundler, "Gemfile".
 */
export const gemfile: Reader = {
  format: "Gemfile",
  ecosystem: "gem",
  fileName: /^(Gemfile|gems\.rb)$|\.gemspec$/,
  mayBeEmpty: true,
  looksLike: () => false,
  read: (text) => ({ packages: text.split("\n").flatMap(readLine), complete: false, isDeclaration: true }),
};

function readLine(line: string, index: number): UsedPackage[] {
  const [, , name, , range] = GEM.exec(line) ?? [];
  if (name === undefined) return [];
  const version = range === undefined ? unstated("no version given") : rangeBounds(range, COMPOSER_RANGES);
  return [{ type: "gem", name, version, place: { line: index + 1 } }];
}
