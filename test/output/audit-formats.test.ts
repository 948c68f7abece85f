import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import type { AuditReport, ReportedFinding } from "../../src/model/audit-report.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { auditResult } from "../../src/output/audit-json.ts";
import { auditMarkdown as auditMarkdownOf } from "../../src/output/audit-markdown.ts";
import { auditLines as auditLinesOf } from "../../src/output/audit-text.ts";
import { auditSarif as auditSarifOf } from "../../src/output/sarif.ts";
import { PLAIN, shownLines, shownText } from "../fakes/shown.ts";

const auditJson = (report: AuditReport): string =>
  String(new Envelope("audit", true).answer({ result: auditResult(report) }));
const auditMarkdown = shownText(auditMarkdownOf);
const auditLines = shownLines(auditLinesOf);
const auditSarif = shownText(auditSarifOf);

/** The OASIS schema, as Microsoft's test matchers bring it: of draft 04, of which it uses nothing that is gone since. */
const BLUE = "arn:aws:eks:eu-west-1:111122223333:cluster/blue" as ClusterArn;

const { $schema: _draft, id: _id, ...SCHEMA } = schema;

const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(SCHEMA);

function finding(changes: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    rule: "role-gone",
    severity: "high",
    subject: { kind: "service-account", name: "shop/cart", id: "arn:x/shop/cart", cluster: BLUE },
    message: "shop/cart is annotated with a role that does not exist",
    evidence: [["annotation", "arn:aws:iam::111122223333:role/gone"]],
    remedy: { kind: "command", command: ["irsa", "verify", "shop/cart"] },
    namespaces: ["shop"],
    fingerprint: "abcdefghijklmnopqrst",
    known: false,
    ...changes,
  };
}

function report(changes: Partial<AuditReport> = {}): AuditReport {
  return {
    awsAccount: "111122223333",
    clusters: [{ name: "blue", arn: BLUE }],
    findings: [
      finding(),
      finding({ severity: "low", known: true, place: { file: "a dir/shop.yaml", line: 7 } }),
      finding({ severity: "medium", remedy: { kind: "advice", text: "Do it" }, evidence: [] }),
    ],
    suppressed: [{ finding: finding(), reason: "once a year", until: "2027-03-01" }],
    notes: ["shop/web: irsa/ignore 'x' is not of the form RULE=REASON until YYYY-MM-DD"],
    notRead: [{ what: "roles", code: "access-denied", message: "not permitted: iam:ListRoles" }],
    rules: RULES,
    ...changes,
  };
}

interface Physical {
  readonly artifactLocation: { readonly uri: string };
}

const EMPTY = report({ findings: [], suppressed: [], notes: [], notRead: [] });

describe("SARIF", () => {
  it.each([
    ["of everything", report()],
    ["of nothing", EMPTY],
    ["of hostile texts", report({ findings: [hostile("\u0000\u001b[31m\"'<>&\\")] })],
  ])("%s holds to its schema", (_, given) => {
    expect(validate(JSON.parse(auditSarif(given, "1.0.0"))) ? [] : validate.errors).toEqual([]);
  });

  it("would not hold if a result had no message", () => {
    const log = JSON.parse(auditSarif(report(), "1.0.0").replaceAll('"message"', '"massage"')) as object;
    expect(validate(log)).toBe(false);
  });

  it("tells what is new, what is suppressed, where it stands, and that not all was read", () => {
    expect(JSON.parse(auditSarif(report(), "1.0.0"))).toMatchObject({
      runs: [
        {
          invocations: [{ executionSuccessful: false }],
          results: [
            {
              level: "error",
              baselineState: "new",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "x/shop/cart" },
                    region: { startLine: 1 },
                  },
                },
              ],
            },
            {
              level: "note",
              baselineState: "unchanged",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "a%20dir/shop.yaml" },
                    region: { startLine: 7 },
                  },
                },
              ],
            },
            { level: "warning" },
            { suppressions: [{ justification: "once a year (until 2027-03-01)" }] },
          ],
        },
      ],
    });
  });
});

