import { expect, it } from "vitest";
import { notJudged } from "../../src/audit/not-judged.ts";
import { candidateOf } from "../../src/audit/what-can.ts";
import { rolesOf } from "../../src/audit/roles-of.ts";
import { known } from "../../src/model/known.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import type { RoleListing } from "../../src/model/iam-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { association, audited, readable, role } from "./build.ts";

const FAR = ownRole("far").replace("111122223333", "999988887777") as RoleArn;
const OPEN = role(
  "first",
  trustPolicy([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ]),
);
const CLOSED = role("first", trustPolicy([]));

function judged(roles: readonly RoleListing[] | undefined, annotated?: RoleArn) {
  const associations = [association("shop/cart", "first", { targetRoleArn: FAR })];
  const cluster = audited({ associations });
  const candidate = candidateOf(aServiceAccount("shop/cart"), known(undefined));
  const { outcomes } = rolesOf(candidate, { roles: readable(roles), clusters: [cluster] }, () => undefined);
  return notJudged(annotated, cluster.cluster, outcomes);
}

const BY_TARGET = { role: FAR, via: "pod-identity", through: ownRole("first") };

it.each([
  ["the first role allows EKS", [OPEN], undefined, [BY_TARGET]],
  ["the first role refuses EKS", [CLOSED], undefined, []],
  ["the roles could not be read", undefined, undefined, [BY_TARGET]],
  ["the annotation has one as well", [OPEN], FAR, [{ role: FAR, via: "irsa" }, BY_TARGET]],
  ["the annotation has one of this account", [CLOSED], ownRole("own"), []],
] as const)(
  "a target role in another AWS account is named as not judged: %s",
  (_, roles, annotated, expected) => {
    expect(judged(roles, annotated)).toEqual(expected);
  },
);
