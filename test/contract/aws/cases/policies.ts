import { expect } from "vitest";
import {
  createRole,
  encoded,
  exceeded,
  malformed,
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
const on = (operation: string, input: object = {}): Step => ({
  call: `iam:${operation}`,
  input: { RoleName: "app", ...input },
});
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

/** The policies of roles. */
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
        // The sandbox adds of which day its list is.
        ...noSuchEntity(
          expect.stringMatching(
            /^Policy arn:aws:iam::aws:policy\/None does not exist or is not attachable\./,
          ),
        ),
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
    name: "an ARN that is not a policy's is not attached",
    source: api("AttachRolePolicy"),
    steps: [
      createRole(),
      {
        ...on("AttachRolePolicy", { PolicyArn: "AdministratorAccess-by-name" }),
        ...refused(400, "InvalidInputException", "ARN AdministratorAccess-by-name is not valid."),
        ...motoSays(
          noSuchEntity("Policy AdministratorAccess-by-name does not exist or is not attachable."),
          "treats an invalid ARN as a policy that does not exist",
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
          "has a different error message for an inline policy that does not exist",
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
        motoTakes("accepts permissions policies with a principal"),
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
        "content that is not JSON",
        "yaml: true",
        "This policy contains invalid Json",
        motoSays(malformed("Syntax errors in policy."), "reports invalid JSON as a syntax error"),
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
];
