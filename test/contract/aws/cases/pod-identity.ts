import { expect } from "vitest";
import { createRole, document, motoLacks, permissions, refused, type Case, type Step } from "../case.ts";

const api = (operation: string) => `EKS API Reference, ${operation}`;
const SERVICE_ACCOUNT = { clusterName: "work", namespace: "team", serviceAccount: "app" };
const ROLE = "arn:aws:iam::{account}:role/app";
const TARGET = "arn:aws:iam::444455556666:role/target";
const PODS_TRUST = document({
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});
const podRole = (RoleName: string): Step => createRole({ RoleName, AssumeRolePolicyDocument: PODS_TRUST });
const notFound = (message: unknown) => refused(404, "ResourceNotFoundException", message);
const invalid = (message: unknown) => refused(400, "InvalidParameterException", message);
const associate = (input: object = {}): Step => ({
  call: "eks:CreatePodIdentityAssociation",
  input: { ...SERVICE_ACCOUNT, roleArn: ROLE, ...input },
});
const onAssociation = (operation: string, input: object = {}): Step => ({
  call: `eks:${operation}`,
  input: { clusterName: "work", associationId: "{id}", ...input },
});
const addon = (operation: string, input: object = {}): Step => ({
  call: `eks:${operation}`,
  input: { clusterName: "work", addonName: "vpc-cni", ...input },
});
const without = (...fields: readonly string[]): object =>
  expect.toSatisfy((one: object) => fields.every((field) => !(field in one))) as object;
const associations = (steps: readonly Step[]) => motoLacks("Pod Identity associations", steps);

