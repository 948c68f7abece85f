import { describe, expect, it, test } from "vitest";
import { Problems } from "../../src/model/problems.ts";
import { COMMAND_NAMES, rightsOf, type CommandName } from "../../src/permissions/commands.ts";
import {
  iamPolicy,
  leftOut,
  policySize,
  POLICY_LIMIT,
  type Statement,
} from "../../src/permissions/iam-policy.ts";
import { aws, isRead, type AwsRight } from "../../src/permissions/right.ts";
import { scopeNotes } from "../../src/permissions/scope-notes.ts";
import { parseScope, type ScopeFlags } from "../../src/permissions/scope.ts";

const scopeOf = (flags: ScopeFlags) => {
  const problems = new Problems();
  const scope = parseScope(flags, problems);
  problems.throwIfAny();
  return scope;
};
const CLUSTER = "arn:aws-cn:eks:cn-north-1:111122223333:cluster/work";
const POLICY = "arn:aws:iam::111122223333:policy/apps-*";
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";
const MANAGED = { "aws:ResourceTag/irsa/managed-by": "irsa", "aws:ResourceTag/irsa/cluster-arn": CLUSTER };
const REQUESTED = { "aws:RequestTag/irsa/managed-by": "irsa", "aws:RequestTag/irsa/cluster-arn": CLUSTER };

/** The statements for one action on roles. */
const statementsOf = (
  name: string,
  flags: ScopeFlags,
  on: AwsRight["on"] = "own-role",
): readonly Statement[] => iamPolicy(aws("required", on, "", name), scopeOf(flags)).Statement;

describe("a role that is created", () => {
  it.each<[string, ScopeFlags, string[]]>([
    ["nothing", {}, ["arn:aws:iam::*:role/*-??????????"]],
    ["an account", { account: "111122223333" }, ["arn:aws:iam::111122223333:role/*-??????????"]],
    ["a prefix", { rolePrefix: "irsa-" }, ["arn:aws:iam::*:role/irsa-*-??????????"]],
    ["a path", { rolePath: "/team/" }, ["arn:aws:iam::*:role/team/*-??????????"]],
    ["both", { rolePath: "/team/", rolePrefix: "irsa-" }, ["arn:aws:iam::*:role/team/irsa-*-??????????"]],
    ["a cluster", { clusterArn: CLUSTER }, ["arn:aws-cn:iam::111122223333:role/work-*-??????????"]],
    [
      "a region of the European Sovereign Cloud",
      { region: "eusc-de-east-1" },
      ["arn:aws-eusc:iam::*:role/*-??????????"],
    ],
    ["a region of aws-iso-b", { region: "us-isob-east-1" }, ["arn:aws-iso-b:iam::*:role/*-??????????"]],
    ["a region's partition", { region: "us-gov-west-1" }, ["arn:aws-us-gov:iam::*:role/*-??????????"]],
    [
      "a role's ARN",
      { rolePrefix: "i-", roleArn: ["arn:aws:iam::111122223333:role/team-*"] },
      ["arn:aws:iam::*:role/i-*-??????????", "arn:aws:iam::111122223333:role/team-*"],
    ],
  ])("is narrowed by %s", (_, flags, resources) => {
    expect(statementsOf("CreateRole", flags).map(({ Resource }) => Resource)).toEqual([resources]);
  });

  it("gets irsa's ownership tags, and the boundary", () => {
    expect(
      statementsOf("CreateRole", { clusterArn: CLUSTER, permissionsBoundary: BOUNDARY })[0],
    ).toMatchObject({
      Effect: "Allow",
      Action: ["iam:CreateRole"],
      Condition: { StringEquals: { ...REQUESTED, "iam:PermissionsBoundary": BOUNDARY } },
    });
  });

  it("may be tagged in the same call, without the boundary, of which TagRole's request says nothing", () => {
    const rights = aws("required", "own-role", "", "CreateRole", "TagRole");
    const scope = scopeOf({ clusterArn: CLUSTER, permissionsBoundary: BOUNDARY });
    const found = iamPolicy(rights, scope).Statement.find(({ Sid }) => Sid === "TagNewRoles");
    expect(found).toMatchObject({ Action: ["iam:TagRole"], Condition: { StringEquals: REQUESTED } });
  });
});

