import { expect } from "vitest";
import {
  motoLacks,
  motoSays,
  motoTakes,
  noSuchEntity,
  permissions,
  refused,
  trust,
  type Case,
  type Step,
} from "../case.ts";

const api = (operation: string) => `CloudFormation API Reference, ${operation}`;
const STACK = "eksctl-work-addon-iamserviceaccount-team-app";
const INLINE = `${STACK}-Policy1`;
const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const TAGS = [{ Key: "alpha.eksctl.io/iamserviceaccount-name", Value: "team/app" }];
const CAPABILITIES = ["CAPABILITY_NAMED_IAM"];

/** What is said of a resource beside what it is. */
interface Attributes {
  readonly Role1?: object;
  readonly Policy1?: object;
}

/** A role with a managed policy, and an inline policy that is a resource of its own, as eksctl writes them. */
function template({ Role1, Policy1 }: Attributes = {}): string {
  return JSON.stringify({
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Role1: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: "app",
          AssumeRolePolicyDocument: JSON.parse(trust()) as object,
          ManagedPolicyArns: [READ],
        },
        ...Role1,
      },
      Policy1: {
        Type: "AWS::IAM::Policy",
        Properties: {
          PolicyName: { "Fn::Sub": "${AWS::StackName}-Policy1" },
          PolicyDocument: JSON.parse(permissions()) as object,
          Roles: [{ Ref: "Role1" }],
        },
        ...Policy1,
      },
    },
    Outputs: { Role1: { Value: { "Fn::GetAtt": ["Role1", "Arn"] } } },
  });
}

const RETAIN = { DeletionPolicy: "Retain" };
/** A deletion policy alone is not an update. */
const RETAIN_AND_SAY = { ...RETAIN, Metadata: { "irsa/retained": "true" } };

const on = (operation: string, input: object = {}, expected: Partial<Step> = {}): Step => ({
  call: `cloudformation:${operation}`,
  input: { StackName: STACK, ...input },
  ...expected,
});
const create = (input: object = {}): Step =>
  on(
    "CreateStack",
    { TemplateBody: template(), Tags: TAGS, Capabilities: CAPABILITIES, ...input },
    { keep: { stack: "StackId" } },
  );
const update = (attributes: Attributes, expected: Partial<Step> = {}): Step =>
  on("UpdateStack", { TemplateBody: template(attributes), Capabilities: CAPABILITIES }, expected);
const inlinePolicies = (PolicyNames: readonly string[]): Step => ({
  call: "iam:ListRolePolicies",
  input: { RoleName: "app" },
  answer: { PolicyNames },
});
const list = (StackStatusFilter: readonly string[], StackSummaries: readonly object[]): Step => ({
  call: "cloudformation:ListStacks",
  input: { StackStatusFilter },
  answer: { StackSummaries },
});
const invalid = (message: unknown) => refused(400, "ValidationError", message);
const absent = invalid(`Stack with id ${STACK} does not exist`);

