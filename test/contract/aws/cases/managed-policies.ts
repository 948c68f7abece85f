import { expect } from "vitest";
import {
  createRole,
  document,
  encoded,
  exceeded,
  motoLacks,
  motoSays,
  motoTakes,
  noSuchEntity,
  permissions,
  refused,
  type Case,
  type Step,
} from "../case.ts";

const api = (operation: string) => `IAM API Reference, ${operation}`;
const QUOTAS = "IAM User Guide, IAM and AWS STS quotas";
const AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const OWN = "arn:aws:iam::{account}:policy/team/own";
const on = (operation: string, input: object = {}): Step => ({
  call: `iam:${operation}`,
  input: { RoleName: "app", ...input },
});
const createOwn: Step = {
  call: "iam:CreatePolicy",
  input: { PolicyName: "own", Path: "/team/", Description: "ours", PolicyDocument: permissions() },
};

/** Managed policies, and the list of all that an AWS account has. */
export const MANAGED_POLICY_CASES: readonly Case[] = [
  {
    name: "an AWS managed policy has a default version",
    source: `${api("GetPolicy")}, GetPolicyVersion`,
    steps: [
      {
        call: "iam:GetPolicy",
        input: { PolicyArn: AGENT },
        answer: {
          Policy: { Arn: AGENT, PolicyName: "CloudWatchAgentServerPolicy", Path: "/", IsAttachable: true },
        },
        keep: { version: "Policy.DefaultVersionId" },
      },
      {
        call: "iam:GetPolicyVersion",
        input: { PolicyArn: AGENT, VersionId: "{version}" },
        answer: {
          PolicyVersion: {
            VersionId: "{version}",
            IsDefaultVersion: true,
            Document: expect.stringContaining("cloudwatch%3APutMetricData"),
          },
        },
        ...motoSays(
          { answer: { PolicyVersion: { Document: expect.stringContaining("cloudwatch:PutMetricData") } } },
          "does not URL-encode the documents of AWS managed policies",
        ),
      },
      {
        call: "iam:GetPolicyVersion",
        input: { PolicyArn: AGENT, VersionId: "v99" },
        ...noSuchEntity(expect.stringContaining("version v99 does not exist")),
        ...motoSays(
          noSuchEntity("Policy version not found"),
          "has a different error message for a version that does not exist",
        ),
      },
    ],
  },
  {
    name: "a customer managed policy is created, listed and deleted",
    source: `${api("CreatePolicy")}, ListPolicies, ListPolicyVersions, DeletePolicy`,
    steps: [
      {
        ...createOwn,
        answer: {
          Policy: {
            Arn: OWN,
            PolicyId: expect.stringMatching(/^ANPA/),
            DefaultVersionId: "v1",
            AttachmentCount: 0,
          },
        },
        ...motoSays(
          { answer: { Policy: { Arn: OWN, PolicyId: expect.stringMatching(/^A[A-Z\d]{20}$/) } } },
          "creates policy IDs without the prefix ANPA",
        ),
      },
      {
        ...createOwn,
        ...refused(
          409,
          "EntityAlreadyExistsException",
          "A policy called own already exists. Duplicate names are not allowed.",
        ),
      },
      { call: "iam:ListPolicies", input: { Scope: "Local" }, answer: { Policies: [{ Arn: OWN }] } },
      {
        call: "iam:ListPolicyVersions",
        input: { PolicyArn: OWN },
        answer: { Versions: [{ VersionId: "v1", IsDefaultVersion: true }] },
      },
      { call: "iam:DeletePolicy", input: { PolicyArn: OWN } },
      {
        call: "iam:GetPolicy",
        input: { PolicyArn: OWN },
        ...noSuchEntity(`Policy ${OWN} was not found.`),
        ...motoSays(
          noSuchEntity(`Policy ${OWN} not found`),
          "has a different error message for a policy that does not exist",
        ),
      },
    ],
  },
  {
    name: "a managed policy has at most 6144 characters",
    source: QUOTAS,
    steps: [
      {
        call: "iam:CreatePolicy",
        input: { PolicyName: "long", PolicyDocument: permissions({ Sid: "x".repeat(6144) }) },
        ...exceeded("Cannot exceed quota for PolicySize: 6144"),
        ...motoTakes("does not limit managed policies"),
      },
    ],
  },
  {
    name: "an attached policy is not deleted",
    source: `${api("DeletePolicy")}, ListEntitiesForPolicy`,
    steps: [
      createOwn,
      createRole(),
      on("AttachRolePolicy", { PolicyArn: OWN }),
      {
        call: "iam:ListEntitiesForPolicy",
        input: { PolicyArn: OWN },
        answer: { PolicyRoles: [{ RoleName: "app" }] },
      },
      {
        call: "iam:ListPolicies",
        input: { OnlyAttached: true },
        answer: { Policies: [{ Arn: OWN, AttachmentCount: 1 }] },
      },
      {
        call: "iam:DeletePolicy",
        input: { PolicyArn: OWN },
        ...refused(409, "DeleteConflictException", "Cannot delete a policy attached to entities."),
        ...motoTakes("deletes attached policies"),
      },
    ],
  },
  {
    name: "the account sums up what it has and may have",
    source: api("GetAccountSummary"),
    steps: [
      createRole(),
      {
        call: "iam:GetAccountSummary",
        answer: {
          SummaryMap: {
            Roles: 1,
            RolesQuota: 1000,
            AttachedPoliciesPerRoleQuota: 10,
            AssumeRolePolicySizeQuota: 2048,
          },
        },
      },
    ],
  },
  {
    name: "all roles are returned together",
    source: api("GetAccountAuthorizationDetails"),
    steps: [
      createRole(),
      on("AttachRolePolicy", { PolicyArn: AGENT }),
      on("PutRolePolicy", { PolicyName: "p", PolicyDocument: permissions() }),
      {
        call: "iam:GetAccountAuthorizationDetails",
        input: { Filter: ["Role"] },
        answer: {
          RoleDetailList: [
            {
              RoleName: "app",
              RolePolicyList: [{ PolicyName: "p", PolicyDocument: encoded(permissions()) }],
              AttachedManagedPolicies: [{ PolicyArn: AGENT }],
            },
          ],
        },
      },
    ],
  },
  {
    name: "a role's permissions are simulated",
    source: api("SimulatePrincipalPolicy"),
    steps: [
      createRole(),
      on("PutRolePolicy", {
        PolicyName: "p",
        PolicyDocument: permissions({ Resource: "arn:aws:s3:::open/*" }),
      }),
      on("PutRolePolicy", {
        PolicyName: "q",
        PolicyDocument: document({ Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::open/not/*" }),
      }),
      ...motoLacks("SimulatePrincipalPolicy", [
        {
          call: "iam:SimulatePrincipalPolicy",
          input: {
            PolicySourceArn: "arn:aws:iam::{account}:role/app",
            ActionNames: ["s3:GetObject", "s3:PutObject"],
            ResourceArns: ["arn:aws:s3:::open/a", "arn:aws:s3:::open/not/a"],
          },
          answer: {
            EvaluationResults: [
              {
                EvalActionName: "s3:GetObject",
                EvalResourceName: "arn:aws:s3:::open/a",
                EvalDecision: "allowed",
              },
              { EvalDecision: "explicitDeny" },
              { EvalActionName: "s3:PutObject", EvalDecision: "implicitDeny" },
              { EvalDecision: "explicitDeny" },
            ],
          },
        },
        {
          call: "iam:SimulatePrincipalPolicy",
          input: { PolicySourceArn: "arn:aws:iam::{account}:role/none", ActionNames: ["s3:GetObject"] },
          ...noSuchEntity(expect.stringContaining("arn:aws:iam::{account}:role/none")),
        },
      ]),
    ],
  },
  {
    name: "a user's permissions are simulated, a session's are not",
    source: api("SimulatePrincipalPolicy"),
    steps: [
      { call: "sts:GetCallerIdentity", keep: { me: "Arn" } },
      { call: "sts:GetCallerIdentity", as: "session", keep: { session: "Arn" } },
      ...motoLacks("SimulatePrincipalPolicy", [
        {
          call: "iam:SimulatePrincipalPolicy",
          input: { PolicySourceArn: "{me}", ActionNames: ["iam:CreateRole"] },
          answer: {
            EvaluationResults: [{ EvalActionName: "iam:CreateRole", EvalDecision: "allowed" }],
          },
        },
        {
          call: "iam:SimulatePrincipalPolicy",
          input: { PolicySourceArn: "{me}-none", ActionNames: ["iam:CreateRole"] },
          ...noSuchEntity(expect.stringContaining("{me}-none")),
        },
        {
          call: "iam:SimulatePrincipalPolicy",
          input: { PolicySourceArn: "{session}", ActionNames: ["iam:CreateRole"] },
          ...refused(400, "InvalidInputException", expect.stringContaining("Invalid Entity Arn")),
        },
      ]),
    ],
  },
  {
    name: "a simulation returns the condition keys that are missing",
    source: api("SimulatePrincipalPolicy"),
    steps: [
      createRole(),
      on("PutRolePolicy", {
        PolicyName: "p",
        PolicyDocument: permissions({ Condition: { StringEquals: { "s3:ExistingObjectTag/a": "b" } } }),
      }),
      ...motoLacks("SimulatePrincipalPolicy", [
        {
          call: "iam:SimulatePrincipalPolicy",
          input: { PolicySourceArn: "arn:aws:iam::{account}:role/app", ActionNames: ["s3:GetObject"] },
          answer: {
            EvaluationResults: [
              { EvalDecision: "implicitDeny", MissingContextValues: ["s3:ExistingObjectTag/a"] },
            ],
          },
        },
      ]),
    ],
  },
];
