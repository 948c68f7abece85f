import { counted } from "../model/counted.ts";
import type { MissingPart, TargetRecord, TargetTotals } from "../model/target-record.ts";
import { aligned } from "./columns.ts";
import { line, padded, type Line, type Piece, type Styles } from "./line.ts";

/** The line of a target: whether it is there, what it is, and how much was found. @param age if an earlier run read it */
export function targetLine(
  record: TargetRecord,
  found: string,
  nameWidth: number,
  color: Styles,
  age = "",
): Line {
  const { name, awsAccount, missing, result } = record;
  const isWhole = missing.length === 0;
  const [mark, text] =
    result === null
      ? [color.red("✗"), missing[0]?.error.message ?? ""]
      : [isWhole ? color.green("✓") : color.yellow("!"), found];
  const account = name === awsAccount ? "" : line`${awsAccount}  `;
  return line`  ${mark} ${padded(name, nameWidth)}  ${account}${text}${age === "" ? "" : line`   ${color.dim(`read ${age}`)}`}`;
}

/** The name with the number of its AWS account: others may have the same name. */
export function nameOf({ name, awsAccount }: Pick<TargetRecord, "name" | "awsAccount">): string {
  return name === awsAccount ? name : `${name} (${awsAccount})`;
}

/** How long ago that was. */
export function ageText(time: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(time)) / 60_000);
  if (minutes < 1) return "less than a minute ago";
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

/** How many targets an earlier run had read. */
export function resumedLines({ resumed }: TargetTotals): string[] {
  if (resumed === null) return [];
  const { targets, oldest } = resumed;
  return [`  ${counted(targets, "target")} from the resumed run, the first read ${ageText(oldest)}`];
}

/** Below a target's line: what of it is missing, and what is known about that. */
export function missingLines({ missing, result }: TargetRecord, color: Styles): Piece[] {
  return missing.flatMap((part) => [
    ...(result === null
      ? []
      : [line`      ${color.yellow("missing")}  ${placeOf(part)}: ${part.error.message}`]),
    ...aligned(
      part.error.facts.map(({ label, value }) => [label, value.split("\n")] as const),
      "          ",
    ),
    ...(part.error.hint === null ? [] : hintLines(part.error.hint)),
  ]);
}

/** The command that follows a hint with a colon is left to JSON: of a hundred targets it would be a hundred. */
function hintLines(hint: string): Piece[] {
  return hint
    .replace(/:$/, ".")
    .split("\n")
    .map((text) => line`          ${text}`);
}

/** Lines of a plan below a target's line, their signs in color again. */
export function shownLines({ shown = [] }: TargetRecord, color: Styles): Piece[] {
  const paints = { "+": color.green, "-": color.red, "~": color.yellow, "!": color.red };
  return shown.map((text) => {
    const [, before = "", sign = "", rest = ""] = /^( *)([-+~!])( .*)$/s.exec(text) ?? [];
    const paint = Object.entries(paints).find(([one]) => one === sign)?.[1];
    return paint === undefined ? text : line`${before}${paint(sign)}${rest}`;
  });
}

/** The region, or the cluster, that is missing. */
export function placeOf({ region, cluster }: MissingPart): string {
  if (cluster === null) return `region ${region ?? ""}`;
  return region === null ? `cluster ${cluster}` : `cluster ${cluster} in ${region}`;
}

/** AWS accounts that are not covered, and why. */
export function leftOutLines(
  accounts: readonly { readonly awsAccount: string; readonly name: string; readonly state: string }[],
  color: Styles,
): Line[] {
  return accounts.map(
    ({ awsAccount, name, state }) =>
      line`  ${color.yellow("!")} AWS account ${awsAccount} (${name}) is left out: its state is ${state}`,
  );
}

/** The end of an answer: how many targets there are, whole, in part, or not at all. */
export function totalsText({ targets, complete, partial, missing }: TargetTotals): string {
  const parts = [
    `${complete} complete`,
    ...(partial > 0 ? [`${partial} incomplete`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
  ];
  return `${counted(targets, "target")}: ${parts.join(", ")}`;
}