describe("a role that is changed", () => {
  it.each(["UpdateAssumeRolePolicy", "UpdateRole", "TagRole", "UntagRole", "DeleteRole", "DeleteRolePolicy"])(
    "%s: it has irsa's ownership tags, or is named",
    (name) => {
      const named = "arn:aws-cn:iam::111122223333:role/by-hand";
      expect(statementsOf(name, { clusterArn: CLUSTER, roleArn: [named] })).toEqual([
        {
          Sid: "ManagedRoles",
          Effect: "Allow",
          Action: [`iam:${name}`],
          Resource: [
            "arn:aws-cn:iam::111122223333:role/work-*-??????????",
            "arn:aws-cn:iam::111122223333:role/eksctl-work-addon-iamserviceaccount-*",
            "arn:aws-cn:iam::111122223333:role/eksctl-work-pod*",
          ],
          Condition: { StringEquals: MANAGED },
        },
        { Sid: "NamedRoles", Effect: "Allow", Action: [`iam:${name}`], Resource: [named] },
      ]);
    },
  );

  it("has tags of some cluster where none is given", () => {
    expect(statementsOf("DeleteRole", {})[0]?.Condition).toEqual({
      StringEquals: { "aws:ResourceTag/irsa/managed-by": "irsa" },
      StringLike: { "aws:ResourceTag/irsa/cluster-arn": "arn:aws:eks:*:*:cluster/*" },
    });
  });

  it("may be eksctl's of this cluster, to be adopted with irsa's tags", () => {
    const found = statementsOf("TagRole", { clusterArn: CLUSTER }, "role").find(
      ({ Sid }) => Sid === "EksctlRoles",
    );
    expect(found).toMatchObject({
      Resource: [
        "arn:aws-cn:iam::111122223333:role/eksctl-work-addon-iamserviceaccount-*",
        "arn:aws-cn:iam::111122223333:role/eksctl-work-pod*",
      ],
      Condition: { StringEquals: { "aws:ResourceTag/alpha.eksctl.io/cluster-name": "work", ...REQUESTED } },
    });
  });

  it("names that CloudFormation cuts are met", () => {
    const cluster = `arn:aws:eks:eu-west-1:111122223333:cluster/${"c".repeat(60)}`;
    const found = statementsOf("TagRole", { cluster }, "role").find(({ Sid }) => Sid === "EksctlRoles");
    expect(found?.Resource).toEqual([`arn:aws:iam::111122223333:role/eksctl-${"c".repeat(33)}*`]);
  });
});

describe("policies", () => {
  it("are attached only if they are named", () => {
    expect(statementsOf("AttachRolePolicy", {})).toEqual([]);
    expect(statementsOf("AttachRolePolicy", { policyArn: [POLICY] })[0]?.Condition).toMatchObject({
      ArnLike: { "iam:PolicyARN": [POLICY] },
    });
  });

  it("are detached if they are named, or any where none is", () => {
    expect(statementsOf("DetachRolePolicy", {})[0]?.Condition).not.toHaveProperty("ArnLike");
    expect(statementsOf("DetachRolePolicy", { policyArn: [POLICY] })[0]?.Condition).toHaveProperty("ArnLike");
  });

  it.each(["PutRolePolicy", "PutRolePermissionsBoundary"])("%s needs a boundary", (name) => {
    expect(statementsOf(name, { policyArn: [POLICY] })).toEqual([]);
    expect(statementsOf(name, { permissionsBoundary: BOUNDARY })[0]?.Condition).toMatchObject({
      StringEquals: { "iam:PermissionsBoundary": BOUNDARY },
    });
  });

  it("are attached to bounded roles alone where there is a boundary, which is not taken away", () => {
    const flags = { policyArn: [POLICY], permissionsBoundary: BOUNDARY };
    const statements = statementsOf("AttachRolePolicy", flags);
    expect(statements[0]?.Condition).toMatchObject({ StringEquals: { "iam:PermissionsBoundary": BOUNDARY } });
    expect(statements.filter(({ Effect }) => Effect === "Deny")).toMatchObject([
      { Action: ["iam:DeleteRolePermissionsBoundary"] },
      {
        Action: ["iam:PutRolePermissionsBoundary"],
        Condition: { StringNotEquals: { "iam:PermissionsBoundary": BOUNDARY } },
      },
    ]);
    expect(statementsOf("GetRole", flags)).toHaveLength(1);
  });

  it.each([
    [{ policyArn: ["arn:aws:iam::aws:policy/AdministratorAccess"] }, "grants administrator access"],
    [{ policyArn: ["arn:aws:iam::aws:policy/Admin*"] }, "grants administrator access"],
    [{ policyArn: ["arn:aws-cn:iam::aws:policy/IAMFull?ccess"] }, "grants administrator access"],
    [{ policyArn: ["arn:aws:iam::aws:policy/*"] }, "matches any policy"],
    [{ policyArn: ["arn:aws:iam::*:policy/x"] }, "is not a valid policy ARN"],
    [{ policyArn: ["*"] }, "is not a valid policy ARN"],
    [{ roleArn: ["arn:aws:iam::111122223333:role/*"] }, "matches any role"],
    [{ roleArn: ["arn:aws:iam::111122223333:role/*/?*"] }, "matches any role"],
    [{ roleArn: ["arn:aws:iam::*:role/x"] }, "is not a valid role ARN"],
    [{ account: "444455556666", roleArn: ["arn:aws:iam::111122223333:role/x"] }, "is not of the AWS account"],
    [{ permissionsBoundary: "arn:aws:iam::111122223333:policy/*" }, "not a valid policy ARN"],
    [{ issuer: "http://oidc.example" }, "not a valid issuer URL"],
  ] as [ScopeFlags, string][])("%j is refused", (flags, text) => {
    expect(() => scopeOf(flags)).toThrow(text);
  });

  it("of administrators are accepted when that is asked for", () => {
    const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(scopeOf({ policyArn: [arn], unrestricted: true }).policies).toEqual([arn]);
  });
});

