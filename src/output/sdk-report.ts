import { line, type Line, type Piece, type Styles } from "./line.ts";
import { json } from "./json.ts";
import type { TextBlock } from "./text-block.ts";
import { isTooOld, isUnknown, type ExaminedFile } from "../sdk-versions/examine.ts";
import type { JudgedPackage } from "../sdk-versions/judge.ts";
import { SOURCES, type Minimum, type Way } from "../sdk-versions/sdks.ts";
import { table } from "./columns.ts";

/** A file with what was found in it. */
export interface SdkFile extends ExaminedFile {
  readonly path: string;
}

const WAY_NAMES: Readonly<Record<Way, string>> = { irsa: "IRSA", "pod-identity": "Pod Identity" };

/** What was found, file by file, and the sum. */
export function sdkReportLines(files: readonly SdkFile[], ways: readonly Way[], colour: Styles): Piece[] {
  const withSdks = files.filter(({ packages }) => packages.length > 0);
  const packages = withSdks.flatMap((file) => file.packages);
  const counted = `${count(packages.length, "package")} of AWS SDKs in ${count(files.length, "file")}`;
  const old = packages.filter(isTooOld).length;
  const unknown = packages.filter(isUnknown).length;
  if (packages.length === 0) return [`  No AWS SDK in ${count(files.length, "file")}.`];
  return [
    ...withSdks.flatMap((file) => [...fileLines(file, colour), ""]),
    `  ${counted}: ${old} too old${unknown === 0 ? "" : `, ${unknown} can't be told`}`,
    ...(old === 0
      ? []
      : ways.map((way) => line`  ${colour.dim(`Versions for ${WAY_NAMES[way]}: ${SOURCES[way]}`)}`)),
  ];
}

/** The same as versioned JSON (docs/json.md). */
export function sdkReportJson(
  files: readonly SdkFile[],
  ways: readonly Way[],
  unreadable: readonly { readonly where: string; readonly problem: string }[],
): TextBlock {
  const packages = files.flatMap(({ path, packages }) => packages.map((one) => packageJson(path, one)));
  const warnings = files.flatMap(({ path, lacking }) =>
    lacking.map(({ sdk, companion }) => ({
      file: path,
      code: "package-lacking",
      sdk: sdk.id,
      package: companion,
    })),
  );
  const summary = {
    files: files.length,
    packages: packages.length,
    tooOld: files.flatMap((file) => file.packages).filter(isTooOld).length,
    unknown: files.flatMap((file) => file.packages).filter(isUnknown).length,
  };
  const problems = unreadable.map(({ where, problem }) => ({ file: where, problem }));
  const sources = Object.fromEntries(ways.map((way) => [way, SOURCES[way]]));
  return json({ schemaVersion: 1, summary, packages, warnings, unreadable: problems, sources });
}

function packageJson(file: string, { sdk, type, name, version, line, verdicts }: JudgedPackage): object {
  return {
    file,
    line: line ?? null,
    type,
    name,
    version: version.text,
    sdk: sdk.id,
    verdicts: Object.fromEntries(
      verdicts.map(({ way, verdict, needs }) => [
        way,
        {
          verdict,
          needs: typeof needs === "string" ? null : needs.version,
          ...(typeof needs !== "string" && needs.release !== undefined && { release: needs.release }),
        },
      ]),
    ),
  };
}

function fileLines({ path, packages, lacking }: SdkFile, colour: Styles): Piece[] {
  const rows = grouped(packages).map(([first, ...same]) => [
    painted(mark(first), colour),
    `${first.name} ${first.version.text}${same.length === 0 ? "" : ` and ${same.length} more`}`,
    first.line === undefined ? "" : `line ${first.line}`,
    tidings(first),
  ]);
  return [
    line`  ${colour.bold(path)}`,
    ...table(rows, "    "),
    ...lacking.map(
      ({ sdk, companion }) =>
        line`    ${colour.yellow("!")}  ${sdk.name} needs ${companion} beside it for IRSA, which is not listed`,
    ),
  ];
}

/** Packages of one SDK and version, which many have dozens of, are told once; the worst first. */
function grouped(packages: readonly JudgedPackage[]): [JudgedPackage, ...JudgedPackage[]][] {
  const groups = new Map<string, [JudgedPackage, ...JudgedPackage[]]>();
  for (const one of packages) {
    const key = `${one.sdk.id}\n${one.version.text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].toSorted(([left], [right]) => weight(right) - weight(left));
}

function weight(judged: JudgedPackage): number {
  return isTooOld(judged) ? 2 : isUnknown(judged) ? 1 : 0;
}

function painted(sign: Mark, colour: Styles): Line {
  return { "✗": colour.red, "?": colour.yellow, "✓": colour.green }[sign](sign);
}

type Mark = "✗" | "?" | "✓";

function mark(judged: JudgedPackage): Mark {
  return isTooOld(judged) ? "✗" : isUnknown(judged) ? "?" : "✓";
}

function tidings(judged: JudgedPackage): string {
  const old = judged.verdicts.filter(({ verdict }) => verdict === "too-old");
  const unknown = judged.verdicts.filter(({ verdict }) => verdict === "unknown");
  const need = ({ way, needs }: { way: Way; needs: Minimum }): string =>
    `${WAY_NAMES[way]} (needs ${minimumText(needs)})`;
  const parts = [
    ...(old.length === 0 ? [] : [`too old for ${old.map(need).join(" and ")}`]),
    ...(unknown.length === 0 ? [] : [`can't be told for ${unknown.map(need).join(" and ")}`]),
  ];
  return parts.length === 0 ? "new enough" : parts.join(", ");
}

function minimumText(needs: Minimum): string {
  if (typeof needs === "string") return needs;
  return needs.release === undefined ? needs.version : `${needs.version} of ${needs.release}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
