import * as fc from "fast-check";
import { expect } from "vitest";
import { parse } from "yaml";
import { RULES } from "../../src/audit/all-rules.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import type { AuditReport, ReportedFinding } from "../../src/model/audit-report.ts";
import { Failure } from "../../src/model/failure.ts";
import { isPrintable } from "../../src/model/printable.ts";
import { auditAsff } from "../../src/output/asff.ts";
import { auditResult } from "../../src/output/audit-json.ts";
import { auditMarkdown } from "../../src/output/audit-markdown.ts";
import { auditLines, auditRemarks } from "../../src/output/audit-text.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { failureLines, stackLines } from "../../src/output/failure-text.ts";
import { json } from "../../src/output/json.ts";
import { line, type Line } from "../../src/output/line.ts";
import { auditOcsf } from "../../src/output/ocsf.ts";
import { auditSarif } from "../../src/output/sarif.ts";
import { yaml } from "../../src/output/yaml.ts";
import { FORGED, FORGERIES, HONEST } from "../fakes/forgeries.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { PLAIN, textOf } from "../fakes/shown.ts";
import { attack } from "./attack.ts";
import { COMMANDS, JSON_COMMANDS, saidOf } from "./foreign-world.ts";

/** Fails if a line is not printable, speaks in irsa's name, or is a command of a runner. */
function expectHarmless(text: string): void {
  expect(text.split("\n").filter((one) => !isHarmless(one))).toEqual([]);
}

function isHarmless(one: string): boolean {
  const begins = one.trimStart();
  return isPrintable(one) && !begins.startsWith("::") && !begins.startsWith(FORGED);
}

/** All forgeries in a few values: what counts at the beginning of a value, and what counts anywhere. */
const TOGETHER = [
  "::error::forged",
  "##vso[task.x]",
  FORGERIES.slice(0, 9).join(" "),
  FORGERIES.slice(9).join(" "),
];

/** What a command does not show at all, it could not forge either: then the attack on it would prove nothing. */
async function expectShown(command: string): Promise<void> {
  const value = "naïve-日本語-é";
  expect(HONEST).toContain(value);
  expect((await saidOf(command, value)).all).toContain(value);
}

/** The same in shorter values for what writes them into a trust policy, which would be too long to be planned. */
const FEW_AT_A_TIME = Array.from({ length: 6 }, (_, at) => FORGERIES.slice(at * 3, at * 3 + 3).join(" "));
const valuesFor = (command: string): readonly string[] =>
  command.startsWith("migrate-trust") ? FEW_AT_A_TIME : TOGETHER;

for (const command of COMMANDS)
  attack("cluster tenant", `M3: irsa ${command.split(" -")[0]} lets nobody else speak (${command})`, {
    attack: async () => {
      for (const value of valuesFor(command)) expectHarmless((await saidOf(command, value)).all);
    },
    twin: async () => {
      for (const value of HONEST) expectHarmless((await saidOf(command, value)).all);
      await expectShown(command);
    },
  });

for (const command of JSON_COMMANDS)
  attack("cluster tenant", `H5: irsa ${command} is JSON`, {
    attack: async () => {
      for (const value of TOGETHER) {
        const { out, all } = await saidOf(command, value);
        expectHarmless(all);
        expect(JSON.parse(out)).toBeTypeOf("object");
      }
    },
    twin: async () => {
      for (const value of HONEST) expect(JSON.parse((await saidOf(command, value)).out)).toBeTypeOf("object");
      await expectShown(command);
    },
  });

const GET = "get-sa shop/till --cluster eks-work-cluster --region ap-northeast-2";

attack("cluster tenant", "H5: an annotation is in get-sa's JSON and YAML as it was written", {
  attack: async () => {
    for (const value of FORGERIES.filter((one) => !/\p{Cs}/u.test(one))) {
      const asJson = JSON.parse((await saidOf(`${GET} -o json`, value)).out) as object;
      expect(asJson).toMatchObject({ result: { serviceAccounts: [{ audience: value }] } });
      const asYaml = parse((await saidOf(`${GET} -o yaml`, value)).out) as object;
      expect(asYaml).toEqual(asJson);
    }
  },
  twin: async () => {
    for (const value of HONEST) {
      const { out } = await saidOf(`${GET} -o json`, value);
      expect(out).toContain(JSON.stringify(value));
      expect((await saidOf(`${GET} -o wide`, value)).out).toContain(value);
    }
  },
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(...FORGERIES, ...HOSTILE_NAMES, ...HONEST),
  fc.tuple(fc.constantFrom(...FORGERIES), fc.string({ unit: "binary" })).map((parts) => parts.join("")),
);

attack(
  "other IAM user",
  "H5 variant: any value in JSON and YAML is harmless to print and comes back exactly",
  {
    attack: () => {
      fc.assert(
        fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText))), (value) => {
          const document = { value };
          for (const write of [json, yaml]) {
            const text = String(write(document));
            expectHarmless(text);
            if (write === json) expect(JSON.parse(text)).toEqual(document);
            else if (!/\p{Cs}/u.test(JSON.stringify(document))) expect(parse(text)).toEqual(document);
          }
        }),
        { numRuns: 500 },
      );
    },
    twin: () => {
      for (const value of HONEST) {
        expect(String(json([value]))).toBe(`${JSON.stringify([value], null, 2)}\n`);
        expect(parse(String(yaml([value])))).toEqual([value]);
        expect(String(yaml([value]))).toContain(value);
      }
    },
  },
);

