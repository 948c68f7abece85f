import type { WatchEvent, WatchState } from "../watch/state.ts";

/** What a list of the view is of. */
export const LISTS = ["serviceAccounts", "findings", "changes"] as const;

/** One of the lists. */
export type ListName = (typeof LISTS)[number];

/** Something that happened, and when. */
export interface Change {
  readonly number: number;
  readonly at: number;
  readonly event: WatchEvent;
}

/** What is known, and what happened since the view was opened, the latest first. */
export interface Watched {
  /** The name of the cluster. */
  readonly cluster: string;
  readonly state: WatchState;
  readonly changes: readonly Change[];
}

/** An entry of a list: what tells it from others, and the text that a filter looks at. */
export interface Entry {
  readonly key: string;
  readonly text: string;
}

/** What someone looks at. */
export interface WatchView {
  readonly list: ListName;
  readonly filter: string;
  /** True while keys go into the filter. */
  readonly isTyping: boolean;
  /** The selected entry, and where it was in the list: another takes its place when it goes. */
  readonly selected: { readonly key: string; readonly at: number } | undefined;
  /** True if the details of the selected entry are shown instead of the list. */
  readonly isOpen: boolean;
  /** How many lines of the details are above the screen. */
  readonly scrolled: number;
}

/** What is looked at first. */
export const FIRST_VIEW: WatchView = {
  list: "serviceAccounts",
  filter: "",
  isTyping: false,
  selected: undefined,
  isOpen: false,
  scrolled: 0,
};

/** A key as Node's readline names it. */
export interface Key {
  readonly name?: string | undefined;
  /** The character that it types. */
  readonly text?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** The entries of a list that the filter leaves, in their order. */
export function entriesOf({ state, changes }: Watched, { list, filter }: WatchView): readonly Entry[] {
  const wanted = filter.toLowerCase();
  return ENTRIES[list](state, changes).filter(({ text }) => text.toLowerCase().includes(wanted));
}

const RANKS = { broken: 0, unproven: 1, works: 3 } as const;
const UNKNOWN_RANK = 2;

const ENTRIES: Readonly<
  Record<ListName, (state: WatchState, changes: readonly Change[]) => readonly Entry[]>
> = {
  serviceAccounts: ({ chains }) =>
    [...chains]
      .map(([key, { state, isUnknown }]) => ({
        key,
        rank: isUnknown && state.verdict === "works" ? UNKNOWN_RANK : RANKS[state.verdict],
        text: [key, isUnknown ? "unknown" : "", state.verdict, state.code, state.message].join(" "),
      }))
      .toSorted((one, other) => one.rank - other.rank || (one.key < other.key ? -1 : 1)),
  findings: ({ findings }) =>
    [...findings].map(
      ([
        key,
        {
          finding: { severity, rule, message },
        },
      ]) => ({
        key,
        text: `${severity} ${rule} ${message}`,
      }),
    ),
  changes: (_, changes) => changes.map(({ number, event }) => ({ key: String(number), text: textOf(event) })),
};

function textOf(event: WatchEvent): string {
  if (event.event === "chainChanged")
    return [event.serviceAccount, event.to?.verdict ?? "gone", event.to?.code, event.to?.message].join(" ");
  return "finding" in event
    ? `${event.finding.severity} ${event.finding.rule} ${event.finding.message}`
    : `${event.event} ${event.source}`;
}

/** Where the selected entry is; its successor, if it is gone. */
export function selectedAt(entries: readonly Entry[], { selected }: WatchView): number {
  if (selected === undefined) return 0;
  const at = entries.findIndex(({ key }) => key === selected.key);
  return at >= 0 ? at : Math.max(0, Math.min(selected.at, entries.length - 1));
}

/**
 * The view after a key; `undefined` if the key ends it. Pure.
 * @param page how many entries a screen has
 */
export function afterKey(view: WatchView, key: Key, watched: Watched, page: number): WatchView | undefined {
  if (view.isTyping) return afterTyping(view, key);
  const step = STEPS[key.name ?? ""]?.(page);
  if (step !== undefined) return moved(view, step, entriesOf(watched, view));
  if (view.isOpen && LEAVES.has(key.name ?? "")) return { ...view, isOpen: false, scrolled: 0 };
  switch (key.text === "/" ? "/" : (key.name ?? "")) {
    case "q":
      return undefined;
    case "/":
      return { ...view, isTyping: true, isOpen: false, scrolled: 0 };
    case "escape":
      return { ...view, filter: "", selected: undefined };
    case "tab":
      return { ...FIRST_VIEW, list: nextList(view.list), filter: view.filter };
    case "return":
    case "right":
      return opened(view, entriesOf(watched, view));
    default:
      return view;
  }
}

const LEAVES: ReadonlySet<string> = new Set(["escape", "left", "backspace", "q"]);

/** More than any list has. */
const ALL = Number.MAX_SAFE_INTEGER;

const STEPS: Readonly<Record<string, (page: number) => number>> = {
  up: () => -1,
  k: () => -1,
  down: () => 1,
  j: () => 1,
  pageup: (page) => -page,
  pagedown: (page) => page,
  home: () => -ALL,
  end: () => ALL,
};

function afterTyping(view: WatchView, { name, text = "", ctrl = false }: Key): WatchView {
  const changed = (filter: string): WatchView => ({ ...view, filter, selected: undefined });
  if (name === "return" || name === "down") return { ...view, isTyping: false };
  if (name === "escape") return { ...changed(""), isTyping: false };
  if (name === "backspace") return changed(view.filter.slice(0, -1));
  return !ctrl && /^[^\p{Cc}]$/u.test(text) ? changed(`${view.filter}${text}`) : view;
}

function moved(view: WatchView, step: number, entries: readonly Entry[]): WatchView {
  // The end of the details is known where they are drawn.
  if (view.isOpen) return { ...view, scrolled: Math.max(0, view.scrolled + step) };
  return selecting(view, entries, selectedAt(entries, view) + step);
}

function opened(view: WatchView, entries: readonly Entry[]): WatchView {
  if (entries.length === 0) return view;
  return { ...selecting(view, entries, selectedAt(entries, view)), isOpen: true, scrolled: 0 };
}

function selecting(view: WatchView, entries: readonly Entry[], wanted: number): WatchView {
  const at = Math.max(0, Math.min(wanted, entries.length - 1));
  const entry = entries[at];
  return { ...view, selected: entry && { key: entry.key, at } };
}

function nextList(list: ListName): ListName {
  return LISTS[(LISTS.indexOf(list) + 1) % LISTS.length] ?? list;
}
