import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import { planServiceAccounts } from "../../src/service-account/fleet/plan.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { checkOpened } from "../../src/service-account/role/guardrails.ts";
import {
  aCluster,
  aDesire,
  aServiceAccount,
  awsPolicy,
  existing,
  managed,
  ownPolicy,
  ownRole,
} from "../fakes/values.ts";
import { bringAbout, changeOf, planIn, stopOf, textOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

function allowing(Action: string, Resource: string): PolicyDocument {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] };
}

describe("the ServiceAccount 'default'", () => {
  const desired = aDesire({ serviceAccount: aServiceAccount("shop/default") });

  it("stops, and says whose ServiceAccount it is", async () => {
    const world = aWorld().withProvider().withServiceAccount("shop/default");
    const stop = await stopOf(planIn(world, { ...desired, adopt: true }));
    expect(stop).toMatchObject({ kind: "refused", code: "default-account" });
    expect(textOf(stop)).toContain("shop");
    expect(textOf(stop)).toContain("--allow-default-service-account");
  });

  it("is lifted by the flag that names it", async () => {
    const world = aWorld().withProvider().withServiceAccount("shop/default");
    const plan = await planIn(world, { ...desired, adopt: true, allowDefaultServiceAccount: true });
    expect(changeOf(plan, "edit-service-account").setAnnotations[ROLE_ANNOTATION]).toBe(plan.role);
  });
});

describe("a policy that makes an administrator", () => {
  const admin = ownPolicy("admin");
  const cases = [
    [
      "AdministratorAccess by name",
      managed({ policies: [awsPolicy("AdministratorAccess")] }),
      "AdministratorAccess",
    ],
    ["IAMFullAccess by name", managed({ policies: [awsPolicy("IAMFullAccess")] }), "IAMFullAccess"],
    ["a customer's policy by what it allows", managed({ policies: [admin] }), "admin"],
    [
      "an inline document",
      managed({ policies: [], inline: fromOperator(allowing("*", "*")) }),
      "the inline policy",
    ],
  ] as const;

  it.each(cases)("stops: %s", async (_name, role, named) => {
    const world = aWorld().withProvider().withPolicy(admin, allowing("iam:*", "*"));
    const stop = await stopOf(planIn(world, aDesire({ role })));
    expect(stop).toMatchObject({ kind: "refused", code: "administrator-policy" });
    expect(stop.message).toContain(named);
    expect(textOf(stop)).toContain("--allow-administrator-policy");
    expect(world.log.writes).toEqual([]);
  });

  it.each(cases)("is lifted by the flag that names it: %s", async (_name, role) => {
    const world = aWorld().withProvider().withPolicy(admin, allowing("iam:*", "*"));
    expect((await planIn(world, aDesire({ role, allowAdministrator: true }))).changes).not.toEqual([]);
  });

  it("is known by name in every partition", async () => {
    const cluster = aCluster({
      arn: "arn:aws-cn:eks:cn-north-1:111122223333:cluster/west",
      issuer: "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/0CA5E",
    });
    const role = managed({ policies: [awsPolicy("AdministratorAccess", "aws-cn")] });
    const stop = await stopOf(planIn(aWorld(cluster).withProvider(), aDesire({ role })));
    expect(stop.code).toBe("administrator-policy");
  });

  it("is not a customer's policy that only has the name", async () => {
    const policy = ownPolicy("AdministratorAccess");
    const world = aWorld().withProvider().withPolicy(policy, allowing("s3:GetObject", "*"));
    expect((await planIn(world, aDesire({ role: managed({ policies: [policy] }) }))).notes).toEqual([]);
  });
});

describe("a role that is there and makes an administrator", () => {
  const role = ownRole("legacy");
  const own = ownPolicy("admin");
  const readOnly = allowing("s3:GetObject", "*");
  const desired = aDesire({ role: existing(role) });
  type Kept = Parameters<World["withRole"]>[2];

  const worldOf = (kept: Kept) => {
    const world = aWorld()
      .withProvider()
      .withPolicy(own, allowing("iam:*", "*"))
      .withPolicy(ownPolicy("read"), readOnly);
    return world.withRole(role, { trust: world.trustOf(desired) }, kept);
  };

  it.each<readonly [string, Kept, string]>([
    [
      "by the name of a policy",
      { attached: [ownPolicy("read"), awsPolicy("AdministratorAccess")] },
      "AdministratorAccess of the role 'legacy'",
    ],
    ["by what a customer's policy allows", { attached: [own] }, "admin of the role 'legacy'"],
    [
      "by an inline policy",
      { inline: { read: readOnly, all: allowing("*", "*") } },
      "the inline policy 'all' of the role 'legacy'",
    ],
  ])("is given to nobody, unless that is allowed: %s", async (_name, kept, what) => {
    const world = worldOf(kept);
    const stop = await stopOf(planIn(world, desired));
    expect(stop).toMatchObject({ kind: "refused", code: "administrator-policy" });
    expect(stop.message).toBe(`${what} would grant administrator access to every pod of this ServiceAccount`);
    expect((await planIn(world, { ...desired, allowAdministrator: true })).role).toBe(role);
  });

  it("is judged by its name where its policies were not read, if it is used as it is", () => {
    const world = worldOf({});
    const found = { role: world.role(role).role, attached: [awsPolicy("AdministratorAccess")], inline: {} };
    const judge = (given: Pick<DesiredServiceAccount, "role" | "allowAdministrator">) =>
      stopOf(Promise.resolve().then(() => checkOpened(given, found))).then(
        ({ code }) => code,
        () => "none",
      );
    return expect(
      Promise.all([
        judge({ role: existing(role), allowAdministrator: false }),
        judge({ role: existing(role), allowAdministrator: true }),
        judge({ role: managed(), allowAdministrator: false }),
      ]),
    ).resolves.toEqual(["administrator-policy", "none", "none"]);
  });

  it("is judged whoever keeps it, where its policies were read", () => {
    const world = worldOf({});
    const found = {
      role: world.role(role).role,
      attached: [],
      inline: {},
      holds: { documents: new Map(), inline: { all: allowing("*", "*") } },
    };
    const judge = (allowAdministrator: boolean) => () =>
      checkOpened({ role: managed(), allowAdministrator }, found);
    expect(judge(false)).toThrow("the inline policy 'all' of the role 'legacy' would grant");
    expect(judge(true)).not.toThrow();
  });

  it("is reported with why, and the way on", async () => {
    const stop = await stopOf(planIn(worldOf({ attached: [awsPolicy("AdministratorAccess")] }), desired));
    expect(stop.detail).toEqual({
      facts: [["why", "AdministratorAccess allows all actions"]],
      advice:
        "Allow only the actions that the workload needs, or allow administrator access: --allow-administrator-policy",
    });
  });

  it("is not another: a role that may read is used", async () => {
    const world = worldOf({ attached: [ownPolicy("read")], inline: { read: readOnly } });
    expect((await planIn(world, desired)).role).toBe(role);
  });
});

