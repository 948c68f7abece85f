import { expect } from "vitest";
import { isDenied } from "../../src/audit/guardrails/guardrails.ts";
import type { ProviderArn } from "../../src/model/arn.ts";
import type { GuardrailsAnswer } from "../../src/model/guardrails.ts";
import { hostPath } from "../../src/model/issuer.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { webIdentityRequest } from "../../src/model/trust-policy/request.ts";
import { runIn } from "../fakes/command-line.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";
import { aFolder } from "./folder.ts";
import { runHere } from "./in-process.ts";

const GITHUB = "token.actions.githubusercontent.com";
/** As IAM lists it, whatever is in it. */
const arnOf = (issuer: string) => `arn:aws:iam::111122223333:oidc-provider/${issuer}` as ProviderArn;

/** An AWS account with a cluster's provider, and a role for shop/cart. */
function anAccount(): World {
  const world = aWorld().withProvider();
  const serviceAccount = aServiceAccount("shop/cart");
  return world.withRole(ownRole("cart"), { trust: world.trustOf({ serviceAccount }) });
}

async function guardrailsIn(world: World, line = "guardrails"): Promise<GuardrailsAnswer> {
  const { heard } = await runIn(world, `${line} -o json`);
  const { result }: { readonly result: GuardrailsAnswer } = JSON.parse(heard.out.join("\n"));
  return result;
}

/** True if the resource control policies deny a token. */
function denies({ policies }: GuardrailsAnswer, issuer: string, subject: string): boolean {
  const token = {
    providerArn: arnOf(issuer),
    issuerHostPath: issuer,
    subject,
    audience: "sts.amazonaws.com",
  };
  return isDenied(policies, webIdentityRequest({ ...token, others: "absent" }));
}

for (const issuer of ["*", "*.example.com", "oidc.eks.*/id/*", "${aws:username}", "evil.example/?"])
  attack(
    "other IAM user",
    `Create a provider for ${issuer}, so that guardrails takes every issuer for known`,
    {
      attack: async () => {
        const answer = await guardrailsIn(anAccount().withProvider({ arn: arnOf(issuer) }));
        expect(answer.issuers).toHaveLength(1);
        expect(JSON.stringify(answer.policies)).not.toContain(`oidc-provider/${issuer}"`);
        expect(answer.leftOut).toEqual([arnOf(issuer)]);
        const { heard } = await runIn(anAccount().withProvider({ arn: arnOf(issuer) }), "guardrails");
        expect(heard.out.join("\n")).toContain(
          `Not a known issuer: a policy would read the URL of ${arnOf(issuer)}`,
        );
      },
      twin: async () => {
        const answer = await guardrailsIn(anAccount().withProvider({ arn: arnOf(GITHUB) }));
        expect(answer.issuers.map((one) => one.issuer)).toContain(GITHUB);
        expect(answer.leftOut).toEqual([]);
      },
    },
  );

/** The account with another role, whose trust policy compares the cluster's subjects with the value. */
function withSubject(operator: string, subject: (issuer: string) => string, version?: string): World {
  const world = anAccount();
  const issuer = hostPath(world.cluster.issuer);
  const statement: Statement = {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: arnOf(issuer) },
    Condition: { [operator]: { [`${issuer}:sub`]: subject(issuer) } },
  };
  const trust = trustPolicy([statement]);
  return world.withRole(ownRole("theirs"), {
    trust: version === undefined ? trust : { ...trust, Version: version },
  });
}

for (const [what, operator, subject, version] of [
  ["a pattern that every ServiceAccount matches", "StringLike", () => "s*"],
  ["a pattern of the beginning of all", "StringLike", () => "system:serviceaccount*"],
  ["a variable that stands for the token's own subject", "StringEquals", (issuer) => `\${${issuer}:sub}`],
  ["the same in the older language", "StringEquals", (issuer) => `\${${issuer}:sub}`, "2008-10-17"],
  ["wildcards in a namespace", "StringLike", () => "system:serviceaccount:*:*"],
  ["a literal that a pattern would be", "StringEquals", () => "system:serviceaccount:kube-system:*"],
] as const satisfies readonly (readonly [string, string, (issuer: string) => string, string?])[])
  attack(
    "other IAM user",
    `Write a subject into a trust policy that guardrails would keep too widely: ${what}`,
    {
      attack: async () => {
        const world = withSubject(operator, subject, version);
        const issuer = hostPath(world.cluster.issuer);
        const answer = await guardrailsIn(world);
        expect(answer.issuers).toEqual([{ issuer, subjects: ["system:serviceaccount:shop:cart"] }]);
        expect(denies(answer, issuer, "system:serviceaccount:kube-system:evil")).toBe(true);
      },
      twin: async () => {
        const world = withSubject("StringLike", () => "repo:org/app:*");
        const issuer = hostPath(world.cluster.issuer);
        const answer = await guardrailsIn(world);
        expect(denies(answer, issuer, "repo:org/app:ref:refs/heads/main")).toBe(false);
        expect(denies(answer, issuer, "system:serviceaccount:shop:cart")).toBe(false);
      },
    },
  );

/** The account with a role whose trust policy has as many patterns, which nobody is allowed by in the end. */
function withPatterns(count: number): World {
  const world = anAccount();
  const issuer = hostPath(world.cluster.issuer);
  const patterns = (end: string) => Array.from({ length: count }, (_, at) => `*${at}${end}`);
  const statement: Statement = {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: arnOf(issuer) },
    Condition: { StringLike: { [`${issuer}:sub`]: patterns("*"), [`${issuer}:aud`]: patterns("") } },
  };
  const { Condition: _, ...all } = statement;
  return world.withRole(ownRole("theirs"), { trust: trustPolicy([statement, { ...all, Effect: "Deny" }]) });
}

attack("other IAM user", "M6: a trust policy that takes guardrails minutes to judge", {
  attack: async () => {
    const { notJudged, kept } = await guardrailsIn(withPatterns(400));
    expect([notJudged, kept]).toEqual([[ownRole("theirs")], 1]);
  },
  twin: async () => {
    const { notJudged, kept } = await guardrailsIn(withPatterns(20));
    expect([notJudged, kept]).toEqual([[], 1]);
  },
});

attack(
  "pull-request author",
  "H4: have a pipeline read a file of secrets as --issuer-file, which an error quotes",
  {
    attack: async () => {
      const mark = "S3CR3T-MARK-0123456789";
      const file = aFolder().file("credentials", `[default]\naws_secret_access_key = ${mark}\n${mark}\n`);
      for (const output of ["text", "json"]) {
        const { code, stdout, stderr } = await runHere(["guardrails", "--issuer-file", file, "-o", output]);
        expect(stdout + stderr).not.toContain(mark);
        expect(stdout + stderr).toContain("line 3: is not a valid issuer URL");
        expect(code).toBe(2);
      }
    },
    twin: async () => {
      const file = aFolder().file("issuers.txt", `# ours\nhttps://${GITHUB}\n`);
      const { issuers } = await guardrailsIn(anAccount(), `guardrails --issuer-file ${file}`);
      expect(issuers.map(({ issuer }) => issuer)).toEqual([GITHUB]);
    },
  },
);
