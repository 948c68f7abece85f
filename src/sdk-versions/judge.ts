import { SDKS, type Minimum, type Sdk, type Way } from "./sdks.ts";
import { lineFinder, type StatedVersion, type UsedPackage } from "./used-package.ts";
import { majorOf, orderAgainst } from "./version-order.ts";

/** What a package's version means for one way to credentials. */
export type Verdict = "new-enough" | "too-old" | "unknown" | "none-named";

/** What a file says that is used, and whether it lists what its packages need in turn. */
export interface Listing {
  readonly packages: readonly UsedPackage[];
  readonly complete: boolean;
}

/** A package of an AWS SDK, judged. */
export interface JudgedPackage {
  readonly sdk: Sdk;
  readonly type: string;
  readonly name: string;
  readonly version: StatedVersion;
  /** From 1; `undefined` where the file has no lines to speak of. */
  readonly line: number | undefined;
  readonly verdicts: readonly { readonly way: Way; readonly verdict: Verdict; readonly needs: Minimum }[];
}

/** The packages of AWS SDKs in a listing, each judged, in the order of the listing; doubles once. */
export function judgeListing({ packages }: Listing, text: string, ways: readonly Way[]): JudgedPackage[] {
  const lineOf = lineFinder(text);
  const judged = packages.flatMap((used) => {
    const sdk = sdkOf(used);
    if (sdk === undefined) return [];
    const verdicts = ways.map((way) => ({ way, ...judge(used, sdk.needs[way]) }));
    const { type, name, version } = used;
    return [{ sdk, type, name, version, line: lineOf(used.place), verdicts }];
  });
  return [...new Map(judged.map((one) => [`${one.name}\n${one.version.text}\n${one.line}`, one])).values()];
}

/** SDKs in a complete listing that can't do IRSA for want of a package beside them, with what would mend it. */
export function missingCompanions({ packages, complete }: Listing): { sdk: Sdk; companion: string }[] {
  if (!complete) return [];
  const sdks = new Set(packages.map(sdkOf).filter((sdk) => sdk !== undefined));
  const present = new Set(packages.map(({ name }) => name.toLowerCase()));
  return [...sdks].flatMap((sdk) => {
    const [companion] = sdk.companions ?? [];
    const found = sdk.companions?.some((one) => present.has(one.toLowerCase()));
    return companion === undefined || found === true ? [] : [{ sdk, companion }];
  });
}

function sdkOf({ type, name, version }: UsedPackage): Sdk | undefined {
  const wanted = name.toLowerCase();
  return SDKS.find(
    ({ packages, major }) =>
      packages.some(([ofType, pattern]) => ofType === type && matches(wanted, pattern.toLowerCase())) &&
      (major === undefined || major === majorOf(version.from ?? version.to?.version ?? "1", type)),
  );
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function judge({ version, type }: UsedPackage, needs: Minimum): { verdict: Verdict; needs: Minimum } {
  if (needs === "every-version") return { verdict: "new-enough", needs };
  if (needs === "none-named") return { verdict: "none-named", needs };
  return { verdict: judgeBounds(version, needs.version, type), needs };
}

function judgeBounds({ from, to }: StatedVersion, minimum: string, type: string): Verdict {
  if (from !== undefined && orderAgainst(from, minimum, type) === "not-older") return "new-enough";
  if (to === undefined) return "unknown";
  if (orderAgainst(to.version, minimum, type) === "older") return "too-old";
  const excluded = !to.included && orderAgainst(minimum, to.version, type) === "not-older";
  return excluded ? "too-old" : "unknown";
}
