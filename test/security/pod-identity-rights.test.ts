import { expect } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import { findingsOf } from "../../src/audit/findings.ts";
import { accessPathsOf } from "../../src/audit/access-paths.ts";
import { auditOf } from "../../src/audit/rule.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { association, CLUSTER, role, serviceAccount } from "../audit/build.ts";
import { ownRole } from "../fakes/values.ts";
import { observedOf, type Given } from "../graph/scenes.ts";
import { attack } from "./attack.ts";

const BOTH = ["sts:AssumeRole", "sts:TagSession"];
const EKS = trustPolicy([
  {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: BOTH,
    Condition: { ArnEquals: { "aws:SourceArn": CLUSTER.arn } },
  },
]);
const ADMIN = { inline: { all: trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]) } };

function world(made: Partial<PodIdentityAssociation>, more: Partial<Given> = {}): Given {
  return {
    roles: [role("p", EKS)],
    details: { p: ADMIN },
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p", made)],
    },
    ...more,
  };
}

function rulesIn(given: Given): readonly string[] {
  return findingsOf(auditOf(observedOf(given), 90), RULES).map(({ rule }) => rule);
}

const SEEMING = [
  "{",
  "{}",
  "[]",
  '{"Version":"2012-10-17","Statement":[null]}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*:*","Resource":"*"}}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}}',
];

attack("other IAM user", "a session policy that limits nothing hides administrator access from the audit", {
  attack: () => {
    for (const policy of SEEMING)
      expect(rulesIn(world({ policy, withoutSessionTags: true })), policy).toContain("administrator");
  },
  twin: () => {
    const policy = JSON.stringify(trustPolicy([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]));
    expect(rulesIn(world({ policy, withoutSessionTags: true }))).not.toContain("administrator");
  },
});

attack("other IAM user", "a session policy of one association hides another one's access", {
  attack: () => {
    const policy = JSON.stringify(trustPolicy([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]));
    const associations = [
      association("shop/cart", "p", { policy, withoutSessionTags: true }),
      association("shop/till", "p"),
    ];
    const serviceAccounts = [serviceAccount("shop/cart"), serviceAccount("shop/till")];
    expect(rulesIn(world({}, { cluster: { serviceAccounts, associations } }))).toContain("administrator");
  },
  twin: () => {
    expect(rulesIn(world({}))).toContain("administrator");
  },
});

attack("other IAM user", "a target role hides behind a role that leads to it", {
  attack: () => {
    const target = trustPolicy([{ Effect: "Allow", Principal: { AWS: ownRole("p") }, Action: BOTH }]);
    const given = world(
      { targetRoleArn: ownRole("t") },
      { roles: [role("p", EKS), role("t", target)], details: { p: {}, t: ADMIN } },
    );
    expect(rulesIn(given)).toContain("administrator");
    const held = observedOf(given).access.roles.flatMap(accessPathsOf);
    expect(held.map((path) => path.role.arn)).toEqual([ownRole("t")]);
  },
  twin: () => {
    const closed = world(
      { targetRoleArn: ownRole("t") },
      { roles: [role("p", EKS), role("t", trustPolicy([]))], details: { p: {}, t: ADMIN } },
    );
    expect(rulesIn(closed)).toEqual(["association-refused"]);
  },
});
