import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { observeAccounts } from "../../src/service-account/observe-many.ts";
import { planAccounts } from "../../src/service-account/plan-many.ts";
import { aCluster, aDesire, anAccount, awsPolicy, managed, ownPolicy } from "../fakes/values.ts";
import { bringAbout, changeOf, planIn, stopOf, textOf, updateIn } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

function allowing(Action: string, Resource: string): PolicyDocument {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] };
}

describe("the account 'default'", () => {
  const desired = aDesire({ account: anAccount("shop/default") });

  it("stops, and says whose account it is", async () => {
    const world = aWorld().withProvider().withAccount("shop/default");
    const stop = await stopOf(planIn(world, { ...desired, adopt: true }));
    expect(stop).toMatchObject({ kind: "refused", code: "default-account" });
    expect(textOf(stop)).toContain("shop");
    expect(textOf(stop)).toContain("--allow-default-account");
  });

  it("is lifted by the flag that names it", async () => {
    const world = aWorld().withProvider().withAccount("shop/default");
    const plan = await planIn(world, { ...desired, adopt: true, allowDefaultAccount: true });
    expect(changeOf(plan, "edit-account").setAnnotations[ROLE_ANNOTATION]).toBe(plan.role);
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

  it("is no customer's policy that only has the name", async () => {
    const policy = ownPolicy("AdministratorAccess");
    const world = aWorld().withProvider().withPolicy(policy, allowing("s3:GetObject", "*"));
    expect((await planIn(world, aDesire({ role: managed({ policies: [policy] }) }))).notes).toEqual([]);
  });
});

describe("a policy that was asked for", () => {
  it("stops where it does not exist", async () => {
    const role = managed({ policies: [awsPolicy("CloudWatchAgentServerPolcy")] });
    const stop = await stopOf(planIn(aWorld().withProvider(), aDesire({ role })));
    expect(stop).toMatchObject({ kind: "refused", code: "no-policy" });
    expect(stop.message).toContain("CloudWatchAgentServerPolcy");
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
      expect(notes[0]?.message).toContain("cart can't be read");
    },
  );
});

it("kube-system is a warning, since controllers live there", async () => {
  const plan = await planIn(aWorld().withProvider(), aDesire({ account: anAccount("kube-system/cni") }));
  expect(plan.notes).toMatchObject([{ level: "warning", code: "kube-system" }]);
  expect(plan.changes).not.toEqual([]);
});

describe("a permissions boundary that does not exist", () => {
  const edge = ownPolicy("edge");

  it("stops in the plan of a new role, of many and of an update, as a missing policy does", async () => {
    const desired = aDesire({ role: managed({ boundary: edge }) });
    const world = aWorld().withProvider();
    const stop = await stopOf(planIn(world, desired));
    expect(stop).toMatchObject({ kind: "refused", code: "no-policy" });
    expect(stop.message).toBe(`there is no policy '${edge}' to be the permissions boundary`);
    await bringAbout(world, aDesire());
    expect((await stopOf(updateIn(world, { boundary: { set: edge } }))).message).toBe(stop.message);
    const fleet = await observeAccounts(
      [desired],
      world.cluster,
      { aws: world.aws, kubernetes: world.kubernetes },
      () => undefined,
    );
    const { rows } = planAccounts(fleet, { associate: false, keep: () => true, pruned: [] });
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
    expect(notes[0]?.message).toContain("edge, to be the permissions boundary, can't be read");
  });
});