/** Stacks of roles with their policies. */
export const STACK_CASES: readonly Case[] = [
  {
    name: "a stack tells what it is, what it made and what of",
    source: `${api("CreateStack")}, DescribeStacks, DescribeStackResources, GetTemplate`,
    steps: [
      create(),
      on(
        "DescribeStacks",
        {},
        {
          answer: {
            Stacks: [
              {
                StackName: STACK,
                StackId: "{stack}",
                StackStatus: expect.stringMatching(/^CREATE_/),
                Tags: TAGS,
                EnableTerminationProtection: false,
              },
            ],
          },
        },
      ),
      on(
        "DescribeStackResources",
        {},
        {
          answer: {
            StackResources: [
              { LogicalResourceId: "Role1", ResourceType: "AWS::IAM::Role", PhysicalResourceId: "app" },
              { LogicalResourceId: "Policy1", ResourceType: "AWS::IAM::Policy" },
            ],
          },
        },
      ),
      on("GetTemplate", { TemplateStage: "Original" }, { answer: { TemplateBody: template() } }),
      inlinePolicies([INLINE]),
    ],
  },
  {
    name: "a stack tells its outputs",
    source: `${api("DescribeStacks, Output")}; CloudFormation User Guide, "Outputs"`,
    steps: [
      create(),
      on(
        "DescribeStacks",
        {},
        {
          answer: {
            Stacks: [{ Outputs: [{ OutputKey: "Role1", OutputValue: "arn:aws:iam::{account}:role/app" }] }],
          },
        },
      ),
      update({ Role1: RETAIN_AND_SAY, Policy1: RETAIN_AND_SAY }),
      on(
        "DescribeStacks",
        {},
        {
          answer: {
            Stacks: [{ Outputs: [{ OutputKey: "Role1", OutputValue: "arn:aws:iam::{account}:role/app" }] }],
          },
        },
      ),
    ],
  },
  {
    name: "stacks are listed by their states, deleted ones too",
    source: api("ListStacks"),
    steps: [
      create(),
      list(["CREATE_COMPLETE", "UPDATE_COMPLETE"], [{ StackName: STACK, StackId: "{stack}" }]),
      list(["DELETE_COMPLETE"], []),
      on("DeleteStack"),
      list(["CREATE_COMPLETE", "UPDATE_COMPLETE"], []),
      list(["DELETE_COMPLETE"], [{ StackName: STACK, StackId: "{stack}", StackStatus: "DELETE_COMPLETE" }]),
    ],
  },
  {
    name: "a stack's tags and managed policies are applied to its role",
    source: 'CloudFormation User Guide, "Resource tag"; AWS::IAM::Role, ManagedPolicyArns',
    steps: [
      create(),
      {
        call: "iam:ListRoleTags",
        input: { RoleName: "app" },
        answer: { Tags: expect.arrayContaining(TAGS) as unknown },
        ...motoTakes("applies a stack's tags only to EC2 resources"),
      },
      {
        call: "iam:ListAttachedRolePolicies",
        input: { RoleName: "app" },
        answer: { AttachedPolicies: [{ PolicyArn: READ }] },
        ...motoSays({ answer: { AttachedPolicies: [] } }, "does not attach a role's managed policies"),
      },
    ],
  },
  {
    name: "a deletion policy alone is not an update; with metadata it is",
    source: 'CloudFormation User Guide, "Troubleshooting CloudFormation", "No updates to perform"',
    steps: [
      create(),
      update(
        { Role1: RETAIN, Policy1: RETAIN },
        {
          ...invalid("No updates are to be performed."),
          ...motoTakes("treats a deletion policy alone as an update"),
        },
      ),
      update({ Role1: RETAIN_AND_SAY, Policy1: RETAIN_AND_SAY }, { answer: { StackId: "{stack}" } }),
      on(
        "GetTemplate",
        {},
        {
          answer: { TemplateBody: template({ Role1: RETAIN_AND_SAY, Policy1: RETAIN_AND_SAY }) },
        },
      ),
      on("DescribeStacks", {}, { answer: { Stacks: [{ StackStatus: expect.stringMatching(/^UPDATE_/) }] } }),
    ],
  },
  {
    name: "a stack with roles is created and updated only with the IAM capability",
    source: api("UpdateStack, Capabilities"),
    steps: [
      create(),
      on(
        "UpdateStack",
        { TemplateBody: template({ Role1: RETAIN_AND_SAY }) },
        {
          ...refused(400, "InsufficientCapabilitiesException", expect.stringContaining("CAPABILITY_")),
          ...motoTakes("does not require capabilities"),
        },
      ),
    ],
  },
  {
    name: "what a stack retains stays when it is deleted; it is then found by its id alone",
    source: `CloudFormation User Guide, "DeletionPolicy attribute"; ${api("DescribeStacks")}`,
    steps: [
      create(),
      update({ Role1: RETAIN_AND_SAY, Policy1: RETAIN_AND_SAY }),
      on("DeleteStack"),
      on("DescribeStacks", {}, absent),
      {
        call: "cloudformation:DescribeStacks",
        input: { StackName: "{stack}" },
        answer: { Stacks: [{ StackStatus: expect.stringMatching(/^DELETE_/) }] },
      },
      inlinePolicies([INLINE]),
      on("DeleteStack"),
    ],
  },
  {
    name: "an inline policy is a resource of its own, and goes where the role alone is retained",
    source: "CloudFormation User Guide, AWS::IAM::Policy",
    steps: [create(), update({ Role1: RETAIN_AND_SAY }), on("DeleteStack"), inlinePolicies([])],
  },
  {
    name: "nothing is left of a stack that retains nothing",
    source: api("DeleteStack"),
    steps: [
      create(),
      on("DeleteStack"),
      {
        call: "iam:GetRole",
        input: { RoleName: "app" },
        ...noSuchEntity(expect.stringMatching(/app/)),
      },
    ],
  },
  {
    name: "a protected stack is not deleted",
    source: api("DeleteStack"),
    steps: [
      create({ EnableTerminationProtection: true }),
      on("DescribeStacks", {}, { answer: { Stacks: [{ EnableTerminationProtection: true }] } }),
      on(
        "DeleteStack",
        {},
        {
          ...invalid(expect.stringContaining("cannot be deleted while TerminationProtection is enabled")),
          ...motoTakes("deletes protected stacks"),
        },
      ),
    ],
  },
  {
    name: "a stack's termination protection can be disabled, and then the stack deleted",
    source: api("UpdateTerminationProtection"),
    steps: [
      create({ EnableTerminationProtection: true }),
      ...motoLacks("UpdateTerminationProtection", [
        on(
          "UpdateTerminationProtection",
          { EnableTerminationProtection: false },
          { answer: { StackId: "{stack}" } },
        ),
      ]),
      on(
        "DescribeStacks",
        {},
        {
          answer: { Stacks: [{ EnableTerminationProtection: false }] },
          ...motoTakes("keeps the stack protected"),
        },
      ),
      on("DeleteStack"),
    ],
  },
  {
    name: "a stack that is not there",
    source: `${api("DescribeStacks")}, "Errors"; DeleteStack`,
    steps: [
      ...["DescribeStacks", "DescribeStackResources", "GetTemplate"].map((operation) =>
        on(operation, {}, absent),
      ),
      on("DeleteStack"),
    ],
  },
];