describe("SARIF for code scanning on GitHub, which takes no file with a result that it can't place", () => {
  const uriOf = (id: string) => {
    const subject = { kind: "role", name: "x", id } as const;
    const log = JSON.parse(auditSarif(report({ findings: [finding({ subject })], suppressed: [] }), "1")) as {
      readonly runs: readonly [
        {
          readonly results: readonly [
            { readonly locations: readonly [{ readonly physicalLocation: Physical }] },
          ];
        },
      ];
    };
    return log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri;
  };

  it.each([
    ["arn:aws:iam::111122223333:role/team/x", "aws/iam/111122223333/role/team/x"],
    [
      "arn:aws:eks:eu-west-1:111122223333:cluster/blue/shop/cart",
      "aws/eks/eu-west-1/111122223333/cluster/blue/shop/cart",
    ],
    ["arn:aws:iam::111122223333:role/../../x y", "aws/iam/111122223333/role/x%20y"],
  ])("stands %s in %s", (id, uri) => expect(uriOf(id)).toBe(uri));

  it("has a fingerprint that GitHub reads, and a category of its clusters'", () => {
    const log = JSON.parse(auditSarif(report(), "1.0.0")) as { readonly runs: readonly object[] };
    expect(log.runs[0]).toMatchObject({
      automationDetails: { id: "irsa/eks/eu-west-1/111122223333/cluster/blue/" },
      results: report()
        .findings.map(({ fingerprint }) => ({
          partialFingerprints: { primaryLocationLineHash: fingerprint },
        }))
        .concat({ partialFingerprints: { primaryLocationLineHash: finding().fingerprint } }),
    });
  });
});

describe("what comes from AWS or the cluster", () => {
  it("can't forge lines or colors on a terminal", () => {
    const lines = auditLines(report({ findings: [hostile("\u001b[2J\r\n\u202eevil")] }), PLAIN);
    for (const character of ["\u001b", "\r", "\u202e"]) expect(lines.join("\n")).not.toContain(character);
    expect(lines.some((line) => line.startsWith("evil"))).toBe(false);
    expect(lines.join("\n")).toContain(String.raw`\u001b[2J\r\n\u202eevil`);
  });

  it("is inert in Markdown", () => {
    const page = auditMarkdown(
      report({ findings: [hostile("<img src=x>|[a](javascript:b)`c`\n# d\n```e")] }),
    );
    const [before = "", , after = ""] = page.split(/^```.*$/m);
    expect(before + after).not.toContain("<img");
    expect(before + after).not.toMatch(/[^\\]\[a\]/);
    expect(page).not.toMatch(/^# d/m);
    expect(page.match(/^```/gm)).toHaveLength(2);
    expect(page.split("\n").filter((line) => line.startsWith("| high"))).toHaveLength(1);
  });
});

it("is one table in Markdown, a line for each finding, with nothing between its lines", () => {
  const page = auditMarkdown(
    report({ clusters: [{ name: "blue", arn: "arn:aws:eks:eu-west-1:1:cluster/b" }] }),
  );
  expect(page.split("\n").slice(0, 8)).toEqual([
    expect.stringMatching(/^# \S.*\S$/),
    "",
    expect.stringMatching(/^AWS account 111122223333; blue\. /),
    "",
    "| Severity | Rule | What |",
    "|---|---|---|",
    expect.stringMatching(/^\| high \| role-gone \| .* \|$/),
    expect.stringMatching(/^\| low \| role-gone \| .* \(known\) \|$/),
  ]);
  for (const title of ["Suppressed", "Invalid suppressions", "Could not be read"])
    expect(page.split("\n")).toContain(`## ${title}`);
});

it("names the cluster of each finding in Markdown where there are several", () => {
  const clusters = ["blue", "green"].map((name) => ({
    name,
    arn: `arn:aws:eks:eu-west-1:1:cluster/${name}`,
  }));
  const lines = auditMarkdown(report({ clusters })).split("\n");
  expect(lines).toContain("| Severity | Rule | Cluster | What |");
  expect(lines).toContainEqual(expect.stringMatching(/^\| high \| role-gone \| \S+ \| .* \|$/));
});

it("findings one after the other that are fixed alike are told so once, in text", () => {
  const remedy = (text: string) => finding({ remedy: { kind: "advice", text } });
  const lines = auditLines(
    report({ findings: [remedy("do it"), remedy("do it"), remedy("or this")] }),
    PLAIN,
  );
  const row = expect.stringMatching(/^ {2}high /) as string;
  expect(lines.slice(4, 9)).toEqual([row, row, "      → do it", row, "      → or this"]);
});

describe("the summary", () => {
  it.each([
    ["counts", report(), "1 high, 1 medium, 1 low · 1 of them in the baseline · 1 suppressed"],
    ["says that there is nothing", EMPTY, "No findings"],
    [
      "does not say so where not all was read",
      { ...EMPTY, notRead: report().notRead },
      "No findings in what could be read",
    ],
  ])("%s", (_, given, text) => {
    expect(auditLines(given, PLAIN)).toContain(`  ${text}`);
  });

  it("is in the JSON too", () => {
    const { result } = JSON.parse(auditJson(report())) as { readonly result: { readonly summary: object } };
    const { summary } = result;
    expect(summary).toEqual({ critical: 0, high: 1, medium: 1, low: 1, known: 1, suppressed: 1 });
  });
});

function hostile(text: string): ReportedFinding {
  return finding({
    message: text,
    evidence: [["annotation", text]],
    remedy: { kind: "command", command: ["irsa", "verify", text] },
    subject: { kind: "service-account", name: text, id: text, cluster: BLUE },
  });
}
