import { expect, it } from "vitest";
import { requirementsOf } from "../../src/model/label-selector.ts";
import { selects } from "../../src/workload/selectors.ts";

const LABELS = { app: "web", tier: "front", "example.com/team": "shop", empty: "" };

it.each([
  ["app", true],
  ["!app", false],
  ["! app", false],
  ["!none", true],
  ["app=web", true],
  ["app==web", true],
  ["app = web", true],
  ["app!=web", false],
  ["none!=web", true],
  ["app in (web,api)", true],
  ["app in ( web , api )", true],
  ["app notin (web)", false],
  ["none notin (web)", true],
  ["app=web,tier in (front,back),!none", true],
  ["app=web,tier=back", false],
  ["example.com/team=shop", true],
  ["empty=", true],
  ["app=", false],
])("'%s' selects: %s", (text, selected) => {
  const parsed = requirementsOf(text);
  expect(parsed.ok && selects({ matchLabels: {}, matchExpressions: parsed.value }, LABELS)).toBe(selected);
});

it.each([
  "",
  " ",
  ",",
  "app=web,",
  "a b",
  "app=(web)",
  "app in web",
  "app in (web",
  "-a=b",
  "a=b c",
  "a/b/c=d",
  "A_/b=c",
  "a===b",
  "app>x",
  `${"x".repeat(64)}=a`,
])("'%s' is not valid", (text) => {
  expect(requirementsOf(text).ok).toBe(false);
});
