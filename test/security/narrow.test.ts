import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { roleRef, type PolicyArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { evaluateIdentity } from "../../src/model/trust-policy/identity-policy.ts";
import { contextOf } from "../../src/model/trust-policy/request.ts";
import { runIn } from "../fakes/command-line.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";
import { aFolder } from "./folder.ts";

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess" as PolicyArn;
const T = "2026-11-19T08:00:00.000Z";
const USED: readonly ServiceUse[] = [
  { service: "s3", lastUsed: T, actions: [{ name: "ListAllMyBuckets", lastUsed: T }] },
  { service: "dynamodb", actions: [] },
];

/** A role of the company's for payments/worker, with administrator access, whose tags say what they say. */
function worldWith(tagged: string, role = ownRole("company")): World {
  const world = aWorld()
    .withProvider()
    .withPolicy(ADMIN, {
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
  return world
    .withRole(
      role,
      {
        trust: world.trustOf({ serviceAccount: aServiceAccount("payments/worker") }),
        tags: world.ownershipTagsOf({ serviceAccount: aServiceAccount(tagged) }),
      },
      { attached: [ADMIN], used: USED },
    )
    .withServiceAccount("payments/worker", { annotations: { [ROLE_ANNOTATION]: role } });
}

async function said(world: World, line: string): Promise<string> {
  const { heard } = await runIn(world, line);
  return [...heard.out, ...heard.err].join("\n");
}

for (const [how, line] of [
  ["by its name", "narrow company"],
  ["by its ServiceAccount", `narrow payments/worker ${ON}`],
] as const)
  attack(
    "other IAM user",
    `C1: tag the company's role as tenant/evil's, so that narrow prints a command that gives its permissions to theirs (${how})`,
    {
      attack: async () => {
        const text = await said(worldWith("tenant/evil"), line);
        expect(text).not.toMatch(/irsa update-sa/);
        expect(text).toContain("aws iam put-role-policy --role-name company");
        expect(text).toMatch(/but its name (is not|and trust policy do not)/);
      },
      twin: async () => {
        const computed = aWorld().roleOf({ serviceAccount: aServiceAccount("payments/worker") });
        const byName = await said(worldWith("payments/worker", computed), `narrow ${roleRef(computed).name}`);
        expect(byName).toContain("irsa update-sa payments/worker --cluster arn:");
        const owned = await said(worldWith("payments/worker"), `narrow payments/worker ${ON}`);
        expect(owned).toContain("irsa update-sa payments/worker --cluster eks-work-cluster");
      },
    },
  );

/** What a role may do, by what is proposed for it and what stays: all but IAM, outside of a vault, with a Deny. */
async function afterNarrowing(used: readonly ServiceUse[]) {
  const statements: readonly Statement[] = [
    { Effect: "Allow", NotAction: ["iam:*", "sts:*"], NotResource: "arn:aws:s3:::vault/*" },
    { Effect: "Deny", Action: "s3:Delete*", Resource: "*" },
  ];
  const before: PolicyDocument = { Version: "2012-10-17", Statement: statements };
  const world = aWorld().withRole(ownRole("app"), {}, { inline: { own: before }, used });
  const { heard } = await runIn(world, "narrow app");
  const text = heard.out.join("\n");
  const document: PolicyDocument = text === "" ? before : JSON.parse(text);
  return (action: string, resource: string): boolean => {
    const principal = { type: "AWS", arn: ownRole("app"), awsAccount: "111122223333" } as const;
    const request = { principal, action, context: contextOf({}), others: "absent" } as const;
    const { allowed, denied } = evaluateIdentity([document], request, resource);
    return allowed !== "no" && denied !== "yes";
  };
}

const used = (service: string, ...names: readonly string[]): ServiceUse => {
  return { service, lastUsed: T, actions: names.map((name) => ({ name, lastUsed: T })) };
};

for (const [what, report] of [
  ["services that are patterns", [used("*", "*"), used("i*m", "*"), { service: "dynamodb", actions: [] }]],
  ["actions that are patterns", [used("s3", "*", "Delete*", "?*"), used("iam", "*"), used("ec2", "Run*")]],
  ["actions that the policy excludes", [used("iam", "PassRole", "CreateUser"), used("sts", "AssumeRole")]],
  ["names with what a policy reads as something else", [used("iam:pass", "x"), used("s3", "a:b", "${*}")]],
  ["one unused action of each", [{ ...used("s3", "GetObject"), actions: [{ name: "DeleteBucket" }] }]],
  ["nothing at all", []],
] as const satisfies readonly (readonly [string, readonly ServiceUse[]])[])
  attack("malicious proxy", `Report a use of a role that leads narrow to allow more than before: ${what}`, {
    attack: async () => {
      const may = await afterNarrowing(report);
      for (const action of ["iam:PassRole", "iam:CreateUser", "sts:AssumeRole"])
        expect([action, may(action, "*")]).toEqual([action, false]);
      expect(may("s3:DeleteBucket", "arn:aws:s3:::logs")).toBe(false);
      expect(may("s3:GetObject", "arn:aws:s3:::vault/x")).toBe(false);
    },
    twin: async () => {
      const may = await afterNarrowing(USED);
      expect(may("s3:ListAllMyBuckets", "*")).toBe(true);
      expect(may("dynamodb:GetItem", "*")).toBe(false);
    },
  });

attack("local user", "L4: put a link where narrow writes its policy, so that another file is overwritten", {
  attack: async () => {
    const folder = aFolder();
    const victim = folder.file("home/.bashrc", "untouched");
    const link = folder.link("shared/policy.json", "../home/.bashrc");
    const { failure } = await runIn(worldWith("tenant/evil"), `narrow company --file ${link}`);
    expect(failure?.message).toContain("is a symbolic link that points outside the directory");
    expect(readFileSync(victim, "utf8")).toBe("untouched");
  },
  twin: async () => {
    const file = join(aFolder().path, "policy.json");
    await runIn(worldWith("tenant/evil"), `narrow company --file ${file}`);
    expect(readFileSync(file, "utf8")).toContain("s3:");
  },
});

/** What is dropped of a policy with so many patterns, beside one with a service that was never used. */
async function droppedBeside(patterns: number): Promise<readonly unknown[]> {
  const Action = Array.from({ length: patterns }, (_, at) => `*:*${at.toString(36)}*`);
  const allow = (actions: readonly string[]): PolicyDocument => {
    return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
  };
  const inline = { complex: allow(Action), usual: allow(["dynamodb:GetItem", "s3:ListAllMyBuckets"]) };
  const { heard } = await runIn(
    aWorld().withRole(ownRole("app"), {}, { inline, used: USED }),
    "narrow app -o json",
  );
  const answer: { readonly result: { readonly policies: readonly unknown[] } } = JSON.parse(
    heard.out.join("\n"),
  );
  return answer.result.policies;
}

attack("other IAM user", "M6: a policy with patterns that narrow takes minutes to take apart", {
  attack: async () =>
    expect(await droppedBeside(1_000)).toEqual([
      { arn: null, inline: "complex", fate: "stays" },
      { arn: null, inline: "usual", fate: "replaced" },
    ]),
  twin: async () =>
    expect(await droppedBeside(3)).toEqual([
      { arn: null, inline: "complex", fate: "replaced" },
      { arn: null, inline: "usual", fate: "replaced" },
    ]),
});
