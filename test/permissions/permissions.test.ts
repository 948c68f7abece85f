import { describe, expect, it, test } from "vitest";
import { invalid } from "../../src/model/problems.ts";
import { COMMAND_NAMES, parseCommandName, RIGHTS, rightsOf } from "../../src/permissions/commands.ts";
import { rbacManifests, rbacNotes, rbacRules, type RbacRule } from "../../src/permissions/cluster-role.ts";
import { clusterRightText, core, inGroup } from "../../src/permissions/right.ts";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";

/** Commands that call neither AWS nor a cluster of the user's. */
const ALONE = new Set(["sdk-check", "explain", "permissions", "completion", "demo", "sandbox", "version"]);

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

test("nothing passes a role on but Pod Identity, and nothing is allowed by pattern", () => {
  const { aws: all } = rightsOf(COMMAND_NAMES);
  const found = all.filter(({ action }) => /PassRole|\*/.test(action));
  expect(found).toMatchObject([{ action: "iam:PassRole", why: "Pod Identity: gives EKS the role" }]);
});

describe("several commands", () => {
  it("have each right once, at the level that weighs most, with every reason", () => {
    const found = rightsOf(["associate-oidc", "create-sa"]).aws.filter(
      ({ action }) => action === "iam:CreateOpenIDConnectProvider",
    );
    expect(found).toMatchObject([
      { level: "required", why: "creates it with tags; --associate-oidc, if it is missing" },
    ]);
  });

  it("can be cut down to what is required", () => {
    const levels = new Set(rightsOf(["create-sa"], "required").aws.map(({ level }) => level));
    expect([...levels]).toEqual(["required"]);
  });

  it("are named rightly", () => {
    expect(parseCommandName("create-sa")).toEqual({ ok: true, value: "create-sa" });
    expect(parseCommandName("creat-sa")).toEqual(invalid("is not a command; did you mean create-sa?"));
    const listing = expect.stringContaining("use associate-oidc, ") as string;
    expect(parseCommandName("sandbox")).toEqual({ ok: false, problem: listing });
    expect(parseCommandName("toString")).toMatchObject({ ok: false });
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
    const target = { group: "ops", namespaces: [] };
    expect(rbacManifests([], { ...target, commands: ["associate-oidc"] })).toEqual([]);
    expect(rbacManifests(rightsOf(["get-sa"]).cluster, { ...target, commands: ["get-sa"] })).toMatchObject([
      { kind: "ClusterRole", metadata: { name: "irsa-get-sa" } },
      { kind: "ClusterRoleBinding", subjects: [{ kind: "Group", name: "ops" }] },
    ]);
  });
});

describe("with namespaces", () => {
  const target = { commands: ["create-sa"] as const, group: "ops", namespaces: ["shop", "cart"] };
  const rights = rightsOf(["create-sa"]).cluster;

  it("there is a Role in each, and a ClusterRole for what is in none, of these alone", () => {
    const manifests = rbacManifests(rights, target) as readonly {
      kind: string;
      metadata: { namespace?: string };
      rules?: readonly RbacRule[];
    }[];
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}`)).toEqual([
      "Role shop",
      "RoleBinding shop",
      "Role cart",
      "RoleBinding cart",
      "ClusterRole ",
      "ClusterRoleBinding ",
    ]);
    const [role] = manifests;
    const clusterRole = manifests[4];
    expect(role?.rules?.flatMap(({ resources = [] }) => resources)).not.toContain("namespaces");
    expect(clusterRole?.rules).toEqual([
      { apiGroups: [""], resources: ["namespaces"], resourceNames: ["shop", "cart"], verbs: ["get"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["list"] },
      { nonResourceURLs: ["/.well-known/openid-configuration"], verbs: ["get"] },
    ]);
  });

  it("what can't be limited to them is left out, and told", () => {
    expect(JSON.stringify(rbacManifests(rights, target))).not.toMatch(
      /"create"[^}]*namespaces|namespaces[^}]*"create"/,
    );
    expect(rbacNotes(rights, target.namespaces).join()).toContain("'create namespaces' is left out");
  });

  it("the values of Secrets are granted to nobody, in the cluster or in a namespace", () => {
    const rights = rightsOf(["verify"]).cluster;
    for (const namespaces of [[], ["shop"]]) {
      const target = { group: "ops", namespaces, commands: ["verify"] } as const;
      const rules = rbacManifests(rights, target).flatMap((one) =>
        "rules" in one ? (one.rules as RbacRule[]) : [],
      );
      const resources = rules.flatMap((rule) => rule.resources ?? []);
      expect(resources).toContain("configmaps");
      expect(resources).not.toContain("secrets");
      expect(rbacNotes(rights, namespaces).join(" ")).toContain("'get secrets' is left out");
    }
  });

  it("without any, what amounts to every ServiceAccount's rights is told", () => {
    expect(rbacNotes(rights, []).join()).toContain(
      "'create serviceaccounts/token', 'create pods' give the permissions of every",
    );
    expect(rbacNotes(rightsOf(["get-sa"]).cluster, [])).toEqual([]);
  });
});