describe("identity providers that are changed", () => {
  it.each<[string, ScopeFlags, string]>([
    ["any region", {}, "arn:aws:iam::*:oidc-provider/oidc.eks.*.amazonaws.com/id/*"],
    [
      "China",
      { clusterArn: CLUSTER },
      "arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/*",
    ],
    ["an issuer", { issuer: "https://oidc.corp.net/a" }, "arn:aws:iam::*:oidc-provider/oidc.corp.net/a"],
  ])("are those of EKS: %s", (_, flags, resource) => {
    expect(statementsOf("DeleteOpenIDConnectProvider", flags, "provider")[0]?.Resource).toEqual([resource]);
  });

  it("are read wherever they are, and created with irsa's tags", () => {
    expect(statementsOf("GetOpenIDConnectProvider", {}, "provider")[0]?.Resource).toEqual([
      "arn:aws:iam::*:oidc-provider/*",
    ]);
    expect(
      statementsOf("CreateOpenIDConnectProvider", { clusterArn: CLUSTER }, "provider")[0]?.Condition,
    ).toEqual({
      StringEquals: REQUESTED,
    });
  });
});

describe("all commands", () => {
  const { aws: rights } = rightsOf(COMMAND_NAMES);
  const narrowed = iamPolicy(
    rights,
    scopeOf({ clusterArn: CLUSTER, policyArn: [POLICY], permissionsBoundary: BOUNDARY }),
  );

  it("may change no role without a condition, and no role of any name", () => {
    for (const scope of [
      {},
      { clusterArn: CLUSTER },
      { policyArn: [POLICY], permissionsBoundary: BOUNDARY },
    ]) {
      const writes = iamPolicy(rights, scopeOf(scope)).Statement.filter(
        ({ Effect, Action, Resource }) =>
          Effect === "Allow" && !Action.every(isRead) && Resource.some((one) => one.includes(":role/")),
      );
      expect(writes.length).toBeGreaterThan(2);
      for (const { Action, Condition, Resource } of writes) {
        // IAM has no condition on the tags of a role that is passed: the service and the roles' names limit it.
        const limit =
          Action.join() === "iam:PassRole"
            ? /^\{"StringEquals":\{"iam:PassedToService":"pods\.eks\.amazonaws\.com"\}\}$/
            : /Tag\/(irsa\/managed-by|alpha\.eksctl\.io)/;
        expect(JSON.stringify(Condition)).toMatch(limit);
        for (const one of Resource) expect(one).not.toMatch(/:role\/\*?$/);
      }
    }
  });

  it("have statements of different names", () => {
    const sids = narrowed.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.every((sid) => /^[A-Za-z0-9]+$/.test(sid))).toBe(true);
  });

  it.each([
    ...COMMAND_NAMES.map((name) => [name]),
    ["associate-oidc", "create-sa", "apply", "delete-sa", "verify"],
  ])("fit into one managed policy: %s", (...names) => {
    const { aws: some } = rightsOf(names as CommandName[]);
    const flags = { clusterArn: CLUSTER, policyArn: [POLICY], permissionsBoundary: BOUNDARY };
    expect(policySize(iamPolicy(some, scopeOf(flags)))).toBeLessThan(POLICY_LIMIT);
  });

  it("have any role and no condition when that is asked for", () => {
    const { Statement } = iamPolicy(rights, scopeOf({ unrestricted: true }));
    expect(Statement.filter(({ Condition }) => Condition !== undefined)).toEqual([]);
    expect(leftOut(rights, scopeOf({ unrestricted: true }))).toEqual([]);
    const write = Statement.find(({ Action }) => Action.includes("iam:AttachRolePolicy"));
    expect(write?.Resource).toEqual(["arn:aws:iam::*:role/*"]);
  });
});

