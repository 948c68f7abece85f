import { counted } from "../model/counted.ts";
import { line, type Line, type Piece, type Styles } from "./line.ts";
import { camelCase } from "./camel-case.ts";
import type { ExaminedFile } from "../sdk-versions/examined-file.ts";
import { isTooOld, isUnknown } from "../sdk-versions/examine.ts";
import { grouped as groupedBy } from "../model/grouped.ts";
import { Failure, type Fact } from "../model/failure.ts";
import { isOlder, type JudgedPackage } from "../sdk-versions/judge.ts";
import { SOURCES, type Minimum, type Sdk } from "../sdk-versions/sdks.ts";
import { table } from "./columns.ts";
import type { WayName } from "../model/way.ts";

/** A file that was not judged, and why. */
interface UnreadFile {
  readonly path: string;
  readonly reason: string;
  readonly problem: string;
}

const WAY_NAMES: Readonly<Record<WayName, string>> = {
  irsa: "IRSA",
  "pod-identity": "Pod Identity",
};
/** How many files with the same problem are listed. */
const SHOWN_FILES = 10;

/** What was found, file by file, and the sum. */
export function sdkReportLines(
  files: readonly ExaminedFile[],
  ways: readonly WayName[],
  unread: number,
  color: Styles,
): Piece[] {
  const withSdks = files.filter(({ packages }) => packages.length > 0);
  const packages = withSdks.flatMap((file) => file.packages);
  const read = `${counted(files.length, "file")} read: ${formatsText(files)}`;
  const notRead = unread === 0 ? [] : [line`  ${color.yellow("!")}  ${unreadText(unread)}`];
  const direct = directOnly(files).map((text) => line`  ${color.dim(text)}`);
  if (packages.length === 0) return [`  No AWS SDK in ${read}`, ...direct, ...notRead];
  const old = packages.filter(isTooOld).length;
  const unknown = packages.filter(isUnknown).length;
  return [
    ...withSdks.flatMap((file) => [...fileLines(file, color), ""]),
    `  ${counted(packages.length, "AWS SDK package")}: ${old} too old${unknown === 0 ? "" : `, ${unknown} unknown`}`,
    `  ${read}`,
    ...direct,
    ...notRead,
    ...(old === 0
      ? []
      : ways.map((way) => line`  ${color.dim(`Versions for ${WAY_NAMES[way]}: ${SOURCES[way]}`)}`)),
  ];
}

/** What was not read, as an error: files with the same problem together. */
export function unreadFailure(unread: readonly UnreadFile[]): Failure | undefined {
  const [first, ...more] = unread;
  if (first === undefined) return undefined;
  if (more.length === 0) return new Failure("input", "file-not-read", `${first.path} ${first.problem}`);
  const byProblem = groupedBy(unread, ({ problem }) => problem);
  const facts = [...byProblem].flatMap(([problem, same]): Fact[] => [
    ...same.slice(0, SHOWN_FILES).map(({ path }): Fact => [path, problem]),
    ...(same.length > SHOWN_FILES
      ? [["", `… and ${same.length - SHOWN_FILES} more (use -o json to list all)`] as const]
      : []),
  ]);
  return new Failure("input", "file-not-read", unreadText(unread.length), { facts });
}

function unreadText(unread: number): string {
  return `${counted(unread, "file")} ${unread === 1 ? "was" : "were"} not read`;
}

/** `3 package-lock.json, 11 go.mod`, the most first. */
function formatsText(files: readonly ExaminedFile[]): string {
  return Object.entries(formatsOf(files))
    .toSorted(([, left], [, right]) => right - left)
    .map(([format, number]) => `${number} ${format}`)
    .join(", ");
}

function formatsOf(files: readonly ExaminedFile[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { format } of files) counts[format] = (counts[format] ?? 0) + 1;
  return counts;
}

/** Kinds of files that leave out transitive dependencies. */
function directOnly(files: readonly ExaminedFile[]): string[] {
  const formats = [...new Set(files.filter(({ isComplete }) => !isComplete).map(({ format }) => format))];
  if (formats.length === 0) return [];
  return [`${formats.join(", ")}: direct dependencies only; scan an SBOM of the image to include all`];
}

