import { describe, expect, it } from "vitest";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import type { AssociationOutcome } from "../../src/audit/association-access.ts";
import { permissionsOf } from "../../src/model/role-permissions.ts";
import { known } from "../../src/model/known.ts";
import type { PolicyArn, RoleArn } from "../../src/model/arn.ts";
import type { RoleDetails } from "../../src/model/iam-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { ownPolicy, ownRole } from "../fakes/values.ts";
import { association, audited, CLUSTER, role, serviceAccount } from "./build.ts";

const BOTH = ["sts:AssumeRole", "sts:TagSession"];
const FIRST = ownRole("first");
const TARGET = ownRole("target");
const OUT = TARGET.replace("111122223333", "999988887777") as RoleArn;

function eks(changes: Partial<Statement> = {}): PolicyDocument {
  return trustPolicy([
    { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: BOTH, ...changes },
  ]);
}

function target(changes: Partial<Statement> = {}): PolicyDocument {
  return trustPolicy([{ Effect: "Allow", Principal: { AWS: FIRST }, Action: BOTH, ...changes }]);
}

const MAY = trustPolicy([{ Effect: "Allow", Action: BOTH, Resource: TARGET }]);
const ROOT = { AWS: "arn:aws:iam::111122223333:root" };

interface Case {
  readonly name: string;
  readonly first?: PolicyDocument;
  readonly target?: PolicyDocument;
  readonly association?: Partial<PodIdentityAssociation>;
  /** The first role's permissions; `null` if they could not be read. */
  readonly permissions?: Partial<RoleDetails> | null;
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly ends: string;
}

const WELL = `target through first`;
const UNTAGGED = { withoutSessionTags: true } as const;

/** The role alone; sources: EKS User Guide, pod-id-role and pod-id-abac. */
const ROLE: readonly Case[] = [
  { name: "as EKS's console writes it", first: eks(), ends: "first" },
  {
    name: "without sts:TagSession",
    first: eks({ Action: "sts:AssumeRole" }),
    ends: "role: sts:TagSession",
  },
  {
    name: "without sts:TagSession, and without session tags",
    first: eks({ Action: "sts:AssumeRole" }),
    association: UNTAGGED,
    ends: "first",
  },
  {
    name: "for another service",
    first: eks({ Principal: { Service: "eks.amazonaws.com" } }),
    ends: "role: sts:AssumeRole",
  },
  ...(
    [
      ["this cluster", { ArnEquals: { "aws:SourceArn": CLUSTER.arn } }, "first"],
      ["another cluster", { ArnEquals: { "aws:SourceArn": `${CLUSTER.arn}-2` } }, "role: sts:AssumeRole"],
      ["this AWS account", { StringEquals: { "aws:SourceAccount": CLUSTER.awsAccount } }, "first"],
      [
        "another AWS account",
        { StringEquals: { "aws:SourceAccount": "999988887777" } },
        "role: sts:AssumeRole",
      ],
      ["the namespace", { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } }, "first"],
      [
        "another namespace",
        { StringEquals: { "aws:RequestTag/kubernetes-namespace": "pay" } },
        "role: sts:AssumeRole",
      ],
      ["namespaces by wildcard", { StringLike: { "aws:requesttag/KUBERNETES-namespace": "sho?" } }, "first"],
      ["that a tag is there", { Null: { "aws:RequestTag/kubernetes-pod-name": "false" } }, "first"],
      [
        "that no tag is there",
        { Null: { "aws:RequestTag/kubernetes-pod-uid": "true" } },
        "role: sts:AssumeRole",
      ],
      [
        "a pod that nobody knows beforehand",
        { StringLike: { "aws:RequestTag/kubernetes-pod-name": "cart-*" } },
        "first ? aws:RequestTag/kubernetes-pod-name",
      ],
      ["a tag that EKS never sets", { StringEquals: { "aws:RequestTag/team": "x" } }, "role: sts:AssumeRole"],
      ["the same, if it exists", { StringEqualsIfExists: { "aws:RequestTag/team": "x" } }, "first"],
      [
        "no tags but EKS's",
        { "ForAllValues:StringLike": { "aws:TagKeys": ["eks-cluster-*", "kubernetes-*"] } },
        "first",
      ],
      [
        "fewer tags than EKS's",
        { "ForAllValues:StringEquals": { "aws:TagKeys": ["kubernetes-namespace"] } },
        "role: sts:AssumeRole",
      ],
      [
        "one of EKS's tags at least",
        { "ForAnyValue:StringEquals": { "aws:TagKeys": "kubernetes-namespace" } },
        "first",
      ],
      [
        "none of EKS's tags",
        { "ForAllValues:StringNotEquals": { "aws:TagKeys": "kubernetes-namespace" } },
        "role: sts:AssumeRole",
      ],
      [
        "a variable of a session tag",
        { StringEquals: { "aws:RequestTag/eks-cluster-arn": "${aws:SourceArn}" } },
        "first",
      ],
      [
        "a principal tag, which a service has not",
        { StringEquals: { "aws:PrincipalTag/kubernetes-namespace": "shop" } },
        "first ? aws:PrincipalTag/kubernetes-namespace",
      ],
    ] as const
  ).map(([name, Condition, ends]): Case => ({ name: `pinned to ${name}`, first: eks({ Condition }), ends })),
  {
    name: "pinned to a tag, without session tags",
    first: eks({ Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } } }),
    association: UNTAGGED,
    ends: "role: sts:AssumeRole",
  },
  {
    name: "pinned to tags by ForAllValues, without session tags: a missing key satisfies it",
    first: eks({ Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "x" } } }),
    association: UNTAGGED,
    ends: "first",
  },
  {
    name: "denied for the namespace",
    first: trustPolicy([
      { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: BOTH },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sts:TagSession",
        Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } },
      },
    ]),
    ends: "role: sts:TagSession",
  },
];