describe("a policy that was asked for", () => {
  it("stops where it does not exist", async () => {
    const role = managed({ policies: [awsPolicy("CloudWatchAgentServerPolcy")] });
    const stop = await stopOf(planIn(aWorld().withProvider(), aDesire({ role })));
    expect(stop).toMatchObject({ kind: "refused", code: "no-policy" });
    expect(stop.message).toBe(`policy '${awsPolicy("CloudWatchAgentServerPolcy")}' not found`);
    expect(stop.detail.advice).toBe(
      "Check its name, path and AWS account. To list AWS managed policies: aws iam list-policies --scope AWS",
    );
  });

  it.each(["iam.getPolicyVersionId", "iam.getPolicyDocument"])(
    "is a warning where %s is denied",
    async (call) => {
      const world = aWorld().withProvider().withPolicy(ownPolicy("cart"));
      world.log.deny(call);
      const { notes, changes } = await planIn(
        world,
        aDesire({ role: managed({ policies: [ownPolicy("cart")] }) }),
      );
      expect(changes).not.toEqual([]);
      expect(notes).toMatchObject([{ level: "warning", code: "policy-unreadable" }]);
      expect(notes[0]?.message).toBe(
        "policy cart can't be read (iam:GetPolicy, iam:GetPolicyVersion): not checked that it exists or what it allows",
      );
    },
  );
});

it("kube-system is a warning, since controllers live there", async () => {
  const plan = await planIn(
    aWorld().withProvider(),
    aDesire({ serviceAccount: aServiceAccount("kube-system/cni") }),
  );
  const message = "kube-system is the namespace of the cluster's own controllers";
  expect(plan.notes).toEqual([{ level: "warning", code: "kube-system", message }]);
  expect(plan.changes).not.toEqual([]);
});

describe("a permissions boundary that does not exist", () => {
  const edge = ownPolicy("edge");

  it("stops in the plan of a new role, of many and of an update, as a missing policy does", async () => {
    const desired = aDesire({ role: managed({ boundary: edge }) });
    const world = aWorld().withProvider();
    const stop = await stopOf(planIn(world, desired));
    expect(stop).toMatchObject({ kind: "refused", code: "no-policy" });
    expect(stop.message).toBe(`policy '${edge}' for the permissions boundary not found`);
    await bringAbout(world, aDesire());
    expect((await stopOf(updateIn(world, { boundary: { set: edge } }))).message).toBe(stop.message);
    const fleet = await observeServiceAccounts(
      [desired],
      world.cluster,
      { aws: world.aws, kubernetes: world.kubernetes },
      () => undefined,
    );
    const { rows } = planServiceAccounts(fleet, { associate: false, keep: () => true, pruned: [] });
    expect(rows).toMatchObject([{ state: "failed", failure: { message: stop.message } }]);
  });

  it("may let everything through: it gives nobody anything", async () => {
    const world = aWorld().withProvider().withPolicy(edge, allowing("*", "*"));
    const plan = await planIn(world, aDesire({ role: managed({ boundary: edge }) }));
    expect(changeOf(plan, "create-role").boundary).toBe(edge);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("iam.getPolicyDocument");
  });

  it("is said not to have been looked at where it can't be read", async () => {
    const world = aWorld().withProvider();
    world.log.deny("iam.getPolicyVersionId");
    const { notes } = await planIn(world, aDesire({ role: managed({ policies: [], boundary: edge }) }));
    expect(notes).toMatchObject([{ level: "warning", code: "policy-unreadable" }]);
    expect(notes[0]?.message).toContain("the permissions boundary edge can't be read");
  });
});

describe("a placeholder in the inline policy", () => {
  const noteIn = async (resource: string) => {
    const role = managed({ inline: fromOperator(allowing("s3:GetObject", resource)) });
    const { notes } = await planIn(
      aWorld().withProvider().withServiceAccount("shop/cart"),
      aDesire({ role, adopt: true }),
    );
    return notes
      .filter(({ code }) => code === "placeholder")
      .map(({ level, message }) => `${level}: ${message}`);
  };

  it("that nobody filled in is a warning, with its place", async () => {
    expect(await noteIn("arn:aws:s3:::${BUCKET}/*")).toEqual([
      "warning: the inline policy has an unresolved placeholder: ${BUCKET} (Statement[0].Resource)",
    ]);
  });

  it("is none where it is a policy variable of IAM's", async () => {
    expect(await noteIn("arn:aws:s3:::home/${aws:username}/*")).toEqual([]);
  });
});
