import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { stylesOf } from "../../src/output/line.ts";
import { screenLines } from "../../src/output/watch-screen.ts";
import { FIRST_VIEW, LISTS, type Watched, type WatchView } from "../../src/output/watch-view.ts";
import { stateOf } from "../watch/held.ts";
import { PLAIN } from "../fakes/shown.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function shown(watched: Watched, view: Partial<WatchView> = {}, columns = 100, rows = 12): string[] {
  return screenLines(watched, { ...FIRST_VIEW, ...view }, { columns, rows }, NOW, PLAIN).map(String);
}

const SHOP: Watched = {
  cluster: "my-cluster",
  state: stateOf(
    [
      { path: "shop/pay", verdict: "works" },
      { path: "shop/cart", verdict: "broken", message: "role 'cart' not found" },
      { path: "data/old", verdict: "works", isUnknown: true },
    ],
    [{ severity: "high", rule: "role-gone", message: "shop/cart has no role" }],
    new Map([
      [
        "iam",
        {
          asOf: NOW - 90_000,
          lost: { since: NOW - 60_000, failure: new Failure("failed", "throttled", "IAM throttles") },
        },
      ],
      ["pods", { asOf: NOW - 2_000, lost: undefined }],
    ]),
  ),
  changes: [
    {
      number: 1,
      at: NOW - 5_000,
      event: {
        event: "chainChanged",
        serviceAccount: "shop/gone",
        from: { verdict: "works" },
        to: undefined,
      },
    },
  ],
};

describe("the screen", () => {
  it("has the summary, what can't be read, the lists, and the entries of one, what is broken first", () => {
    expect(shown(SHOP)).toMatchInlineSnapshot(`
      [
        "  my-cluster  3 ServiceAccounts, 1 working, 1 broken, 1 unknown · findings: 1 high · cluster as of ",
        "2 s ago, AWS as of 90 s ago",
        "  ! unknown since 2026-11-20T11:59:00Z: IAM: IAM throttles",
        "  [ServiceAccounts 3]  Findings 1   Changes 1 ",
        "",
        "> broken   shop/cart  role 'cart' not found (role-missing)",
        "  unknown  data/old   was: works",
        "  works    shop/pay",
        "",
        "",
        "",
        "  ↑↓ select   Enter details   / filter   Tab next list   q quit",
      ]
    `);
  });

  test.each(LISTS)("does not say before the first read that there are no %s", (list) => {
    const lines = shown({ cluster: "my-cluster", state: stateOf([], []), changes: [] }, { list });
    expect(lines.slice(0, 4)).toEqual([
      "  my-cluster  reading IAM and the cluster",
      expect.not.stringMatching(/\d/),
      "",
      "    not read yet",
    ]);
  });

  test.each(LISTS)("has the details of what is selected in %s", (list) => {
    expect(shown(SHOP, { list, isOpen: true }, 100, 20)).toMatchSnapshot();
  });
});

it("is never larger than the terminal, and obeys nothing that others wrote", () => {
  const hostile = fc.oneof(fc.string({ unit: "binary" }), fc.constant("\u001b[2J\r\n::add-mask::x"));
  const chain = fc.record({
    path: fc.stringMatching(/^[a-z]{1,9}\/[a-z]{1,60}$/),
    verdict: fc.constantFrom("works", "broken", "unproven"),
    message: hostile,
    isUnknown: fc.boolean(),
  });
  const finding = fc.record({
    severity: fc.constantFrom("critical", "high", "medium", "low"),
    rule: hostile,
    message: hostile,
  });
  const size = fc.record({
    columns: fc.integer({ min: 2, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  const view = fc.record({
    list: fc.constantFrom(...LISTS),
    filter: fc.oneof(fc.constant(""), hostile),
    isTyping: fc.boolean(),
    isOpen: fc.boolean(),
    scrolled: fc.nat(500),
    selected: fc.constant(undefined),
  });
  fc.assert(
    fc.property(fc.array(chain), fc.array(finding), size, view, (chains, findings, room, looked) => {
      const watched = { cluster: "c", state: stateOf(chains, findings), changes: [] };
      const lines = screenLines(watched, looked, room, NOW, stylesOf(1));
      expect(lines.length).toBeLessThanOrEqual(room.rows);
      for (const one of lines) {
        expect(one.width).toBeLessThanOrEqual(room.columns);
        expect(stripVTControlCharacters(String(one))).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});

it("shows all of a long line in the details, and the entry that is selected wherever it is", () => {
  const chains = Array.from({ length: 300 }, (_, at) => ({
    path: `shop/app-${String(at).padStart(3, "0")}`,
    verdict: "works" as const,
  }));
  const many: Watched = { cluster: "c", state: stateOf(chains), changes: [] };
  fc.assert(
    fc.property(fc.nat(299), fc.integer({ min: 6, max: 40 }), (at, rows) => {
      const key = chains[at]?.path ?? "";
      expect(shown(many, { selected: { key, at } }, 80, rows).join("\n")).toContain(`> works  ${key}`);
    }),
  );
  const long = "x".repeat(500);
  const one: Watched = {
    cluster: "c",
    state: stateOf([{ path: "a/b", verdict: "broken", message: long }]),
    changes: [],
  };
  const text = shown(one, { isOpen: true }, 60, 60).join("");
  expect(text.replaceAll(/[^x]/g, "").length).toBeGreaterThanOrEqual(500);
});