/** With a target role; source: EKS User Guide, pod-id-assign-target-role. */
const CHAINED: readonly Case[] = [
  { name: "as EKS's guide writes it", ends: WELL },
  {
    name: "without sts:TagSession",
    target: target({ Action: "sts:AssumeRole" }),
    ends: "target: sts:TagSession",
  },
  {
    name: "without sts:TagSession, and without session tags",
    target: target({ Action: "sts:AssumeRole" }),
    association: UNTAGGED,
    ends: WELL,
  },
  {
    name: "for another role",
    target: target({ Principal: { AWS: ownRole("other") } }),
    ends: "target: sts:AssumeRole",
  },
  { name: "for EKS itself, which does not ask", target: eks(), ends: "target: sts:AssumeRole" },
  { name: "whose first role refuses EKS", first: trustPolicy([]), ends: "role: sts:AssumeRole" },
  {
    name: "by the external ID, without session tags",
    target: target({ Condition: { StringEquals: { "sts:ExternalId": "x/y" } } }),
    association: { ...UNTAGGED, externalId: "x/y" },
    ends: WELL,
  },
  {
    name: "by another external ID",
    target: target({ Condition: { StringEquals: { "sts:ExternalId": "z" } } }),
    association: { ...UNTAGGED, externalId: "x/y" },
    ends: "target: sts:AssumeRole",
  },
  {
    name: "by an external ID beside session tags, which is documented nowhere",
    target: target({ Condition: { StringEquals: { "sts:ExternalId": "x/y" } } }),
    association: { externalId: "x/y" },
    ends: `${WELL} ? sts:ExternalId`,
  },
  {
    name: "by the request tags",
    target: target({ Condition: { StringEquals: { "aws:RequestTag/kubernetes-service-account": "cart" } } }),
    ends: WELL,
  },
  {
    name: "by the principal tags of the first session",
    target: target({ Condition: { StringEquals: { "aws:PrincipalTag/kubernetes-namespace": "shop" } } }),
    ends: WELL,
  },
  {
    name: "by the principal tags of another namespace",
    target: target({ Condition: { StringEquals: { "aws:PrincipalTag/kubernetes-namespace": "pay" } } }),
    ends: "target: sts:AssumeRole",
  },
  {
    name: "by the ARN of the first role, through its AWS account, with its permission",
    target: target({ Principal: ROOT, Condition: { ArnEquals: { "aws:PrincipalArn": FIRST } } }),
    permissions: { inline: { may: MAY } },
    ends: WELL,
  },
  {
    name: "of the AWS account, without the first role's permission",
    target: target({ Principal: ROOT }),
    ends: "target: permission",
  },
  {
    name: "of the AWS account, where the first role's permissions could not be read",
    target: target({ Principal: ROOT }),
    permissions: null,
    ends: `${WELL} ?`,
  },
  {
    name: "of the AWS account, with permission for sts:AssumeRole alone",
    target: target({ Principal: ROOT }),
    permissions: {
      inline: { may: trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }]) },
    },
    ends: "target: permission",
  },
  {
    name: "of the AWS account, with permission by wildcard and a variable of a session tag",
    target: target({ Principal: ROOT }),
    permissions: {
      inline: {
        may: trustPolicy([
          {
            Effect: "Allow",
            Action: "sts:*",
            Resource: "arn:aws:iam::*:role/t*",
            Condition: { StringEquals: { "aws:PrincipalTag/kubernetes-namespace": "shop" } },
          },
        ]),
      },
    },
    ends: WELL,
  },
  {
    name: "of the AWS account, with permission for all but it",
    target: target({ Principal: ROOT }),
    permissions: {
      inline: { may: trustPolicy([{ Effect: "Allow", Action: BOTH, NotResource: TARGET }]) },
    },
    ends: "target: permission",
  },
  {
    name: "of the AWS account, with a managed policy that could not be read",
    target: target({ Principal: ROOT }),
    permissions: { attached: [ownPolicy("may")] },
    ends: `${WELL} ?`,
  },
  {
    name: "of the AWS account, with a managed policy",
    target: target({ Principal: ROOT }),
    permissions: { attached: [ownPolicy("may")] },
    policies: { [ownPolicy("may")]: MAY },
    ends: WELL,
  },
  {
    name: "by name, denied by the first role's policies",
    permissions: {
      inline: { no: trustPolicy([{ Effect: "Deny", Action: "sts:AssumeRole", Resource: "*" }]) },
    },
    ends: "target: permission",
  },
  {
    name: "by name, beyond the first role's boundary",
    permissions: { boundary: ownPolicy("edge") },
    policies: {
      [ownPolicy("edge")]: trustPolicy([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]),
    },
    ends: "target: permission",
  },
  {
    name: "by name, within the first role's boundary",
    permissions: { boundary: ownPolicy("edge") },
    policies: { [ownPolicy("edge")]: MAY },
    ends: WELL,
  },
  {
    name: "by name, with a boundary that could not be read",
    permissions: { boundary: ownPolicy("edge") },
    ends: `${WELL} ?`,
  },
  { name: "of another AWS account", association: { targetRoleArn: OUT }, ends: "target: elsewhere" },
  {
    name: "that does not exist",
    association: { targetRoleArn: ownRole("gone") },
    ends: "target: not-found",
  },
].map((one) => ({ ...one, association: { targetRoleArn: TARGET, ...one.association } }));

