import { describe, expect, it, test } from "vitest";
import { invalid, Problems } from "../../src/model/problems.ts";
import { COMMAND_NAMES, parseCommandName, RIGHTS, rightsOf } from "../../src/permissions/commands.ts";
import { rbacManifests, rbacRules } from "../../src/permissions/cluster-role.ts";
import { iamPolicy, scopeNotes } from "../../src/permissions/iam-policy.ts";
import { aws, clusterRightText, core, inGroup } from "../../src/permissions/right.ts";
import { parseScope, type ScopeFlags } from "../../src/permissions/scope.ts";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";

/** Commands that call neither AWS nor a cluster of the user's. */
const ALONE = new Set(["sdk-check", "permissions", "completion", "demo", "sandbox"]);

test("every command that calls AWS or the cluster says what it may call", async () => {
  const program = await buildProgram([], listeningContext().context, "0.0.0");
  const silent = program.commands
    .map((command) => command.name())
    .filter((name) => !ALONE.has(name) && !(name in RIGHTS));
  expect(silent, "add them to src/permissions/commands.ts, and run npm run docs:permissions").toEqual([]);
});

test("no right is written down twice for a command", () => {
  for (const [name, rights] of Object.entries(RIGHTS)) {
    const keys = [
      ...rights.aws.map(({ action, on }) => `${action} on ${on}`),
      ...rights.cluster.map(clusterRightText),
    ];
    expect(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      name,
    ).toEqual([]);
  }
});

test("nothing passes a role on, and nothing is allowed by pattern", () => {
  const { aws: all } = rightsOf(COMMAND_NAMES);
  expect(all.map(({ action }) => action).filter((action) => /PassRole|\*/.test(action))).toEqual([]);
});

describe("several commands", () => {
  it("have each right once, at the level that weighs most, with every reason", () => {
    const found = rightsOf(["associate-oidc", "create-sa"]).aws.filter(
      ({ action }) => action === "iam:CreateOpenIDConnectProvider",
    );
    expect(found).toMatchObject([
      { level: "required", why: "makes it, tagged in the same call; --associate-oidc, where it is missing" },
    ]);
  });

  it("can be cut down to what is required", () => {
    const levels = new Set(rightsOf(["create-sa"], "required").aws.map(({ level }) => level));
    expect([...levels]).toEqual(["required"]);
  });

  it("are named rightly", () => {
    expect(parseCommandName("create-sa")).toEqual({ ok: true, value: "create-sa" });
    expect(parseCommandName("creat-sa")).toEqual(invalid("is no command; is create-sa meant?"));
    const listing = expect.stringContaining("these do: associate-oidc, ") as string;
    expect(parseCommandName("sandbox")).toEqual({ ok: false, problem: listing });
    expect(parseCommandName("toString")).toMatchObject({ ok: false });
  });
});

const scopeOf = (flags: ScopeFlags) => {
  const problems = new Problems();
  const scope = parseScope(flags, problems);
  problems.throwIfAny();
  return scope;
};
const CLUSTER = "arn:aws-cn:eks:cn-north-1:111122223333:cluster/work";
const OWN = aws("required", "own-role", "", "CreateRole");

