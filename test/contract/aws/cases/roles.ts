import { expect } from "vitest";
import {
  createRole,
  encoded,
  invalid,
  motoSays,
  motoTakes,
  noSuchEntity,
  permissions,
  refused,
  trust,
  type Case,
  type Step,
} from "../case.ts";

const api = (operation: string) => `IAM API Reference, ${operation}`;
const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
/** A page of one, where there are two. */
const A_OR_B = { RoleName: expect.stringMatching(/^[ab]$/) };
const get: Step = { call: "iam:GetRole", input: { RoleName: "app" } };
const on = (operation: string, input: object = {}): Step => ({
  call: `iam:${operation}`,
  input: { RoleName: "app", ...input },
});
const noRole = {
  ...noSuchEntity("The role with name app cannot be found."),
  ...motoSays(
    noSuchEntity("Role app not found"),
    "has a different error message for a role that does not exist",
  ),
};
const conflict = (message: string) => refused(409, "DeleteConflictException", message);

/** Roles themselves. */
export const ROLE_CASES: readonly Case[] = [
  {
    name: "a role has the properties that it was created with",
    source: `${api("CreateRole")}, GetRole`,
    steps: [
      createRole(
        {
          Path: "/team/",
          Description: "for the app",
          MaxSessionDuration: 7200,
          PermissionsBoundary: READ,
          Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
        },
        {
          answer: {
            Role: {
              RoleName: "app",
              Path: "/team/",
              Arn: "arn:aws:iam::{account}:role/team/app",
              RoleId: expect.stringMatching(/^AROA[A-Z\d]{17}$/),
              AssumeRolePolicyDocument: encoded(trust()),
            },
          },
        },
      ),
      {
        ...get,
        answer: {
          Role: {
            Arn: "arn:aws:iam::{account}:role/team/app",
            CreateDate: expect.any(Date),
            AssumeRolePolicyDocument: encoded(trust()),
            Description: "for the app",
            MaxSessionDuration: 7200,
            PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: READ },
            Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
          },
        },
        ...motoSays(
          {
            answer: {
              Role: {
                PermissionsBoundary: {
                  PermissionsBoundaryType: "PermissionsBoundaryPolicy",
                  PermissionsBoundaryArn: READ,
                },
                Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
              },
            },
          },
          "returns PermissionsBoundaryPolicy as a boundary's type",
        ),
      },
    ],
  },
  {
    name: "a trust policy is returned URL-encoded, including slashes",
    source: `${api("GetRole")}: "URL-encoded compliant with RFC 3986"`,
    steps: [
      createRole(),
      {
        ...get,
        answer: { Role: { AssumeRolePolicyDocument: encodeURIComponent(trust()) } },
        ...motoSays(
          { answer: { Role: { AssumeRolePolicyDocument: encoded(trust()) } } },
          "does not encode slashes",
        ),
      },
    ],
  },
  {
    name: "a session lasts an hour at most unless the role is made otherwise",
    source: api("CreateRole"),
    steps: [createRole(), { ...get, answer: { Role: { Path: "/", MaxSessionDuration: 3600 } } }],
  },
  {
    name: "a role that does not exist is not found",
    source: api("GetRole"),
    steps: [
      get,
      on("DeleteRole"),
      on("ListAttachedRolePolicies"),
      on("ListRolePolicies"),
      on("ListRoleTags"),
      on("UpdateAssumeRolePolicy", { PolicyDocument: trust() }),
      on("AttachRolePolicy", { PolicyArn: READ }),
      on("TagRole", { Tags: [{ Key: "a", Value: "1" }] }),
    ].map((step) => ({ ...step, ...noRole })),
  },
  ...["constructor", "__proto__"].map((RoleName): Case => ({
    name: `no role is called ${RoleName} by itself`,
    source: api("GetRole"),
    steps: [
      {
        call: "iam:GetRole",
        input: { RoleName },
        ...noSuchEntity(`The role with name ${RoleName} cannot be found.`),
        ...motoSays(
          noSuchEntity(`Role ${RoleName} not found`),
          "has a different error message for a role that does not exist",
        ),
      },
    ],
  })),
  {
    name: "names that differ only in case are the same name",
    source: `${api("CreateRole")}: "Names are not distinguished by case"`,
    steps: [
      createRole({ RoleName: "App" }),
      createRole(
        {},
        {
          ...refused(409, "EntityAlreadyExistsException", "Role with name app already exists."),
          ...motoTakes("treats names that differ in case as different"),
        },
      ),
    ],
  },
  {
    name: "a role that is there can't be made",
    source: api("CreateRole"),
    steps: [
      createRole(),
      createRole({}, refused(409, "EntityAlreadyExistsException", "Role with name app already exists.")),
    ],
  },
  ...(
    [
      [
        "a name of 65 characters",
        { RoleName: "x".repeat(65) },
        invalid(
          expect.stringMatching(
            /'roleName' failed to satisfy constraint: Member must have length less than or equal to 64/,
          ),
        ),
        "does not check names of roles",
      ],
      [
        "a name with a space",
        { RoleName: "a b" },
        invalid(
          String.raw`1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`,
        ),
        "does not check names of roles",
      ],
      [
        "a path without slashes",
        { Path: "team" },
        invalid(expect.stringContaining("at 'path' failed to satisfy constraint")),
        "does not check paths",
      ],
      [
        "sessions under an hour",
        { MaxSessionDuration: 900 },
        invalid(expect.stringMatching(/'maxSessionDuration' .* greater than or equal to 3600/)),
        "does not check the maximum session duration",
      ],
      [
        "sessions over twelve hours",
        { MaxSessionDuration: 43_201 },
        invalid(expect.stringMatching(/'maxSessionDuration' .* less than or equal to 43200/)),
        "does not check the maximum session duration",
      ],
      [
        "a boundary that does not exist",
        { PermissionsBoundary: "arn:aws:iam::{account}:policy/none" },
        noSuchEntity("Scope ARN: arn:aws:iam::{account}:policy/none does not exist or is not attachable."),
        "accepts any boundary",
      ],
    ] as const
  ).map(([what, changes, expected, moto]): Case => ({
    name: `a role with ${what} is refused`,
    source: api("CreateRole"),
    steps: [createRole(changes, { ...expected, ...motoTakes(moto) })],
  })),
  {
    name: "a role's trust is replaced as a whole",
    source: api("UpdateAssumeRolePolicy"),
    steps: [
      createRole(),
      on("UpdateAssumeRolePolicy", { PolicyDocument: trust({ Sid: "another" }) }),
      {
        ...get,
        answer: { Role: { AssumeRolePolicyDocument: encoded(trust({ Sid: "another" })) } },
      },
    ],
  },
  {
    name: "UpdateRole falls back to an hour's session when it does not name another",
    source: api("UpdateRole"),
    steps: [
      createRole({ MaxSessionDuration: 7200 }),
      on("UpdateRole", { Description: "new" }),
      { ...get, answer: { Role: { Description: "new", MaxSessionDuration: 3600 } } },
    ],
  },
  {
    name: "a boundary is put and taken away",
    source: `${api("PutRolePermissionsBoundary")}, DeleteRolePermissionsBoundary`,
    steps: [
      createRole(),
      on("PutRolePermissionsBoundary", { PermissionsBoundary: READ }),
      { ...get, answer: { Role: { PermissionsBoundary: { PermissionsBoundaryArn: READ } } } },
      on("DeleteRolePermissionsBoundary"),
      {
        ...get,
        answer: { Role: expect.not.objectContaining({ PermissionsBoundary: expect.anything() }) },
      },
    ],
  },
  {
    name: "roles are listed in pages, in whatever order",
    source: api("ListRoles"),
    steps: [
      createRole({ RoleName: "a" }),
      createRole({ RoleName: "b" }),
      {
        call: "iam:ListRoles",
        input: { MaxItems: 1 },
        answer: { IsTruncated: true, Marker: expect.any(String), Roles: [A_OR_B] },
        keep: { marker: "Marker" },
      },
      {
        call: "iam:ListRoles",
        input: { MaxItems: 1, Marker: "{marker}" },
        answer: { IsTruncated: false, Roles: [A_OR_B] },
      },
      {
        call: "iam:ListRoles",
        input: { Marker: "nonsense" },
        ...invalid("Invalid Marker."),
        ...motoSays(
          refused(500, expect.any(String), expect.any(String)),
          "fails on markers that it did not issue",
        ),
      },
    ],
  },
  {
    name: "roles are listed by path",
    source: api("ListRoles"),
    steps: [
      createRole({ RoleName: "a", Path: "/team/" }),
      createRole({ RoleName: "b" }),
      { call: "iam:ListRoles", input: { PathPrefix: "/team/" }, answer: { Roles: [{ RoleName: "a" }] } },
    ],
  },
  {
    name: "a list of roles tells neither tags nor boundaries",
    source: `${api("ListRoles")}: "does not return the following attributes"`,
    steps: [
      createRole({ Tags: [{ Key: "a", Value: "1" }], PermissionsBoundary: READ }),
      {
        call: "iam:ListRoles",
        answer: {
          Roles: [expect.toSatisfy((role: object) => !("Tags" in role) && !("PermissionsBoundary" in role))],
        },
      },
    ],
  },
  {
    name: "a role with attached policies is not deleted",
    source: api("DeleteRole"),
    steps: [
      createRole(),
      on("AttachRolePolicy", { PolicyArn: READ }),
      { ...on("DeleteRole"), ...conflict("Cannot delete entity, must detach all policies first.") },
      on("DetachRolePolicy", { PolicyArn: READ }),
      on("DeleteRole"),
      { ...get, ...noRole },
    ],
  },
  {
    name: "a role with inline policies is not deleted",
    source: api("DeleteRole"),
    steps: [
      createRole(),
      on("PutRolePolicy", { PolicyName: "p", PolicyDocument: permissions() }),
      { ...on("DeleteRole"), ...conflict("Cannot delete entity, must delete policies first.") },
      on("DeleteRolePolicy", { PolicyName: "p" }),
      on("DeleteRole"),
    ],
  },
  {
    name: "a role of an instance profile is not deleted",
    source: api("DeleteRole"),
    steps: [
      createRole(),
      { call: "iam:CreateInstanceProfile", input: { InstanceProfileName: "node" } },
      on("AddRoleToInstanceProfile", { InstanceProfileName: "node" }),
      {
        ...on("ListInstanceProfilesForRole"),
        answer: { InstanceProfiles: [{ InstanceProfileName: "node", Roles: [{ RoleName: "app" }] }] },
      },
      {
        ...on("DeleteRole"),
        ...conflict("Cannot delete entity, must remove roles from instance profile first."),
      },
      on("RemoveRoleFromInstanceProfile", { InstanceProfileName: "node" }),
      on("DeleteRole"),
      { call: "iam:DeleteInstanceProfile", input: { InstanceProfileName: "node" } },
    ],
  },
];
