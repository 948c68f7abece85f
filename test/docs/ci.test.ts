import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../src/model/trust-policy/evaluate.ts";
import type { WebIdentityGrant } from "../../src/model/trust-policy/grant.ts";
import { judgeGrant } from "../../src/model/trust-policy/judge.ts";
import { webIdentityRequest } from "../../src/model/trust-policy/request.ts";
import { COMMAND_NAMES } from "../../src/permissions/commands.ts";

const page = await readFile("docs/ci.md", "utf8");

/** A Condition block. */
type Block = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The content of the page's code block of this name. */
function block(name: string): string {
  const [, content] = new RegExp(`^\`\`\`\\w+ ${name}\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
  if (content === undefined) throw new Error(`docs/ci.md has no block ${name}`);
  return content;
}

const ISSUER = "token.actions.githubusercontent.com";
const REPOSITORY = "repo:ORG@123456/REPO@456789";
const PRODUCTION = `${REPOSITORY}:environment:production`;
const grant = (subject: string, audience = "sts.amazonaws.com"): WebIdentityGrant => ({
  providerArn: `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`,
  issuerHostPath: ISSUER,
  subject,
  audience,
});
const verdict = (document: unknown, { subject, audience, ...provider }: WebIdentityGrant, facts = {}) =>
  evaluateTrust(document, webIdentityRequest({ ...provider, subject, audience, facts })).verdict;

/** Tokens of GitHub's that are of other repositories, other places, or for others. */
const STRANGERS: readonly WebIdentityGrant[] = [
  grant(`${REPOSITORY}:environment:staging`),
  grant(`${REPOSITORY}:environment:production2`),
  grant(`${REPOSITORY}:ref:refs/heads/evil`),
  grant(`${REPOSITORY}:ref:refs/tags/main`),
  grant("repo:ORG@123456/OTHER@1:environment:production"),
  grant("repo:ORG@9/REPO@9:environment:production"),
  grant("repo:ORG-evil@9/REPO@9:environment:production"),
  grant("repo:ORG/REPO:environment:production"),
  grant(PRODUCTION, "https://github.com/ORG"),
  grant(PRODUCTION, "sigstore"),
];

describe("the trust policies of docs/ci.md", () => {
  const apply = JSON.parse(block("trust-apply")) as PolicyDocument;
  const plan = JSON.parse(block("trust-plan")) as PolicyDocument;

  test("the one that applies is what irsa itself would write: aud and sub pinned, and nobody near gets in", () => {
    expect(judgeGrant(apply, grant(PRODUCTION))).toEqual([]);
  });

  test.each(STRANGERS)("allows neither $subject for $audience", (stranger) => {
    expect([verdict(apply, stranger), verdict(plan, stranger)]).toEqual(["deny", "deny"]);
  });

  test("a pull request may plan and not apply; production applies and does not plan", () => {
    const request = grant(`${REPOSITORY}:pull_request`);
    expect([verdict(plan, request), verdict(apply, request)]).toEqual(["allow", "deny"]);
    expect([verdict(plan, grant(PRODUCTION)), verdict(apply, grant(PRODUCTION))]).toEqual(["deny", "allow"]);
  });
});

describe("policies that the page warns of are judged as unsafe", () => {
  const withCondition = (Condition: Block): PolicyDocument => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: grant("").providerArn },
        Condition,
      },
    ],
  });
  const aud = { [`${ISSUER}:aud`]: "sts.amazonaws.com" };
  const sub = { [`${ISSUER}:sub`]: PRODUCTION };
  const like = (pattern: string) => ({ StringEquals: aud, StringLike: { [`${ISSUER}:sub`]: pattern } });

  test.each<[string, Block, WebIdentityGrant]>([
    ["no aud", { StringEquals: sub }, grant(PRODUCTION, "sigstore")],
    ["repo:ORG/*", like("repo:ORG@123456/*"), grant("repo:ORG@123456/OTHER@1:ref:refs/heads/x")],
    ["repo:ORG/REPO:*", like(`${REPOSITORY}:*`), grant(`${REPOSITORY}:pull_request`)],
    ["repo:ORG*", like("repo:ORG*"), grant("repo:ORG-evil@9/REPO@9:environment:production")],
    ["an environment by prefix", like(`${PRODUCTION}*`), grant(`${PRODUCTION}-eu`)],
    ["no sub", { StringEquals: aud }, grant("repo:anybody@1/any@2:ref:refs/heads/main")],
  ])("%s", (_, condition, stranger) => {
    const document = withCondition(condition);
    expect(verdict(document, stranger)).toBe("allow");
    // Not of the shape that irsa writes, so that it does not pass for it.
    expect(judgeGrant(document, grant(PRODUCTION))).toContainEqual({ code: "missing" });
  });

  test.each(["ForAllValues:StringEquals", "StringEqualsIfExists"])(
    "%s allows a caller without such a claim",
    (operator) => {
      const document = withCondition({ StringEquals: aud, [operator]: sub });
      expect(verdict(document, grant(PRODUCTION), { [`${ISSUER}:sub`]: [] })).toBe("allow");
      expect(judgeGrant(document, grant(PRODUCTION))).toContainEqual({ code: "missing" });
    },
  );
});

describe("the workflows", () => {
  interface Job {
    readonly if?: string;
    readonly environment?: string;
    readonly permissions: object;
    readonly steps: readonly {
      readonly uses?: string;
      readonly run?: string;
      readonly with?: Readonly<Record<string, string>>;
    }[];
  }
  const [{ plan, apply }, { audit }] = ["workflow", "audit"].map((name) => {
    const { permissions, jobs } = parse(block(name)) as {
      readonly permissions: object;
      readonly jobs: Readonly<Record<"plan" | "apply" | "audit", Job>>;
    };
    expect(permissions).toEqual({});
    return jobs;
  }) as [Readonly<Record<"plan" | "apply", Job>>, Readonly<Record<"audit", Job>>];
  const actionOf = ({ steps }: Job) => steps.find(({ uses }) => uses?.startsWith("irsa/irsa@"))?.with;

  test("have no permissions but a token for AWS, the sources, and what they write to GitHub", () => {
    const needed = { "id-token": "write", contents: "read" };
    expect(plan.permissions).toEqual({ ...needed, "pull-requests": "write" });
    expect(apply.permissions).toEqual(needed);
    expect(audit.permissions).toEqual({ ...needed, "security-events": "write" });
    expect([plan.environment, apply.environment]).toEqual([undefined, "production"]);
    expect(page).not.toMatch(/secrets\.|ACCESS_KEY/);
  });

  test("pin every action by commit, and put nothing of GitHub's into a shell", () => {
    const steps = [plan, apply, audit].flatMap((job) => job.steps);
    for (const { uses, run } of steps) {
      expect(uses).toMatch(/@[0-9a-f]{40}$/);
      expect(run).toBeUndefined();
    }
  });

  test("plan, and apply what was planned on main alone", () => {
    expect(actionOf(plan)).toMatchObject({ command: "plan" });
    expect(apply.if).toContain("github.event_name == 'push'");
    expect(actionOf(apply)).toMatchObject({
      command: "apply",
      "expect-plan": "${{ needs.plan.outputs.digest }}",
    });
    expect(actionOf(audit)).toMatchObject({ command: "audit" });
  });

  test("of GitLab and Atlantis are YAML, and every apply expects a plan", () => {
    expect([parse(block("gitlab")), parse(block("atlantis"))]).toMatchObject([{}, {}]);
    const applies = ["gitlab", "jenkins", "atlantis"].map(
      (name) => /irsa\S* apply .*/.exec(block(name))?.[0],
    );
    for (const line of applies) expect(line).toMatch(/--approve --expect-plan "\$/);
  });

  test("the page names commands that there are", () => {
    for (const [, command = ""] of page.matchAll(/irsa permissions (\w[\w-]*)/g))
      expect(COMMAND_NAMES).toContain(command);
  });
});
