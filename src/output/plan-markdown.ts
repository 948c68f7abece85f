import type { ClusterRef } from "../model/arn.ts";
import { planDigest, type Note, type Plan } from "../model/plan.ts";
import { stylesOf, type Piece, type Styles } from "./line.ts";
import { fence, fencedLines, md, type Markdown } from "./markdown.ts";
import { headerLines, planLines, type PlanHeader } from "./plan-text.ts";
import { shellCommand } from "./shell.ts";
import { TextBlock } from "./text-block.ts";

/** A plan that was only shown, for the page of a pull request. */
export interface ShownPlan {
  readonly plan: Plan;
  readonly cluster: ClusterRef;
  readonly header: PlanHeader;
  /** The plan in short, as a terminal shows it. */
  readonly lines: (color: Styles) => readonly Piece[];
}

/** A forge takes 65,536 characters for a comment; what is more of a part is only counted. */
const ROOM = { short: 20_000, whole: 25_000, notes: 20 };

/**
 * A plan as a comment in Markdown: in short, and folded every object with its attributes. The first line tells programs
 * which cluster it is about, and the digest.
 */
export function planMarkdown({ plan, cluster, header, lines }: ShownPlan): TextBlock {
  const plain = stylesOf(0);
  const isEmpty = plan.changes.length === 0;
  return TextBlock.of([
    md`<!-- irsa-plan ${cluster.arn} ${planDigest(plan)} -->`,
    md`### irsa plan: ${cluster.name}${isEmpty ? md` — no changes` : md``}`,
    md``,
    ...fencedLines(fitting(lines(plain), ROOM.short), "diff"),
    ...notesList(plan.notes),
    ...(isEmpty ? [] : folded(md`Every object`, fitting(planLines(plan, plain, false), ROOM.whole), "diff")),
    ...folded(md`Caller and cluster`, headerLines(header, plain), ""),
  ]);
}

/** Lines that are shown when someone asks for them. */
export function folded(title: Markdown, lines: readonly Piece[], language: "diff" | ""): Markdown[] {
  return [
    md``,
    md`<details><summary>${title}</summary>`,
    md``,
    ...fencedLines(lines, language),
    md``,
    md`</details>`,
  ];
}

/** As many of the lines as there is room for. @param where the others can be read */
export function fitting(
  lines: readonly Piece[],
  room: number,
  where = "which the log of the job has",
): readonly Piece[] {
  let used = 0;
  const end = lines.findIndex((line) => (used += String(line).length + 1) > room);
  if (end === -1) return lines;
  return [...lines.slice(0, end), `  … and ${lines.length - end} more lines, ${where}`];
}

/** What is to be known before the plan is approved. */
export function notesList(notes: readonly Note[]): Markdown[] {
  const more = notes.length - ROOM.notes;
  const shown = notes
    .slice(0, ROOM.notes)
    .flatMap(({ level, message, command }) => [
      md``,
      level === "warning" ? md`**Warning:** ${message}` : md`Note: ${message}`,
      ...(command === undefined ? [] : [md``, ...fence(shellCommand(command))]),
    ]);
  return more > 0 ? [...shown, md``, md`… and ${more} more notes, which the log of the job has`] : shown;
}