/** The same as the result in JSON (docs/json.md). */
export function sdkReportResult(
  files: readonly ExaminedFile[],
  ways: readonly WayName[],
  unread: readonly UnreadFile[],
): object {
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
    unread: unread.length,
    formats: Object.entries(formatsOf(files)).map(([format, count]) => ({ format, files: count })),
  };
  const problems = unread.map(({ path, reason, problem }) => ({ file: path, problem, reason }));
  const sources = Object.fromEntries(ways.map((way) => [camelCase(way), SOURCES[way]]));
  const read = files.map(({ path, format }) => ({ file: path, format }));
  return { summary, files: read, packages, warnings, unreadable: problems, sources };
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
        camelCase(way),
        {
          verdict: camelCase(verdict),
          needs: typeof needs === "string" ? null : needs.version,
          never: needs === "never",
          release: typeof needs === "string" ? null : (needs.release ?? null),
        },
      ]),
    ),
  };
}

function fileLines({ path, packages, lacking }: ExaminedFile, color: Styles): Piece[] {
  const rows = grouped(packages).map(([first, ...same]) => [
    painted(mark(first), color),
    `${first.name} ${first.version.text}${same.length === 0 ? "" : ` and ${same.length} more`}`,
    first.line === undefined ? "" : `line ${first.line}`,
    verdictText(first),
  ]);
  return [
    line`  ${color.bold(path)}`,
    ...table(rows, "    "),
    ...lacking.map(
      ({ sdk, companion }) =>
        line`    ${color.yellow("!")}  ${sdk.name} needs ${companion} for IRSA, which is not listed`,
    ),
  ];
}

/** Packages of one SDK and version, which many have dozens of, are reported once; the worst first. */
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

function painted(sign: Mark, color: Styles): Line {
  return { "✗": color.red, "?": color.yellow, "✓": color.green }[sign](sign);
}

type Mark = "✗" | "?" | "✓";

function mark(judged: JudgedPackage): Mark {
  return isTooOld(judged) ? "✗" : isUnknown(judged) ? "?" : "✓";
}

function verdictText(judged: JudgedPackage): string {
  const never = judged.verdicts.filter(({ verdict, needs }) => verdict === "too-old" && needs === "never");
  if (never.length > 0)
    return `too old: ${judged.sdk.name} never supported ${never.map(({ way }) => WAY_NAMES[way]).join(" or ")}; use ${judged.sdk.replacedBy}`;
  const old = judged.verdicts.filter(({ verdict }) => verdict === "too-old");
  const unknown = judged.verdicts.filter(({ verdict }) => verdict === "unknown");
  const need = ({ way, needs }: { way: WayName; needs: Minimum }): string =>
    typeof needs === "string" ? WAY_NAMES[way] : `${WAY_NAMES[way]} (needs ${minimumText(needs, judged)})`;
  const parts = [
    ...(old.length === 0 ? [] : [`too old for ${old.map(need).join(" and ")}`]),
    ...(unknown.length === 0 ? [] : [`unknown for ${unknown.map(need).join(" and ")}`]),
  ];
  if (parts.length === 0) return "new enough";
  return judged.isFamily && unknown.length > 0
    ? `${parts.join(", ")}: ${coreOf(judged.sdk)} is not listed`
    : parts.join(", ");
}

/** The package by which an SDK's version is told. */
function coreOf({ packages, name }: Sdk): string {
  return packages[0]?.[1] ?? name;
}

function minimumText(
  needs: Exclude<Minimum, string>,
  { version, type, sdk, isFamily }: JudgedPackage,
): string {
  if (isFamily) return `${coreOf(sdk)} ${needs.version}`;
  const { unawareBefore, release } = needs;
  const isUnaware = unawareBefore !== undefined && isOlder(version, unawareBefore, type);
  if (isUnaware) return `${needs.version}; versions before ${unawareBefore} don't support web identity`;
  return release === undefined ? needs.version : `${needs.version} of ${release}`;
}
