import { exactly, unstated, type StatedVersion } from "../used-package.ts";

/** Characters of a version or range. */
const LONGEST = 1_000;

/** A literal version, or a range as `[2.20,3.0)`, as Maven, Gradle and NuGet write it. */
export function mavenRange(text: string): StatedVersion {
  if (text.length > LONGEST) return unstated("its version is not given here");
  if (text.includes("${") || text.includes("$(")) return unstated(text);
  const [, opening, from, comma, to, closing] = /^([[(\]])([^,\])]*)(,?)([^\])]*)([\])[])$/.exec(text) ?? [];
  if (opening === undefined) return exactly(text);
  if (comma === "") return { ...exactly(from?.trim() ?? ""), text };
  return {
    text,
    ...(from !== undefined && from.trim() !== "" && { from: from.trim() }),
    ...(to !== undefined && to.trim() !== "" && { to: { version: to.trim(), included: closing === "]" } }),
  };
}
