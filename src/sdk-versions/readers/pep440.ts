import { unstated, type StatedVersion } from "../used-package.ts";

const SPECIFIER = /^(===|==|~=|!=|<=|>=|<|>)\s*([^\s,]+)$/;

/** A name of PyPI as all its spellings are compared. Source: PEP 503. */
export function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** The bounds of specifiers as `>=1.2,<2`; `undefined` if they are not valid ones. Source: PEP 440. */
export function specifierBounds(specifiers: string): StatedVersion | undefined {
  if (specifiers.trim() === "" || specifiers.trim() === "*") return unstated("no version given");
  let bounds: Omit<StatedVersion, "text"> = {};
  for (const one of specifiers.split(",").filter((each) => each.trim() !== "")) {
    const [, operator, version] = SPECIFIER.exec(one.trim()) ?? [];
    if (operator === undefined || version === undefined) return undefined;
    bounds = { ...bounds, ...boundOf(operator, version) };
  }
  const text = /^===?[^,*]+$/.test(specifiers) ? specifiers.replace(/^=+\s*/, "") : specifiers;
  return { ...bounds, text };
}

function boundOf(operator: string, version: string): Omit<StatedVersion, "text"> {
  const plain = version.replace(/\.\*$/, "");
  switch (operator) {
    case "==":
    case "===":
      return plain === version
        ? { from: version, to: { version, included: true } }
        : { from: plain, to: { version: successor(plain.split(".")), included: false } };
    case "~=":
      return { from: version, to: { version: successor(version.split(".").slice(0, -1)), included: false } };
    case ">=":
    case ">":
      return { from: version };
    case "<":
      return { to: { version, included: false } };
    case "<=":
      return { to: { version, included: true } };
    default:
      return {};
  }
}

/** The first version that is beyond all that begin with these numbers: 1.26 → 1.27. */
export function successor(numbers: readonly string[]): string {
  return numbers.map((one, i) => (i === numbers.length - 1 ? `${Number(one) + 1}` : one)).join(".");
}
