import { isBeforeFirstRead } from "../watch/source-health.ts";
import { tally } from "../watch/tally.ts";
import { chainLines } from "./chain-text.ts";
import { table } from "./columns.ts";
import { joined, line, toLine, type Line, type Piece, type Styles } from "./line.ts";
import { remedyLines } from "./remedy-text.ts";
import { unknownLines, verdictText, severityText, timedEvent, watchSummary } from "./watch-text.ts";
import {
  entriesOf,
  selectedAt,
  type Change,
  type Entry,
  type ListName,
  type Watched,
  type WatchView,
} from "./watch-view.ts";

/** How much a screen shows. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The lines around a list beside the summary: names of the lists, two blank ones, and the keys. */
const FRAME = 4;

/** How many entries of a list a screen shows. */
export function pageOf({ rows }: ScreenSize): number {
  return Math.max(1, rows - FRAME - 1);
}

/** A list, or the details of one entry, as the whole screen shows it: at most its rows, none wider than its columns. */
export function screenLines(
  watched: Watched,
  view: WatchView,
  size: ScreenSize,
  now: number,
  color: Styles,
): Line[] {
  const summary = line`  ${color.bold(watched.cluster)}  ${watchSummary(watched.state, now)}`;
  const above = [
    ...summary.folded(size.columns, true),
    ...unknownLines(watched.state, color).slice(0, Math.floor(size.rows / 4)),
  ];
  const page = Math.max(1, size.rows - FRAME - above.length);
  const body = view.isOpen
    ? detailPage(watched, view, size, page, now, color)
    : listPage(watched, view, page, color);
  return [
    ...above,
    tabs(watched, view, color),
    line``,
    ...body,
    ...Array.from({ length: page - body.length }, () => line``),
    line``,
    line`  ${color.dim(keys(view))}`,
  ]
    .slice(0, size.rows)
    .map((one) => one.folded(size.columns)[0] ?? one);
}

const TITLES: Readonly<Record<ListName, string>> = {
  serviceAccounts: "ServiceAccounts",
  findings: "Findings",
  changes: "Changes",
};

function tabs({ state, changes }: Watched, { list, filter, isTyping }: WatchView, color: Styles): Line {
  const { chains } = tally(state);
  const counts: Readonly<Record<ListName, number>> = {
    serviceAccounts: chains.works + chains.broken + chains.unproven + chains.unknown,
    findings: state.findings.size,
    changes: changes.length,
  };
  const names = (["serviceAccounts", "findings", "changes"] as const).map((name) => {
    const title = isBeforeFirstRead(state.sources) ? TITLES[name] : `${TITLES[name]} ${counts[name]}`;
    return name === list ? color.bold(`[${title}]`) : line` ${title} `;
  });
  const filtered = isTyping ? line`   filter: ${filter}█` : filter === "" ? "" : line`   filter: ${filter}`;
  return line`  ${joined(names, " ")}${filtered}`;
}

function keys({ isOpen, isTyping, filter }: WatchView): string {
  if (isTyping) return "type to filter   Enter done   Esc clear";
  if (isOpen) return "↑↓ scroll   Esc back   Ctrl-C quit";
  return `↑↓ select   Enter details   / filter${filter === "" ? "" : "   Esc clear"}   Tab next list   q quit`;
}

const EMPTY: Readonly<Record<ListName, string>> = {
  serviceAccounts: "no ServiceAccounts with a role",
  findings: "no findings",
  changes: "no changes since the start",
};

function emptyText({ state }: Watched, { list, filter }: WatchView): string {
  if (isBeforeFirstRead(state.sources)) return "not read yet";
  return filter === "" ? EMPTY[list] : "nothing matches the filter";
}

function listPage(watched: Watched, view: WatchView, page: number, color: Styles): Line[] {
  const entries = entriesOf(watched, view);
  if (entries.length === 0) return [line`    ${color.dim(emptyText(watched, view))}`];
  const at = selectedAt(entries, view);
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), entries.length - page));
  const shown = entries.slice(first, first + page);
  return table(
    shown.map((entry) => cells(entry, watched, view.list, color)),
    "",
  ).map((row, index) => (first + index === at ? line`${color.bold(line`> ${row}`)}` : line`  ${row}`));
}

function cells({ key }: Entry, watched: Watched, list: ListName, color: Styles): readonly Piece[] {
  if (list === "changes") return [changeLine(changeOf(watched, key), color)];
  const held = watched.state.findings.get(key);
  if (list === "findings" && held !== undefined) {
    const { severity, rule, message } = held.finding;
    return [severityText(severity, color), rule, line`${held.isUnknown ? "(unknown) " : ""}${message}`];
  }
  const chain = watched.state.chains.get(key);
  if (chain === undefined) return [key];
  const { state, isUnknown } = chain;
  return [
    isUnknown ? color.yellow("unknown") : verdictText(state, color),
    key,
    joined(
      [
        ...(isUnknown ? [`was: ${state.verdict}`] : []),
        ...(state.message === undefined ? [] : [state.message]),
        ...(state.code === undefined ? [] : [`(${state.code})`]),
      ],
      " ",
    ),
  ];
}

function changeOf({ changes }: Watched, key: string): Change | undefined {
  return changes.find(({ number }) => String(number) === key);
}

function changeLine(change: Change | undefined, color: Styles): Piece {
  return change === undefined ? "" : timedEvent(change.event, change.at, color);
}

function detailPage(
  watched: Watched,
  view: WatchView,
  { columns }: ScreenSize,
  page: number,
  now: number,
  color: Styles,
): Line[] {
  const entries = entriesOf(watched, view);
  const entry = entries[selectedAt(entries, view)];
  const lines = entry === undefined ? [] : detailLines(entry.key, view.list, watched, now, color);
  const folded = lines.flatMap((one) => toLine(one).folded(columns, true));
  const first = Math.max(0, Math.min(view.scrolled, folded.length - page));
  return folded.slice(first, first + page);
}

function detailLines(
  key: string,
  list: ListName,
  watched: Watched,
  now: number,
  color: Styles,
): readonly Piece[] {
  if (list === "serviceAccounts") return chainDetail(key, watched, now, color);
  if (list === "findings") return findingDetail(key, watched, color);
  const change = changeOf(watched, key);
  if (change === undefined) return [];
  const { event } = change;
  const more =
    event.event === "chainChanged"
      ? chainDetail(event.serviceAccount, watched, now, color)
      : "finding" in event
        ? findingDetail(event.finding.fingerprint, watched, color)
        : [];
  return [line`  ${changeLine(change, color)}`, "", ...more];
}

function chainDetail(key: string, { state }: Watched, now: number, color: Styles): readonly Piece[] {
  const held = state.chains.get(key);
  if (held === undefined) return [line`  ${key} is gone`];
  const proved =
    held.provedAt === undefined
      ? []
      : [
          line`  ${color.dim(`Token last tried ${Math.max(0, Math.round((now - held.provedAt) / 1000))} s ago.`)}`,
        ];
  const unknown = held.isUnknown
    ? [line`  ${color.yellow("!")} Not known to be so any more: see what can't be read, above.`, ""]
    : [];
  return [...unknown, ...chainLines(held.report, color, { withSubject: true }), ...proved];
}

function findingDetail(key: string, { state }: Watched, color: Styles): readonly Piece[] {
  const held = state.findings.get(key);
  if (held === undefined) return ["  resolved"];
  const { severity, rule, message, remedy } = held.finding;
  return [
    line`  ${severityText(severity, color)}  ${color.bold(rule)}`,
    "",
    line`  ${message}`,
    "",
    ...remedyLines(remedy),
  ];
}