describe.each([
  ["a role", ROLE],
  ["a target role", CHAINED],
])("an association with %s", (_, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const { first = eks(), target: chained = target(), permissions = {}, policies = {} } = one;
    const world = audited({
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "first", one.association)],
    });
    const details = permissions === null ? [] : [[FIRST, { ...NONE, ...permissions }] as const];
    const { clusters, roles } = accessIndexOf(
      { roles: known([role("first", first), role("target", chained)]), clusters: [world] },
      [],
      permissionsOf(new Map(details), new Map(Object.entries(policies) as [PolicyArn, PolicyDocument][])),
    );
    const [outcome] = clusters.flatMap(({ outcomes }) => [...outcomes.values()]);
    expect(textOf(outcome)).toBe(one.ends);
    // Pods never get the credentials of a role that only leads to another.
    const held = roles.filter(({ byCluster }) =>
      byCluster.some(({ associations }) => associations.length > 0),
    );
    expect(held.map((each) => each.role.arn)).toEqual(
      outcome?.state === "assumed" ? [outcome.access.role] : [],
    );
  });
});

const NONE: RoleDetails = { attached: [], inline: {}, tags: {} };

function textOf(outcome: AssociationOutcome | undefined): string {
  switch (outcome?.state) {
    case "assumed": {
      const { access } = outcome;
      const { verdict, unknownKeys } = access.judgement;
      const doubt = verdict === "allow" ? "" : ` ? ${unknownKeys.join(",")}`.trimEnd();
      return `${nameOf(access.role)}${access.through === undefined ? "" : ` through ${nameOf(access.through)}`}${doubt}`;
    }
    case "refused":
      return `${outcome.refusal.at}: ${outcome.refusal.why}`;
    case "unknown":
      return `${outcome.at}: ${outcome.why}`;
    case undefined:
      return "none";
  }
}

function nameOf(arn: RoleArn): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
