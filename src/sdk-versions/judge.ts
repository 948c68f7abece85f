import { SDKS, type Minimum, type Sdk } from "./sdks.ts";
import { UNAWARE_SDKS } from "./unaware-sdks.ts";
import type { StatedVersion, UsedPackage } from "./used-package.ts";
import { majorOf, orderAgainst } from "./version-order.ts";
import type { WayName } from "../model/way.ts";

/** What a package's version means for one way to credentials. */
export type Verdict = "new-enough" | "too-old" | "unknown" | "none-named";

/** A package of an AWS SDK. */
export interface SdkPackage {
  readonly sdk: Sdk;
  /** It is none of those that carry the credential chain, and shows only that the SDK is there. */
  readonly isFamily: boolean;
  readonly type: string;
  readonly name: string;
  readonly version: StatedVersion;
  /** From 1; `undefined` where the file has no lines to speak of. */
  readonly line: number | undefined;
  readonly groups?: readonly string[];
}

/** A package of an AWS SDK, judged. */
export interface JudgedPackage extends SdkPackage {
  readonly verdicts: readonly {
    readonly way: WayName;
    readonly verdict: Verdict;
    readonly needs: Minimum;
  }[];
}

/** Judges what one file lists of AWS SDKs, in its order; doubles once, and of an SDK's family none where its core is listed. */
export function judgePackages(packages: readonly SdkPackage[], ways: readonly WayName[]): JudgedPackage[] {
  const withCore = new Set(packages.filter(({ isFamily }) => !isFamily).map(({ sdk }) => sdk));
  const judged = packages
    .filter(({ sdk, isFamily }) => !isFamily || !withCore.has(sdk))
    .map((one) => ({ ...one, verdicts: ways.map((way) => ({ way, ...judge(one, way) })) }));
  return [...new Map(judged.map((one) => [`${one.name}\n${one.version.text}\n${one.line}`, one])).values()];
}

/** SDKs that can't do IRSA for want of a package beside them, with what would fix it, in a file that lists all names. */
export function missingCompanions(
  packages: readonly SdkPackage[],
  present: ReadonlySet<string>,
): { sdk: Sdk; companion: string }[] {
  const sdks = new Set(packages.map(({ sdk }) => sdk));
  return [...sdks].flatMap((sdk) => {
    const [companion] = sdk.companions ?? [];
    const found = sdk.companions?.some((one) => present.has(one.toLowerCase()));
    return companion === undefined || found === true ? [] : [{ sdk, companion }];
  });
}

/** Names of packages that an SDK needs beside it, in lower case. */
export const COMPANIONS: ReadonlySet<string> = new Set(
  SDKS.flatMap(({ companions = [] }) => companions).map((name) => name.toLowerCase()),
);

/** The SDK that a package is of, and whether it is one of those that its version is told by. */
export function sdkOf(used: UsedPackage): { readonly sdk: Sdk; readonly isFamily: boolean } | undefined {
  const major = majorOf(used.version.from ?? used.version.to?.version ?? "", used.type);
  const unaware = UNAWARE_SDKS.filter((sdk) => isOf(sdk.packages, used) && (sdk.major ?? major) === major);
  const aware = SDKS.filter((sdk) => isOf(sdk.packages, used) && isOfMajor(sdk, major));
  const [sdk, other] = [...unaware, ...aware];
  // `aws-sdk` is a package of npm and a gem.
  if (sdk !== undefined) return { sdk, isFamily: used.type === "any" && other !== undefined };
  const relative = SDKS.find(({ family }) => family !== undefined && isOf(family.packages, used));
  return relative && { sdk: relative, isFamily: true };
}

/** A package without a version may be of any. */
function isOfMajor({ major: own }: Sdk, major: number | undefined): boolean {
  return own === undefined || major === undefined || own === major;
}

/** An SBOM may name a package and not of which ecosystem it is. */
function isOf(packages: Sdk["packages"], { type, name }: UsedPackage): boolean {
  const wanted = name.toLowerCase();
  return packages.some(
    ([ofType, pattern]) => (type === ofType || type === "any") && matches(wanted, pattern.toLowerCase()),
  );
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function judge(
  { sdk, isFamily, version, type }: SdkPackage,
  way: WayName,
): { verdict: Verdict; needs: Minimum } {
  const needs = sdk.needs[way];
  if (needs === "none-named") return { verdict: "none-named", needs };
  if (isFamily) {
    const enough = sdk.family?.enough[way];
    const isEnough = enough !== undefined && judgeBounds(version, enough, type) === "new-enough";
    return { verdict: isEnough ? "new-enough" : "unknown", needs };
  }
  if (needs === "every-version") return { verdict: "new-enough", needs };
  if (needs === "never") return { verdict: judgeNever(version, sdk, type), needs };
  return { verdict: judgeBounds(version, needs.version, type), needs };
}

/** No version will do; only if the next major version is allowed too it can't be determined. */
function judgeNever(version: StatedVersion, { major }: Sdk, type: string): Verdict {
  if (major === undefined) return "too-old";
  const verdict = judgeBounds(version, `${major + 1}.0.0`, type);
  return verdict === "new-enough" ? "unknown" : verdict;
}

/** Whether all versions that are allowed are older. */
export function isOlder(version: StatedVersion, minimum: string, type: string): boolean {
  return judgeBounds(version, minimum, type) === "too-old";
}

function judgeBounds({ from, to }: StatedVersion, minimum: string, type: string): Verdict {
  if (from !== undefined && orderAgainst(from, minimum, type) === "not-older") return "new-enough";
  if (to === undefined) return "unknown";
  if (orderAgainst(to.version, minimum, type) === "older") return "too-old";
  const excluded = !to.included && orderAgainst(minimum, to.version, type) === "not-older";
  return excluded ? "too-old" : "unknown";
}