/** Pod Identity associations, and the add-ons that own some. */
export const POD_IDENTITY_CASES: readonly Case[] = [
  {
    name: "a Pod Identity association is created once, listed without its role, changed and deleted",
    source: `${api("CreatePodIdentityAssociation")} and its like`,
    clusters: ["work"],
    steps: [
      podRole("app"),
      podRole("other"),
      ...associations([
        {
          ...associate({ tags: { team: "a" } }),
          answer: {
            association: {
              ...SERVICE_ACCOUNT,
              roleArn: ROLE,
              associationId: expect.stringMatching(/^a-[a-z\d]{17}$/),
              associationArn: expect.stringMatching(/^arn:aws:eks:.*:podidentityassociation\/work\/a-/),
              disableSessionTags: false,
              tags: { team: "a" },
              createdAt: expect.any(Date),
              modifiedAt: expect.any(Date),
            },
          },
          keep: { id: "association.associationId" },
        },
        { ...associate(), ...refused(409, "ResourceInUseException", "Association already exists: {id}") },
        {
          call: "eks:ListPodIdentityAssociations",
          input: { clusterName: "work", namespace: "team", serviceAccount: "app" },
          answer: {
            associations: [
              expect.toSatisfy(
                (one: object) => "associationArn" in one && "serviceAccount" in one && !("roleArn" in one),
              ),
            ],
          },
        },
        {
          call: "eks:ListPodIdentityAssociations",
          input: { clusterName: "work", serviceAccount: "other" },
          answer: { associations: [] },
        },
        onAssociation("UpdatePodIdentityAssociation", { roleArn: "arn:aws:iam::{account}:role/other" }),
        {
          ...onAssociation("DescribePodIdentityAssociation"),
          answer: { association: { ...SERVICE_ACCOUNT, roleArn: "arn:aws:iam::{account}:role/other" } },
        },
        onAssociation("DeletePodIdentityAssociation"),
        {
          ...onAssociation("DescribePodIdentityAssociation"),
          ...notFound("No association found with id: {id}"),
        },
      ]),
    ],
  },
  {
    name: "an association has a target role, and an external ID for its trust, until both are cleared",
    source: `${api("UpdatePodIdentityAssociation")}; EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles"`,
    clusters: ["work"],
    steps: [
      podRole("app"),
      ...associations([
        {
          ...associate({ targetRoleArn: TARGET }),
          answer: {
            association: { targetRoleArn: TARGET, externalId: "{region}/{account}/work/team/app" },
          },
          keep: { id: "association.associationId" },
        },
        {
          ...onAssociation("UpdatePodIdentityAssociation", { disableSessionTags: true }),
          answer: { association: { targetRoleArn: TARGET, disableSessionTags: true } },
        },
        {
          ...onAssociation("UpdatePodIdentityAssociation", { targetRoleArn: "" }),
          answer: { association: without("targetRoleArn", "externalId") },
        },
        {
          ...onAssociation("DescribePodIdentityAssociation"),
          answer: { association: { roleArn: ROLE, disableSessionTags: true } },
        },
        {
          ...onAssociation("UpdatePodIdentityAssociation", { targetRoleArn: "target" }),
          ...invalid(expect.stringContaining("target role ARN")),
        },
      ]),
    ],
  },
  {
    name: "an association's session policy requires that session tags are disabled, and can be cleared",
    source: api("CreatePodIdentityAssociation"),
    clusters: ["work"],
    steps: [
      podRole("app"),
      ...associations([
        {
          ...associate({ policy: permissions() }),
          ...invalid(expect.stringContaining("disableSessionTags")),
        },
        {
          ...associate({ policy: "{", disableSessionTags: true }),
          ...invalid(expect.stringContaining("policy")),
        },
        {
          ...associate({
            policy: permissions({ Resource: `arn:aws:s3:::${"a".repeat(2000)}` }),
            disableSessionTags: true,
          }),
          ...invalid(expect.stringContaining("2048")),
        },
        {
          ...associate({ policy: permissions(), disableSessionTags: true }),
          answer: { association: { policy: permissions(), disableSessionTags: true } },
          keep: { id: "association.associationId" },
        },
        {
          ...onAssociation("UpdatePodIdentityAssociation", { disableSessionTags: false }),
          ...invalid(expect.stringContaining("disableSessionTags")),
        },
        {
          ...onAssociation("UpdatePodIdentityAssociation", { policy: "", disableSessionTags: false }),
          answer: { association: without("policy") },
        },
      ]),
    ],
  },
  {
    name: "an association's role is of the cluster's account, exists, and trusts EKS's pods",
    source:
      "hashicorp/terraform-provider-aws issues 34711 and 41483, eksctl-io/eksctl issue 8718; EKS User Guide, as above",
    clusters: ["work"],
    steps: [
      createRole({ RoleName: "irsa" }),
      ...associations([
        {
          ...associate({ roleArn: TARGET }),
          ...refused(403, "AccessDeniedException", "Cross-account pass role is not allowed."),
        },
        {
          ...associate({ roleArn: "arn:aws:iam::{account}:role/none" }),
          ...invalid("Role provided in the request does not exist."),
        },
        {
          ...associate({ roleArn: "arn:aws:iam::{account}:role/irsa" }),
          ...invalid("Trust policy of the role provided is invalid"),
        },
        { ...associate({ namespace: "Team" }), ...invalid(expect.stringContaining("namespace")) },
        { ...associate({ serviceAccount: "a_b" }), ...invalid(expect.stringContaining("service account")) },
      ]),
    ],
  },
  {
    name: "a repeated creation with the same request token is the same association",
    source: `${api("CreatePodIdentityAssociation")}, clientRequestToken`,
    clusters: ["work"],
    steps: [
      podRole("app"),
      ...associations([
        { ...associate({ clientRequestToken: "1" }), keep: { id: "association.associationId" } },
        {
          ...associate({ clientRequestToken: "1" }),
          answer: { association: { associationId: "{id}" } },
        },
        {
          ...associate({ clientRequestToken: "2" }),
          ...refused(409, "ResourceInUseException", "Association already exists: {id}"),
        },
      ]),
    ],
  },
  {
    name: "a cluster that does not exist has no associations",
    source: api("ListPodIdentityAssociations"),
    steps: associations([
      {
        call: "eks:ListPodIdentityAssociations",
        input: { clusterName: "work" },
        ...notFound("No cluster found for name: work."),
      },
    ]),
  },
  {
    name: "an add-on is installed once, and owns associations, which go with it",
    source: `${api("CreateAddon")} and its like; EKS User Guide, "IAM roles for Amazon EKS add-ons"`,
    clusters: ["work"],
    steps: [
      podRole("app"),
      podRole("other"),
      ...motoLacks("add-ons and access entries", [
        {
          ...addon("CreateAddon", {
            podIdentityAssociations: [{ serviceAccount: "aws-node", roleArn: ROLE }],
          }),
          answer: {
            addon: {
              addonName: "vpc-cni",
              clusterName: "work",
              status: "CREATING",
              addonVersion: expect.stringMatching(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/),
              addonArn: expect.stringMatching(/^arn:aws:eks:.*:addon\/work\/vpc-cni\/[\da-f-]{36}$/),
              podIdentityAssociations: [expect.stringContaining(":podidentityassociation/work/a-")],
            },
          },
          keep: { arn: "addon.addonArn", association: "addon.podIdentityAssociations.0" },
        },
        { ...addon("CreateAddon"), ...refused(409, "ResourceInUseException", expect.any(String)) },
        { ...addon("DescribeAddon"), answer: { addon: { status: "ACTIVE", addonArn: "{arn}" } } },
        {
          call: "eks:ListPodIdentityAssociations",
          input: { clusterName: "work" },
          answer: {
            associations: [
              {
                namespace: "kube-system",
                serviceAccount: "aws-node",
                associationArn: "{association}",
                ownerArn: "{arn}",
              },
            ],
          },
        },
        {
          ...addon("UpdateAddon", {
            podIdentityAssociations: [
              { serviceAccount: "aws-node", roleArn: "arn:aws:iam::{account}:role/other" },
            ],
          }),
          answer: { update: { type: "AddonUpdate" } },
        },
        {
          ...addon("DescribeAddon"),
          answer: { addon: { podIdentityAssociations: ["{association}"] } },
        },
        addon("UpdateAddon", { podIdentityAssociations: [] }),
        { ...addon("DescribeAddon"), answer: { addon: without("podIdentityAssociations") } },
        { ...addon("DeleteAddon"), answer: { addon: { status: "DELETING" } } },
        { call: "eks:ListAddons", input: { clusterName: "work" }, answer: { addons: [] } },
        { ...addon("CreateAddon", { addonName: "unknown" }), ...invalid(expect.stringContaining("unknown")) },
      ]),
    ],
  },
];