describe("what is told", () => {
  const { aws: rights } = rightsOf(["create-sa"]);
  const told = (flags: ScopeFlags) => scopeNotes(rights, scopeOf(flags)).join("\n");

  it("is what is open, what names are possible, what is left out and how long it is", () => {
    const text = told({});
    expect(text).toContain("Any cluster, region and AWS account; limit it with --cluster-arn.");
    expect(text).toContain("only with names that irsa generates (/*-??????????)");
    expect(text).toContain("iam:AttachRolePolicy is left out: any policy could be attached");
    expect(text).toContain(
      "iam:PutRolePolicy is left out: an inline policy can allow any action. To include it: --permissions-boundary",
    );
    expect(text).toMatch(/The policy uses [\d,]+ of the 6,144 characters of a managed policy\./);
    expect(told({ clusterArn: CLUSTER, rolePath: "/irsa/" })).toContain("(/irsa/work-*-??????????)");
  });

  it("is that unrestricted rights are all rights", () => {
    expect(told({ unrestricted: true })).toContain("can grant any permission to anyone");
    expect(told({ unrestricted: true })).not.toContain("Without");
  });

  it("is that a policy is too long for one", () => {
    const roleArn = Array.from({ length: 60 }, (_, at) => `arn:aws:iam::111122223333:role/team-${at}/app`);
    expect(told({ roleArn })).toContain("too many for one");
  });
});

describe("the scope", () => {
  it.each<[string, ScopeFlags, string]>([
    ["a name alone", { cluster: "work" }, "--cluster-arn arn:aws:eks:REGION:ACCOUNT:cluster/work"],
    [
      "a name and a region",
      { cluster: "work", region: "eu-west-1" },
      "arn:aws:eks:eu-west-1:ACCOUNT:cluster/work",
    ],
    ["both", { cluster: "work", clusterArn: CLUSTER }, "can't be used with --cluster-arn"],
  ])("needs a whole cluster: %s is not enough", (_, flags, text) => {
    expect(() => scopeOf(flags)).toThrow(text);
  });

  it.each<ScopeFlags>([
    { cluster: CLUSTER },
    { cluster: "work", region: "cn-north-1", account: "111122223333" },
  ])("takes the cluster from %j", (flags) => {
    expect(scopeOf(flags)).toEqual(scopeOf({ clusterArn: CLUSTER }));
  });

  it("is judged, all together", () => {
    expect(() =>
      scopeOf({ clusterArn: CLUSTER, account: "999999999999", region: "nowhere", rolePath: "x" }),
    ).toThrow("3 invalid values");
  });
});

test("reads share a statement where their resources are the same, and none where they are not", () => {
  const rights = [
    ...aws("required", "own-role", "", "GetRole"),
    ...aws("advisory", "role", "", "ListRolePolicies"),
  ];
  const actions = (flags: ScopeFlags) =>
    iamPolicy(rights, scopeOf(flags)).Statement.map(({ Action }) => Action);
  expect(actions({})).toEqual([["iam:GetRole", "iam:ListRolePolicies"]]);
  expect(actions({ rolePrefix: "x" })).toEqual([["iam:GetRole"], ["iam:ListRolePolicies"]]);
});

test("AWS's own policies are read beside those of a ServiceAccount", () => {
  expect(statementsOf("GetPolicy", { clusterArn: CLUSTER }, "policy")[0]?.Resource).toEqual([
    "arn:aws-cn:iam::111122223333:policy/*",
    "arn:aws-cn:iam::aws:policy/*",
  ]);
});
