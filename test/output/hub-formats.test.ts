import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditReport } from "../../src/model/audit-report.ts";
import { isPrintable } from "../../src/model/printable.ts";
import { auditAsff } from "../../src/output/asff.ts";
import { atMost } from "../../src/output/at-most.ts";
import { auditRemarks } from "../../src/output/audit-text.ts";
import { auditOcsf } from "../../src/output/ocsf.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";
import { HOSTILE_AUDIT, LONG_AUDIT, reportWith } from "./hub-reports.ts";

const RUN = { version: "1.0.0", at: new Date("2026-11-28T12:00:00.000Z") };

interface Asff {
  readonly Id: string;
  readonly Title: string;
  readonly Description: string;
  readonly RecordState: string;
  readonly ProductFields: Readonly<Record<string, string>>;
  readonly Remediation: { readonly Recommendation: { readonly Text: string } };
  readonly Resources: readonly { readonly Type: string; readonly Id: string }[];
}

const asffOf = (report: AuditReport, run = RUN) => JSON.parse(String(auditAsff(report, run))) as Asff[];
const ocsfOf = (report: AuditReport, run = RUN) => JSON.parse(String(auditOcsf(report, run))) as object[];

describe("ASFF", () => {
  it("keeps to the lengths that Security Hub takes, whatever a text's length", () => {
    const around = [256, 512, 1024, 2048].map((limit) => fc.integer({ min: limit - 60, max: limit + 2 }));
    fc.assert(
      fc.property(fc.oneof(...around), fc.constantFrom("a", "🦀", "\u0000", "ä"), (size, one) => {
        for (const finding of asffOf(reportWith(one.repeat(size)))) {
          expect(finding.Title.length).toBeLessThanOrEqual(256);
          expect(finding.Description.length).toBeLessThanOrEqual(1024);
          expect(finding.Remediation.Recommendation.Text.length).toBeLessThanOrEqual(512);
          for (const { Id } of finding.Resources) expect(Id.length).toBeLessThanOrEqual(512);
          const fields = Object.entries(finding.ProductFields);
          expect(fields.length).toBeLessThanOrEqual(50);
          for (const [, value] of fields) expect(value.length).toBeLessThanOrEqual(2048);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("has resources by type, with the cluster beside what is in one", () => {
    expect(asffOf(LONG_AUDIT).map(({ Resources }) => Resources.map(({ Type }) => Type))).toEqual([
      ["AwsIamRole"],
      ["Other", "AwsEksCluster"],
      ["Other", "AwsEksCluster"],
      ["AwsEksCluster"],
      ["AwsIamRole"],
    ]);
  });

  it("is for the product that the AWS account has for its own, in the cluster's partition and region", () => {
    expect(asffOf(HOSTILE_AUDIT)[0]).toMatchObject({
      SchemaVersion: "2018-10-08",
      ProductArn: "arn:aws-us-gov:securityhub:us-gov-west-1:111122223333:product/111122223333/default",
      AwsAccountId: "111122223333",
      GeneratorId: "irsa/role-gone",
      Severity: { Label: "HIGH", Original: "high" },
      UpdatedAt: "2026-11-28T12:00:00.000Z",
    });
  });

  it("archives what is suppressed, with the reason, so that it can come back", () => {
    const states = asffOf(reportWith("once a year")).map((one) => [
      one.RecordState,
      one.ProductFields["irsa/suppressed"],
    ]);
    expect(states.slice(-2)).toEqual([
      ["ACTIVE", undefined],
      ["ARCHIVED", "once a year (until 2027-03-01)"],
    ]);
  });
});

describe("OCSF", () => {
  it("tells what is new and what is suppressed, and with what reason", () => {
    expect(ocsfOf(reportWith("once a year")).slice(-2)).toMatchObject([
      { class_uid: 2004, type_uid: 200_401, status_id: 1, severity_id: 4 },
      { status_id: 3, status_detail: "once a year (until 2027-03-01)" },
    ]);
  });

  it("has a ServiceAccount's namespace", () => {
    expect(ocsfOf(reportWith("shop/cart"))[1]).toMatchObject({
      resources: [
        { type: "ServiceAccount", namespace: "shop", name: "shop/cart" },
        { type: "AWS::EKS::Cluster" },
      ],
    });
  });
});

describe.each([
  ["ASFF", (report: AuditReport, run: typeof RUN) => asffOf(report, run).map(({ Id }) => Id)],
  [
    "OCSF",
    (report: AuditReport, run: typeof RUN) =>
      ocsfOf(report, run).map((one) => (one as { finding_info: { uid: string } }).finding_info.uid),
  ],
])("%s", (_, idsOf) => {
  it("names a finding alike in every run, and two findings differently", () => {
    const later = { version: "2.0.0", at: new Date("2027-01-01") };
    expect(idsOf(reportWith("a"), later)).toEqual(idsOf(reportWith("b"), RUN));
    expect(new Set(idsOf(reportWith("a"), RUN)).size).toBe(5);
  });
});

it.each([
  ["ASFF", asffOf(HOSTILE_AUDIT)],
  ["OCSF", ocsfOf(HOSTILE_AUDIT)],
])("%s has nothing in it that a screen obeys", (_, findings) => {
  const obeyed: string[] = [];
  JSON.stringify(findings, (_key, value: unknown) => {
    if (typeof value === "string" && !isPrintable(value)) obeyed.push(value);
    return value;
  });
  expect(obeyed).toEqual([]);
});

it("what these formats can't say is said beside them", () => {
  const remarks = shownLines(auditRemarks)(
    { ...reportWith("x"), notRead: [{ what: "roles", code: "access-denied", message: "not permitted" }] },
    PLAIN,
  );
  expect(remarks).toEqual([
    "  Org policy  x",
    "  4 high · 1 suppressed",
    "  ! x",
    "",
    "  Not everything could be read:",
    expect.stringMatching(/^ {4}roles +not permitted$/),
  ]);
});

describe("a limit", () => {
  it.each([
    [5, "abcde", "abcde"],
    [5, "abcdef", "abcd…"],
    [3, "a🦀b", "a…"],
  ])("of %i: %s", (limit, text, kept) => expect(atMost(limit, text)).toBe(kept));
});