describe("the policy's resources", () => {
  it.each<[string, ScopeFlags, string[]]>([
    ["nothing", {}, ["arn:aws:iam::*:role/*"]],
    ["an account", { account: "111122223333" }, ["arn:aws:iam::111122223333:role/*"]],
    ["a prefix", { rolePrefix: "irsa-" }, ["arn:aws:iam::*:role/irsa-*"]],
    ["a path", { rolePath: "/team/" }, ["arn:aws:iam::*:role/team/*"]],
    ["both", { rolePath: "/team/", rolePrefix: "irsa-" }, ["arn:aws:iam::*:role/team/irsa-*"]],
    ["a cluster", { clusterArn: CLUSTER }, ["arn:aws-cn:iam::111122223333:role/*"]],
    ["a region's partition", { region: "us-gov-west-1" }, ["arn:aws-us-gov:iam::*:role/*"]],
  ])("are narrowed by %s", (_, flags, resources) => {
    expect(iamPolicy(OWN, scopeOf(flags)).Statement).toEqual([
      { Sid: "OwnRoles", Effect: "Allow", Action: ["iam:CreateRole"], Resource: resources },
    ]);
  });

  it("share a statement where they are the same, and none where they are not", () => {
    const rights = [...OWN, ...aws("advisory", "role", "", "GetRole")];
    const actions = (flags: ScopeFlags) =>
      iamPolicy(rights, scopeOf(flags)).Statement.map(({ Action }) => Action);
    expect(actions({})).toEqual([["iam:CreateRole", "iam:GetRole"]]);
    expect(actions({ rolePrefix: "x" })).toEqual([["iam:CreateRole"], ["iam:GetRole"]]);
  });

  it("have AWS's own policies beside those of an account", () => {
    const rights = aws("advisory", "policy", "", "GetPolicy");
    expect(iamPolicy(rights, scopeOf({ clusterArn: CLUSTER })).Statement[0]?.Resource).toEqual([
      "arn:aws-cn:iam::111122223333:policy/*",
      "arn:aws-cn:iam::aws:policy/*",
    ]);
  });

  it("are told where they are left open", () => {
    expect(scopeNotes(OWN, scopeOf({})).join("\n")).toContain("Any cluster, region and AWS account");
    expect(scopeNotes(OWN, scopeOf({ clusterArn: CLUSTER, rolePath: "/irsa/" })).join("\n")).toContain(
      "only if they are /irsa/* too",
    );
  });

  it.each<[string, ScopeFlags, string]>([
    ["a name alone", { cluster: "work" }, "--cluster-arn arn:aws:eks:REGION:ACCOUNT:cluster/work"],
    [
      "a name and a region",
      { cluster: "work", region: "eu-west-1" },
      "arn:aws:eks:eu-west-1:ACCOUNT:cluster/work",
    ],
    ["both", { cluster: "work", clusterArn: CLUSTER }, "give one of them"],
  ])("need a whole cluster: %s is not enough", (_, flags, text) => {
    expect(() => scopeOf(flags)).toThrow(text);
  });

  it.each<ScopeFlags>([
    { cluster: CLUSTER },
    { cluster: "work", region: "cn-north-1", account: "111122223333" },
  ])("take the cluster from %j", (flags) => {
    expect(scopeOf(flags)).toEqual(scopeOf({ clusterArn: CLUSTER }));
  });

  it("are judged, all at once", () => {
    expect(() =>
      scopeOf({ clusterArn: CLUSTER, account: "999999999999", region: "nowhere", rolePath: "x" }),
    ).toThrow("3 wrong values");
  });
});

describe("the ClusterRole", () => {
  it("puts together what takes the same verbs", () => {
    const rights = [
      ...core("required", "", "get pods", "list pods", "get serviceaccounts", "list serviceaccounts"),
      ...core("required", "", "get /.well-known/openid-configuration", "get namespaces"),
      ...inGroup("apps", "required", "", ["get deployments"]),
    ];
    expect(rbacRules(rights)).toEqual([
      { apiGroups: [""], resources: ["pods", "serviceaccounts"], verbs: ["get", "list"] },
      { nonResourceURLs: ["/.well-known/openid-configuration"], verbs: ["get"] },
      { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] },
    ]);
  });

  it("is bound to the group; there is none where nothing is called", () => {
    expect(rbacManifests(["associate-oidc"], [], "ops")).toEqual([]);
    expect(rbacManifests(["get-sa"], rightsOf(["get-sa"]).cluster, "ops")).toMatchObject([
      { kind: "ClusterRole", metadata: { name: "irsa-get-sa" } },
      { kind: "ClusterRoleBinding", subjects: [{ kind: "Group", name: "ops" }] },
    ]);
  });
});
