import { describe, expect, it, test } from "vitest";
import {
  afterKey,
  entriesOf,
  FIRST_VIEW,
  selectedAt,
  type Watched,
  type WatchView,
} from "../../src/output/watch-view.ts";
import { stateOf } from "../watch/held.ts";

const CHAINS = [
  { path: "shop/pay", verdict: "works" },
  { path: "shop/cart", verdict: "broken", message: "not found" },
  { path: "data/etl", verdict: "unproven" },
  { path: "data/old", verdict: "works", isUnknown: true },
] as const;
const FINDINGS = [{ severity: "high", rule: "role-gone", message: "shop/cart has no role" }] as const;

function watched(chains: Parameters<typeof stateOf>[0] = CHAINS): Watched {
  return { cluster: "my-cluster", state: stateOf(chains, FINDINGS), changes: [] };
}

const NAMES: Readonly<Record<string, string>> = {
  "↑": "up",
  "↓": "down",
  "⏎": "return",
  "⎋": "escape",
  "⇥": "tab",
  "⌫": "backspace",
};

/** The view after these keys; `undefined` once one of them ended it. */
function typed(keys: string, over: Watched = watched(), from: WatchView = FIRST_VIEW) {
  return Array.from(keys).reduce<WatchView | undefined>(
    (view, key) => view && afterKey(view, { name: NAMES[key] ?? key, text: key }, over, 10),
    from,
  );
}

const keysOf = (view: WatchView | undefined, over: Watched = watched()): readonly string[] =>
  view === undefined ? [] : entriesOf(over, view).map(({ key }) => key);

describe("the list of ServiceAccounts", () => {
  it("has what is broken first, then what is not known to work", () => {
    expect(keysOf(FIRST_VIEW)).toEqual(["shop/cart", "data/etl", "data/old", "shop/pay"]);
  });

  test.each([
    ["a name", "/etl", ["data/etl"]],
    ["a state", "/broken", ["shop/cart"]],
    ["what is unknown", "/unknown", ["data/old"]],
    ["a code, in any case", "/ROLE-M", ["shop/cart"]],
    ["corrected", "/etx⌫l", ["data/etl"]],
    ["keys of the list are letters in a filter", "/qjk/", []],
    ["cleared while it is typed", "/etl⎋", ["shop/cart", "data/etl", "data/old", "shop/pay"]],
    ["cleared later", "/etl⏎⎋", ["shop/cart", "data/etl", "data/old", "shop/pay"]],
  ])("is filtered by %s", (_what, keys, left) => {
    expect(keysOf(typed(keys))).toEqual(left);
  });
});

describe("keys", () => {
  test.each([
    ["nothing", "", "shop/cart"],
    ["down", "↓", "data/etl"],
    ["as in vi", "jjk", "data/etl"],
    ["not above the first", "↑↑", "shop/cart"],
    ["not below the last", "↓↓↓↓↓↓↓", "shop/pay"],
    ["within what is filtered", "/data⏎↓", "data/old"],
  ])("select: %s", (_what, keys, key) => {
    const view = typed(keys) ?? FIRST_VIEW;
    expect(entriesOf(watched(), view)[selectedAt(entriesOf(watched(), view), view)]?.key).toBe(key);
  });

  test.each([
    ["q in the details goes back", "⏎q", { isOpen: false }],
    ["Enter opens, down scrolls", "⏎↓↓", { isOpen: true, scrolled: 2 }],
    ["not above the first line", "⏎↓↑↑", { isOpen: true, scrolled: 0 }],
    ["Escape goes back to what was selected", "↓⏎⎋", { isOpen: false, selected: { key: "data/etl", at: 1 } }],
    ["Tab goes to the next list", "⇥", { list: "findings" }],
    ["and around", "⇥⇥⇥", { list: "serviceAccounts" }],
    ["and keeps the filter", "/cart⏎⇥", { list: "findings", filter: "cart" }],
    ["a control character is not typed", "/\u001b", { filter: "" }],
  ])("%s", (_what, keys, after) => {
    expect(typed(keys)).toMatchObject(after);
  });

  it("end it by q", () => {
    expect(typed("↓q")).toBeUndefined();
  });

  it("open nothing where nothing is", () => {
    expect(typed("⏎", watched([]))).toMatchObject({ isOpen: false });
  });
});

it("keeps the selection where it is sorted otherwise, and takes the next one where it is gone", () => {
  const view = typed("↓") ?? FIRST_VIEW;
  const repaired = watched(CHAINS.filter(({ path }) => path !== "shop/cart"));
  expect(selectedAt(entriesOf(repaired, view), view)).toBe(0);
  const gone = watched(CHAINS.filter(({ path }) => path !== "data/etl"));
  expect(entriesOf(gone, view)[selectedAt(entriesOf(gone, view), view)]?.key).toBe("data/old");
});
