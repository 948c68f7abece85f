import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import type { AuditReport } from "../../src/model/audit-report.ts";
import { auditResult } from "../../src/output/audit-json.ts";
import { auditMarkdown } from "../../src/output/audit-markdown.ts";
import { reportIn } from "../../src/output/audit-report-in.ts";
import { auditAsff } from "../../src/output/asff.ts";
import { auditOcsf } from "../../src/output/ocsf.ts";
import { auditSarif } from "../../src/output/sarif.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { fileOf } from "../interruption/files.ts";
import { HOSTILE_AUDIT, reportWith } from "../output/hub-reports.ts";
import { broken, roleOf, runOn } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;
const fileFor = (...accounts: readonly string[]): string =>
  fileOf(`formats-${accounts.join("-")}.json`, {
    accounts: accounts.map((one) => ({
      account_id: one,
      name: `name-${one.slice(0, 1)}`,
      role: roleOf(one),
    })),
  });
const ALL = fileFor(ONE, TWO, THREE);

/** A fleet in which the second AWS account can't be read. */
function fleet(): Fleet {
  const world = new Fleet().with(ONE, broken).with(TWO).with(THREE, broken);
  world.onAssume.push(async (role) => {
    if (role === roleOf(TWO)) throw notAssumable(role);
  });
  return world;
}

const run = (...words: readonly string[]) => runOn(fleet(), "audit", ...words);

interface Sarif {
  readonly runs: readonly {
    readonly automationDetails: object;
    readonly invocations: readonly object[];
    readonly results: readonly object[];
  }[];
}

/** A list of findings without their times. */
function timeless(text: string): object[] {
  return JSON.parse(text, (key, value: unknown) =>
    ["CreatedAt", "UpdatedAt", "time", "created_time"].includes(key) ? null : value,
  ) as object[];
}

describe("audit --targets in other formats", () => {
  it("is one SARIF log with the results of all targets, and what is missing as notifications", async () => {
    const { code, out, err } = await run("--targets", ALL, "-o", "sarif");
    const { $schema: _draft, id: _id, ...SCHEMA } = schema;
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(SCHEMA);
    const log: Sarif = JSON.parse(out);
    expect(validate(log) ? [] : validate.errors).toEqual([]);
    const [one, three]: Sarif[] = [
      JSON.parse((await run("--targets", fileFor(ONE), "-o", "sarif")).out),
      JSON.parse((await run("--targets", fileFor(THREE), "-o", "sarif")).out),
    ];
    expect(log.runs).toHaveLength(1);
    expect(log.runs[0]?.results).toHaveLength(4);
    expect(log.runs[0]?.results).toEqual([one, three].flatMap((each) => each?.runs[0]?.results));
    expect(log.runs[0]).toMatchObject({
      automationDetails: { id: "irsa/targets/" },
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [
            {
              descriptor: { id: "access-denied" },
              message: { text: "name-2: not permitted: sts:AssumeRole" },
            },
          ],
        },
      ],
    });
    expect(code).toBe(4);
    expect(err).toContain("3 targets: 2 complete, 1 missing\n  2 high, 2 low");
  });

  it.each(["asff", "ocsf"])("is one array of the findings of all targets: %s", async (format) => {
    const findingsOf = async (file: string) => timeless((await run("--targets", file, "-o", format)).out);
    const findings = await findingsOf(ALL);
    expect(findings).toHaveLength(4);
    expect(findings).toEqual([...(await findingsOf(fileFor(ONE))), ...(await findingsOf(fileFor(THREE)))]);
    expect(await findingsOf(fileFor(TWO))).toEqual([]);
  });

  it("is a page of Markdown with a row and a section for each target", async () => {
    const { out } = await run("--targets", ALL, "-o", "markdown");
    expect(out).toContain(`| name-1 | ${ONE} | 1 | 1 high, 1 low |`);
    expect(out).toContain(`| name-2 | ${TWO} | 0 | not permitted: sts:AssumeRole |`);
    expect(out.match(/^## .*$/gm)).toEqual(["## name-1", "## name-3"]);
    expect(out.match(/^### role-gone: shop\/cart$/gm)).toHaveLength(2);
  });

  it("takes an answer about many targets as a baseline", async () => {
    const { out } = await run("--targets", ALL, "-o", "json");
    const { result, ...answer } = JSON.parse(out);
    const baseline = fileOf("targets-baseline.json", {
      ...answer,
      result: { ...result, targets: result.targets.slice(0, 1) },
    });
    const after = await run("--targets", fileFor(ONE, THREE), "--baseline", baseline);
    expect(after.code).toBe(3);
    expect(after.out).toContain(`✓ name-1  ${ONE}  1 cluster · 1 high, 1 low · 2 of them in the baseline`);
    expect(after.out).toContain(`✓ name-3  ${THREE}  1 cluster · 1 high, 1 low\n`);
    expect((await run("--targets", fileFor(ONE), "--baseline", baseline)).code).toBe(0);
  });
});

describe("a report that is read from its JSON", () => {
  const RUN = { version: "1.0.0", at: new Date("2026-11-28T12:00:00.000Z") };
  const plain: AuditReport = {
    ...HOSTILE_AUDIT,
    findings: HOSTILE_AUDIT.findings.map((one, at) => ({
      ...one,
      known: at === 1,
      subject: { ...one.subject, name: one.subject.kind === "service-account" ? "shop/cart" : "name" },
      remedy:
        [
          { kind: "command", command: ["irsa", "verify", "shop/cart"] } as const,
          { kind: "command", command: ["kubectl", "get", "pods"], note: "Look first:" } as const,
          { kind: "advice", text: "Delete it" } as const,
        ][at % 3] ?? one.remedy,
    })),
  };

  it.each([
    ["plain", plain],
    ["hostile names", HOSTILE_AUDIT],
    ["long texts", reportWith("🦀 long/".repeat(200))],
  ])("is shown as itself in every format: %s", (_, report) => {
    const { awsAccount, clusters, rules, organizationFile } = report;
    const record = {
      name: "x",
      awsAccount,
      readAt: "",
      caller: null,
      clusters,
      missing: [],
      result: JSON.parse(JSON.stringify(auditResult(report))),
      code: 0,
    };
    const read = reportIn(record, { rules, ...(organizationFile !== undefined && { organizationFile }) });
    expect(String(auditSarif(read, "1.0.0"))).toBe(String(auditSarif(report, "1.0.0")));
    expect(String(auditAsff(read, RUN))).toBe(String(auditAsff(report, RUN)));
    expect(String(auditOcsf(read, RUN))).toBe(String(auditOcsf(report, RUN)));
    expect(String(auditMarkdown(read))).toBe(String(auditMarkdown(report)));
  });
});
