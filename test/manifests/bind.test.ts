import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/manifests/read-manifests.ts";
import { bound } from "./bound.ts";

const pod = (name: string, more = ""): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${more}}\nspec:\n  containers: []\n`;
const deployment = (name: string, template: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n${template}\n`;

describe("which workloads are meant", () => {
  const text = [pod("a"), pod("b", ", namespace: shop"), pod("c", ", namespace: other")].join("---\n");

  it.each([
    [[], ["pod/a", "pod/b"]],
    [["po/b"], ["pod/b"]],
    [
      ["pods/a", "Pod/b"],
      ["pod/a", "pod/b"],
    ],
    [["pod/c"], []],
    [["deploy/a"], []],
  ])("named %j: %j", (workloads, meant) => {
    expect(bound(text, { workloads }).bound.map(({ workload }) => workload)).toEqual(meant);
  });

  it("tells where they are and what they had", () => {
    expect(bound(text.replace("containers", "serviceAccount: old\n  containers")).bound).toEqual([
      { workload: "pod/a", line: 1, before: "old", changed: true, olderField: "old" },
      { workload: "pod/b", line: 8, before: undefined, changed: true },
    ]);
  });
});

describe("serviceAccount, the older name of the field", () => {
  it.each([
    ["serviceAccount: cloudwatch-agent", false],
    ["serviceAccount: cloudwatch-agent\n  serviceAccountName: old", true],
    ["serviceAccount: old\n  serviceAccountName: cloudwatch-agent", false],
    ['serviceAccount: cloudwatch-agent\n  serviceAccountName: ""', false],
  ])("%j changes: %j", (fields, changed) => {
    const text = pod("a").replace("containers", `${fields}\n  containers`);
    expect(bound(text).bound).toMatchObject([{ changed }]);
  });
});

describe("names that YAML would take for something else", () => {
  it.each([
    "true",
    "null",
    "no",
    "on",
    "y",
    "123",
    "1e3",
    "0x1f",
    "1.5",
    "2001-01-01",
    ".inf".slice(1),
    "nan",
  ])("%s is quoted", (serviceAccount) => {
    expect(bound(pod("a"), { serviceAccount }).text).toContain(
      `\n  serviceAccountName: "${serviceAccount}"\n`,
    );
  });
  it.each(["agent", "e1", "a.b-c", "nano", "x123"])("%s is not", (serviceAccount) => {
    expect(bound(pod("a"), { serviceAccount }).text).toContain(`\n  serviceAccountName: ${serviceAccount}\n`);
  });
});

describe("what can't be bound without changing something else", () => {
  const SHARED: readonly (readonly [string, string, RegExp])[] = [
    [
      "a pod spec under an alias",
      `x: &pod {containers: []}\n${deployment("a", "  template: {spec: *pod}")}`,
      /^takes its pod template from \*pod \(line 6\), which is not its own$/,
    ],
    [
      "a template under an alias",
      `x: &t {spec: {containers: []}}\n${deployment("a", "  template: *t")}`,
      /^takes its pod template from \*t \(line 6\)/,
    ],
    [
      "a template merged in",
      `x: &d {template: {spec: {containers: []}}}\n${deployment("a", "  <<: *d\n  replicas: 2")}`,
      /^takes its pod template from \*d \(line 6\)/,
    ],
    [
      "a pod spec that others take",
      `${deployment("a", "  template:\n    spec: &pod\n      containers: []")}x: *pod\n`,
      /^shares its pod template: \*pod \(line 8\) would change with it$/,
    ],
    [
      "a template that others merge in",
      `${deployment("a", "  template: &t\n    spec:\n      containers: []")}x: {<<: *t}\n`,
      /^shares its pod template: \*t \(line 8\) would change with it$/,
    ],
    [
      "a ServiceAccount that others take",
      `${pod("a")}  serviceAccountName: &sa old\nx: *sa\n`,
      /^has a serviceAccountName with the anchor &sa, which is also used elsewhere$/,
    ],
    [
      "a ServiceAccount that is no text",
      `${pod("a")}  serviceAccountName: [a]\n`,
      /^has a serviceAccountName that is not a string$/,
    ],
    [
      "a ServiceAccount of another type",
      `${pod("a")}  serviceAccountName: !!binary YQ==\n`,
      /more than its ServiceAccount would change$/,
    ],
  ];

  it.each(SHARED)("%s", (_name, text, reason) => {
    const result = bound(text);
    expect(result.refused.map(({ reason }) => reason)).toEqual([expect.stringMatching(reason)]);
    expect(result.text).toBe(text);
  });

  it("refuses all of a list whose items are taken elsewhere", () => {
    const list = `apiVersion: v1\nkind: List\nitems: &items\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}}\nx: *items\n`;
    expect(bound(list)).toMatchObject({ text: list, bound: [], refused: [{ workload: "pod/a", line: 4 }] });
  });

  it("does not matter where it is right already", () => {
    const text = `x: &pod {serviceAccountName: cloudwatch-agent}\n${deployment("a", "  template: {spec: *pod}")}`;
    expect(bound(text)).toMatchObject({ text, refused: [], bound: [{ changed: false }] });
  });
});

describe("what is not a manifest", () => {
  it.each([
    ["a: [1\nb: 2\n", /^line \d: is not valid YAML: /],
    ["a: 1\n---\na: 1\na: 2\n", /^line 4: is not valid YAML: duplicate key 'a'/],
    ["a: *b\n", /^line 1: has an alias without an anchor before it$/],
    ["a: 1\nb: {{ .Values.b }}\n", /^line 2: is a template that must be rendered first$/],
    ["{{- if .x }}\na: 1\n", /render the template first$/],
    ["a: 1\n? {b: 1}\n: 2\n", /^line 2: has a collection as a key$/],
  ])("%j", (text, problem) => {
    const read = readManifests(text);
    expect(read.ok ? "" : read.problem).toMatch(problem);
  });

  it.each(["", "# nothing\n", "---\n", "just text", "[1, 2]"])("%j holds nothing and is in order", (text) => {
    expect(bound(text)).toEqual({ text, bound: [], refused: [] });
  });
});
