import { describe, expect, it } from "vitest";
import { fingerprintsIn } from "../../src/audit/baseline.ts";
import { suppressionsIn, suppressionsOf, withoutSuppressed } from "../../src/audit/suppression.ts";
import type { Finding } from "../../src/model/finding.ts";
import { serviceAccount, audited, CLUSTER, NOW } from "./build.ts";

function read(text: string) {
  const clusters = [audited({ serviceAccounts: [serviceAccount("shop/cart", { "irsa/ignore": text })] })];
  return suppressionsIn({ clusters, now: NOW });
}

const SUBJECT = `${CLUSTER.arn}/shop/cart`;

describe("irsa/ignore", () => {
  it.each([
    ["one", "no-workload=once a year until 2027-03-01", [["no-workload", "once a year", "2027-03-01"]]],
    ["today", "no-workload=once until 2026-11-24", [["no-workload", "once", "2026-11-24"]]],
    [
      "several, loosely written",
      " no-workload = a = b until 2027-01-01 ;stale-pods=c until 2027-01-02; ",
      [
        ["no-workload", "a = b", "2027-01-01"],
        ["stale-pods", "c", "2027-01-02"],
      ],
    ],
  ])("%s", (_, text, expected) => {
    const { suppressions, notes } = read(text);
    expect(suppressions).toEqual(
      expected.map(([rule, reason, until]) => ({ rule, reason, until, subject: SUBJECT })),
    );
    expect(notes).toEqual([]);
  });

  it.each([
    ["without a day", "no-workload=once", "is not of the form"],
    ["without a reason", "no-workload= until 2027-01-01", "is not of the form"],
    ["of no rule", "nothing=x until 2027-01-01", "has the unknown rule 'nothing'"],
    ["yesterday", "no-workload=x until 2026-11-23", "expired on 2026-11-23"],
    ["on a day that is none", "no-workload=x until 2027-02-31", "has the invalid date"],
    ["for everything", "*=x until 2027-01-01", "is not of the form"],
  ])("%s suppresses nothing, and says so", (_, text, note) => {
    const { suppressions, notes } = read(text);
    expect(suppressions).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(notes[0]).toContain("shop/cart in eks-work-cluster");
  });

  it("holds for its rule and its ServiceAccount alone", () => {
    const finding = (rule: string, id: string) =>
      ({ rule, subject: { kind: "role", name: "", id } }) as Finding;
    const findings = [
      finding("no-workload", SUBJECT),
      finding("no-workload", "other"),
      finding("stale-pods", SUBJECT),
    ];
    const { suppressions } = read("no-workload=once a year until 2027-03-01");
    const parted = withoutSuppressed(findings, suppressions);
    expect(parted.findings).toEqual(findings.slice(1));
    expect(parted.suppressed.map((one) => one.finding)).toEqual(findings.slice(0, 1));
  });
});

describe("the organization's file", () => {
  const entry = { rule: "sub-wildcard", subject: "legacy-*", reason: "being replaced", until: "2027-03-01" };
  const finding = (id: string, name: string) =>
    ({ rule: "sub-wildcard", subject: { kind: "role", name, id } }) as Finding;

  it("suppresses by globs on names and ARNs", () => {
    const arn = "arn:aws:iam::111122223333:role/a/legacy-1";
    const findings = [finding(arn, "legacy-1"), finding("arn:aws:iam::111122223333:role/new", "new")];
    const remaining = (subject: string) =>
      withoutSuppressed(findings, suppressionsOf([{ ...entry, subject }], NOW).suppressions).findings.length;
    expect(["legacy-*", arn, "*", "*:role/a/*", "other"].map(remaining)).toEqual([1, 1, 0, 1, 2]);
  });

  it.each([
    ["no rule", { rule: "nothing" }, "has the unknown rule 'nothing'"],
    ["no reason", { reason: "" }, "has no subject or no reason"],
    ["no subject", { subject: "" }, "has no subject or no reason"],
    ["no day", { until: "" }, "has the invalid date ''"],
    ["a day that is over", { until: "2026-11-23" }, "expired on 2026-11-23"],
  ])("with %s suppresses nothing, and says so", (_, changes, note) => {
    const { suppressions, notes } = suppressionsOf([{ ...entry, ...changes }], NOW);
    expect(suppressions).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(note)]);
  });
});

describe("a baseline", () => {
  it.each([
    [
      "an audit",
      {
        schemaVersion: 2,
        result: { findings: [{ fingerprint: "a" }], suppressed: [{ fingerprint: "b" }] },
      },
      ["a", "b"],
    ],
    ["an audit of nothing", { schemaVersion: 2, result: { findings: [] } }, []],
    ["another version", { schemaVersion: 1, result: { findings: [] } }, undefined],
    ["a failure", { schemaVersion: 2, error: { code: "no-cluster" } }, undefined],
    ["something else", { results: [] }, undefined],
    ["null", null, undefined],
  ])("of %s", (_, json, fingerprints) => {
    const parsed = fingerprintsIn(JSON.stringify(json));
    expect(parsed.ok ? parsed.value : undefined).toEqual(fingerprints);
  });

  it("of no JSON", () => {
    expect(fingerprintsIn("{").ok).toBe(false);
  });
});