attack("cluster tenant", "M3 variant: no composition of foreign pieces is more than one printable line", {
  attack: () => {
    fc.assert(
      fc.property(fc.array(anyText), anyText, (pieces, last) => {
        const text = String(pieces.reduce<Line>((all, piece) => line`${all}${piece}`, line`${last}`));
        expect(text).not.toContain("\n");
        expectHarmless(text);
      }),
      { numRuns: 1000 },
    );
  },
  twin: () => {
    for (const value of HONEST) expect(String(line`${value}`)).toBe(value);
  },
});

attack("malicious proxy", "M3 variant: an error's message and stack are lines of ours", {
  attack: () => {
    for (const value of [...FORGERIES, `x\n    at forged (file.ts:1:1)\n${FORGED}`]) {
      const failure = new Failure("failed", "aws-error", `AWS says ${value}`, {
        facts: [[value, value]],
        advice: [`look at ${value}`],
      });
      const lines = [...failureLines(failure, PLAIN, true), ...stackLines(failure)].map(textOf);
      for (const one of lines) expect(one).not.toContain("\n");
      expectHarmless(lines.join("\n"));
      expect(lines.every((one) => !/^\s*at forged/.test(one))).toBe(true);
      const { error } = JSON.parse(String(new Envelope(null, false).failure(failure))) as { error: object };
      expect(error).toMatchObject({ message: failure.message, facts: [{ label: value, value }] });
    }
  },
  twin: () => {
    const failure = new Failure("failed", "aws-error", "AWS says: naïve 日本語", {
      facts: [["role", ["a", "b"]]],
    });
    expect(failureLines(failure, PLAIN, false).map(textOf)).toEqual([
      "error: AWS says: naïve 日本語",
      "  role  a",
      "        b",
    ]);
    expect(stackLines(failure).map(textOf)[1]).toMatch(/^ {4}at /);
  },
});

function reportOf(text: string): AuditReport {
  const finding: ReportedFinding = {
    rule: "role-gone",
    severity: "high",
    subject: {
      kind: "service-account",
      name: text,
      id: text,
      cluster: `arn:aws:eks:eu-west-1:111122223333:cluster/${text}` as ClusterArn,
    },
    message: text,
    evidence: [[text, text]],
    remedy: { kind: "advice", text },
    namespaces: [text],
    fingerprint: "abcdefghijklmnopqrst",
    known: false,
    place: { file: text, line: 1 },
  };
  return {
    awsAccount: "111122223333",
    clusters: [{ name: text, arn: "arn:aws:eks:eu-west-1:111122223333:cluster/blue" }],
    findings: [finding],
    suppressed: [{ finding, reason: text, until: "2027-03-01" }],
    notes: [text],
    notRead: [{ what: text, code: "x", message: text }],
    rules: RULES.slice(0, 1),
  };
}

const RUN = { version: "1", at: new Date(0) };

attack("pull-request author", "M3 variant: an audit in every format is harmless, whatever its names", {
  attack: () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const report = reportOf(text);
        for (const page of [
          new Envelope("audit", true).answer({ result: auditResult(report) }),
          auditSarif(report, "1"),
          auditAsff(report, RUN),
          auditOcsf(report, RUN),
          auditMarkdown(report),
        ])
          expectHarmless(String(page));
        expectHarmless(auditLines(report, PLAIN).map(textOf).join("\n"));
        expectHarmless(auditRemarks(report, PLAIN).map(textOf).join("\n"));
        for (const findings of [auditAsff(report, RUN), auditOcsf(report, RUN)])
          for (const said of textsIn(JSON.parse(String(findings)))) expect(isPrintable(said)).toBe(true);
        const markdown = String(auditMarkdown(report));
        expect(markdown.replaceAll("<!-- -->", "")).not.toMatch(/<[!/a-z]/i);
        expect(markdown).not.toMatch(/(^|[^\\&])[@#](?=\w)/m);
        expect(markdown).not.toMatch(/https?:\/\/(?!\\)/i);
        const sarif = JSON.parse(String(auditSarif(report, "1"))) as { readonly runs: readonly object[] };
        for (const said of textsIn(sarif.runs.map((run) => ({ ...run, tool: {} }))))
          expect(isPrintable(said)).toBe(true);
      }),
      { numRuns: 150 },
    );
  },
  twin: () => {
    for (const value of HONEST) {
      expect(auditLines(reportOf(value), PLAIN).map(textOf).join("\n")).toContain(value);
      expect(unescaped(String(auditMarkdown(reportOf(value))))).toContain(value);
    }
  },
});

/** Every text in a value, keys left out. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a reader of the page sees. */
function unescaped(markdown: string): string {
  return markdown
    .replaceAll("<!-- -->", "")
    .replaceAll(/\\(\W|_)/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
