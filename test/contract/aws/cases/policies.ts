import { expect } from "vitest";
import {
  createRole,
  encoded,
  document,
  exceeded,
  malformed,
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
const ELEVEN = [
  "AmazonEC2ReadOnlyAccess",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonKinesisFullAccess",
  "AmazonS3ReadOnlyAccess",
  "AmazonSQSFullAccess",
  "AmazonSSMReadOnlyAccess",
  "CloudWatchAgentServerPolicy",
  "service-role/AmazonEBSCSIDriverPolicy",
  "service-role/AmazonEFSCSIDriverPolicy",
  "AdministratorAccess",
].map((name) => `arn:aws:iam::aws:policy/${name}`);

/** Policies: managed ones, and those of roles. */
export const POLICY_CASES: readonly Case[] = [
  {
    name: "a policy is attached once, however often",
    source: `${api("AttachRolePolicy")}, ListAttachedRolePolicies`,
    steps: [
      createRole(),
      on("AttachRolePolicy", { PolicyArn: AGENT }),
      on("AttachRolePolicy", { PolicyArn: AGENT }),
      {
        ...on("ListAttachedRolePolicies"),
        answer: {
          IsTruncated: false,
          AttachedPolicies: [{ PolicyName: "CloudWatchAgentServerPolicy", PolicyArn: AGENT }],
        },
      },
      on("DetachRolePolicy", { PolicyArn: AGENT }),
      { ...on("ListAttachedRolePolicies"), answer: { AttachedPolicies: [] } },
    ],
  },
  {
    name: "a policy that is not there is not attached",
    source: api("AttachRolePolicy"),
    steps: [
      createRole(),
      {
        ...on("AttachRolePolicy", { PolicyArn: "arn:aws:iam::aws:policy/None" }),
        ...noSuchEntity("Policy arn:aws:iam::aws:policy/None does not exist or is not attachable."),
      },
      {
        ...on("AttachRolePolicy", { PolicyArn: "arn:aws-cn:iam::aws:policy/AdministratorAccess" }),
        ...noSuchEntity(
          "Policy arn:aws-cn:iam::aws:policy/AdministratorAccess does not exist or is not attachable.",
        ),
      },
    ],
  },
  {
    name: "what is no policy's ARN is not attached",
    source: api("AttachRolePolicy"),
    steps: [
      createRole(),
      {
        ...on("AttachRolePolicy", { PolicyArn: "AdministratorAccess-by-name" }),
        ...refused(400, "InvalidInputException", "ARN AdministratorAccess-by-name is not valid."),
        ...motoSays(
          noSuchEntity("Policy AdministratorAccess-by-name does not exist or is not attachable."),
          "takes what is no ARN for a policy that is not there",
        ),
      },
    ],
  },
  {
    name: "a policy that is not attached can't be detached",
    source: api("DetachRolePolicy"),
    steps: [
      createRole(),
      { ...on("DetachRolePolicy", { PolicyArn: AGENT }), ...noSuchEntity(`Policy ${AGENT} was not found.`) },
    ],
  },
  {
    name: "a role has at most ten attached policies",
    source: QUOTAS,
    steps: [
      createRole(),
      ...ELEVEN.slice(0, 10).map((PolicyArn) => on("AttachRolePolicy", { PolicyArn })),
      {
        ...on("AttachRolePolicy", { PolicyArn: ELEVEN[10] }),
        ...exceeded("Cannot exceed quota for PoliciesPerRole: 10"),
        ...motoTakes("has no quota of attachments"),
      },
    ],
  },
  {
    name: "attached policies are listed in pages",
    source: api("ListAttachedRolePolicies"),
    steps: [
      createRole(),
      ...ELEVEN.slice(0, 2).map((PolicyArn) => on("AttachRolePolicy", { PolicyArn })),
      {
        ...on("ListAttachedRolePolicies", { MaxItems: 1 }),
        answer: { IsTruncated: true, AttachedPolicies: [{ PolicyArn: ELEVEN[0] }] },
        keep: { marker: "Marker" },
      },
      {
        ...on("ListAttachedRolePolicies", { Marker: "{marker}" }),
        answer: { IsTruncated: false, AttachedPolicies: [{ PolicyArn: ELEVEN[1] }] },
      },
    ],
  },
  {
    name: "an inline policy is put, read, replaced and deleted",
    source: `${api("PutRolePolicy")}, GetRolePolicy, ListRolePolicies, DeleteRolePolicy`,
    steps: [
      createRole(),
      on("PutRolePolicy", { PolicyName: "p", PolicyDocument: permissions() }),
      on("PutRolePolicy", { PolicyName: "p", PolicyDocument: permissions({ Sid: "new" }) }),
      { ...on("ListRolePolicies"), answer: { PolicyNames: ["p"], IsTruncated: false } },
      {
        ...on("GetRolePolicy", { PolicyName: "p" }),
        answer: {
          RoleName: "app",
          PolicyName: "p",
          PolicyDocument: encoded(permissions({ Sid: "new" })),
        },
      },
      on("DeleteRolePolicy", { PolicyName: "p" }),
      { ...on("ListRolePolicies"), answer: { PolicyNames: [] } },
      {
        ...on("GetRolePolicy", { PolicyName: "p" }),
        ...noSuchEntity("The role policy with name p cannot be found."),
        ...motoSays(
          noSuchEntity("Policy Document p not attached to role app"),
          "has other words for an inline policy that is not there",
        ),
      },
      {
        ...on("DeleteRolePolicy", { PolicyName: "p" }),
        ...noSuchEntity("The role policy with name p cannot be found."),
      },
    ],
  },
  {
    name: "a role's inline policies have at most 10240 characters together",
    source: QUOTAS,
    steps: [
      createRole(),
      on("PutRolePolicy", { PolicyName: "one", PolicyDocument: permissions({ Sid: "x".repeat(9000) }) }),
      {
        ...on("PutRolePolicy", { PolicyName: "two", PolicyDocument: permissions({ Sid: "x".repeat(2000) }) }),
        ...exceeded("Maximum policy size of 10240 bytes exceeded for role app"),
        ...motoTakes("does not limit inline policies"),
      },
    ],
  },
  ...(
    [
      [
        "a principal",
        permissions({ Principal: "*" }),
        "Policy document should not specify a principal.",
        motoTakes("takes policies that grant, with a principal"),
      ],
      ["no action", permissions({ Action: undefined }), "Policy statement must contain actions."],
      ["no resource", permissions({ Resource: undefined }), "Policy statement must contain resources."],
      [
        "an action without service",
        permissions({ Action: "GetObject" }),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
      ],
      [
        "a bucket's name as resource",
        permissions({ Resource: "bucket" }),
        'Resource bucket must be in ARN format or "*".',
      ],
      [
        "other than JSON in it",
        "yaml: true",
        "This policy contains invalid Json",
        motoSays(malformed("Syntax errors in policy."), "calls what is no JSON a syntax error"),
      ],
    ] as readonly (readonly [string, string, string, Pick<Step, "diverges">?])[]
  ).map(([what, PolicyDocument, message, moto = {}]): Case => ({
    name: `a policy that grants, with ${what}, is refused`,
    source: "IAM User Guide, Grammar of the IAM JSON policy language",
    steps: [
      createRole(),
      { ...on("PutRolePolicy", { PolicyName: "p", PolicyDocument }), ...malformed(message), ...moto },
      {
        call: "iam:CreatePolicy",
        input: { PolicyName: "p", PolicyDocument },
        ...malformed(message),
        ...moto,
      },
    ],
  })),
  {
    name: "a managed policy of AWS's has a default version",
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
          "does not encode the documents of AWS's policies",
        ),
      },
      {
        call: "iam:GetPolicyVersion",
        input: { PolicyArn: AGENT, VersionId: "v99" },
        ...noSuchEntity(expect.stringContaining("version v99 does not exist")),
        ...motoSays(
          noSuchEntity("Policy version not found"),
          "has other words for a version that is not there",
        ),
      },
    ],
  },
  {
    name: "a policy of the account's own is made, listed and deleted",
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
          "makes ids of policies without the prefix ANPA",
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
          "has other words for a policy that is not there",
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
        ...motoTakes("deletes policies that are attached"),
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
    name: "all roles are told at once",
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
    name: "a simulation tells the condition keys that it lacks",
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
