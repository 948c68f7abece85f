import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn } from "../fakes/command-line.ts";
import { CART, withEksctlAssociation, withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const REACH = "--cluster eks-work-cluster --region ap-northeast-2";

/** Two ServiceAccounts of eksctl's and one that a hand has made. */
function fleet(): World {
  const world = aWorld().withProvider();
  withEksctlServiceAccount(world);
  withEksctlServiceAccount(world, "shop/till");
  const byHand = ownRole("by-hand");
  return world
    .withRole(byHand, { trust: world.trustOf({ serviceAccount: aServiceAccount("shop/desk") }) })
    .withServiceAccount("shop/desk", { annotations: { [ROLE_ANNOTATION]: byHand } });
}

describe("what is asked", () => {
  it.each([
    ["", "ServiceAccount is missing"],
    ["cart", "ServiceAccount 'cart' has no namespace; use NAMESPACE/cart"],
    [
      `${CART} --all`,
      "--all can't be combined with ServiceAccount names: it selects every ServiceAccount created by eksctl",
    ],
    ["--all --role-name cart", "can be used only with a single ServiceAccount"],
    [`${CART} shop/till --role-name cart`, "can be used only with a single ServiceAccount"],
    [`${CART} --role-name ca/rt`, "--role-name 'ca/rt'"],
  ])("'adopt %s' is wrong, and nothing is read", async (words, says) => {
    const world = fleet();
    const { failure } = await runIn(world, `adopt ${words} ${REACH}`);
    expect(failure).toMatchObject({ kind: "input" });
    expect(failure && textOf(failure)).toContain(says);
    expect(world.log.calls).toEqual([]);
  });
});

describe("adopt --all", () => {
  it("takes eksctl's alone", async () => {
    const world = fleet();
    const { heard } = await runIn(world, `adopt --all ${REACH} --approve`);
    expect(heard.code).toBe(0);
    expect(heard.out.join("\n")).toContain("All 2 ServiceAccounts are managed by irsa.");
    expect(world.serviceAccount("shop/desk").annotations).toEqual({ [ROLE_ANNOTATION]: ownRole("by-hand") });
  });

  it("shows what it would do, and by --exit-code that there is something", async () => {
    const world = fleet();
    const { heard } = await runIn(world, `adopt --all --release-stacks ${REACH} --exit-code`);
    expect(heard.code).toBe(3);
    expect(heard.out.join("\n")).toMatch(
      /shop\/cart +role eksctl-\S+-CART: ~ ownership tags, ~ ServiceAccount ownership label, ~ stack: DeletionPolicy Retain on 3 resources, - stack eksctl-\S+ \(its 3 resources retained\), verify that the role is unchanged/,
    );
    expect(world.log.writes).toEqual([]);
  });

  it("shows for each stack and resource what is changed, deleted and retained", async () => {
    const world = fleet();
    const { heard } = await runIn(world, `adopt ${CART} --release-stacks ${REACH}`);
    const text = heard.out.join("\n");
    for (const id of ["Role1", "Policy1", "PolicyAutoScaler"])
      expect(text).toMatch(new RegExp(`~ resource +${id}: DeletionPolicy Retain`));
    expect(text).toMatch(
      /- Stack +eksctl-\S+\n(?: +~ resource .*\n){3}(?: .*\n)*? +- delete +the CloudFormation stack, none of its resources\n/,
    );
    expect(text).toMatch(/retain +Role eksctl-\S+-CART, unchanged \(DeletionPolicy Retain\)/);
    expect(text).toMatch(
      /verify +trust policy, policies and boundary are unchanged after the stack is deleted/,
    );
    expect(text).toContain("only the CloudFormation stack is deleted");
    expect(text).toContain("eksctl no longer manages the ServiceAccount");
    expect(world.log.writes).toEqual([]);
  });

  it("says nothing of stacks without --release-stacks", async () => {
    const { heard } = await runIn(fleet(), `adopt ${CART} ${REACH}`);
    expect(heard.out.join("\n")).not.toContain("only the CloudFormation stack is deleted");
  });

  it("says of a role that it can't read, goes on with the rest, and does not end well", async () => {
    const world = fleet();
    world.log.fail("iam.listAttachedPolicies");
    const { heard } = await runIn(world, `adopt --all ${REACH} --approve`);
    expect(heard.code).toBe(1);
    expect(heard.out.join("\n")).toContain("1 of 2 ServiceAccounts are managed by irsa; 1 failed to plan.");
  });

  it("says exactly what is not as it was once a stack is gone", async () => {
    const world = fleet();
    world.log.after("cloudformation.deleteStack", () => {
      for (const { role } of world.iam.roles.values()) world.editRole(role.arn, () => ({ attached: [] }));
    });
    const { failure } = await runIn(world, `adopt --all --release-stacks ${REACH} --approve`);
    expect(failure && textOf(failure)).toMatch(
      /shop\/\w+ role \S+ has changed since before its stack was deleted\nattached: no longer \S+CloudWatchAgentServerPolicy/,
    );
  });

  it("takes eksctl's associations, names those of add-ons, and the role that no association has", async () => {
    const world = fleet();
    withEksctlAssociation(world, "shop/desk");
    const ownerArn = "arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/vpc-cni/1";
    withEksctlAssociation(world, "kube-system/aws-node", { facts: { ownerArn } });
    withEksctlAssociation(world, "shop/gone");
    world.associations.delete("shop/gone");
    const { heard } = await runIn(world, `adopt --all ${REACH} --approve -o json`);
    expect(heard.code).toBe(0);
    const { plan, result } = JSON.parse(heard.out.join("\n")) as {
      plan: { notes: readonly { code: string; message: string }[] };
      result: { serviceAccounts: readonly { serviceAccount: { name: string }; way: string }[] };
    };
    expect(result.serviceAccounts.map(({ serviceAccount, way }) => [serviceAccount.name, way])).toEqual([
      ["cart", "irsa"],
      ["till", "irsa"],
      ["desk", "podIdentity"],
    ]);
    const notes = plan.notes.map(({ code, message }) => `${code}: ${message}`).join("\n");
    expect(notes).toMatch(/association-owned: .*kube-system\/aws-node/);
    expect(notes).toMatch(/role-unused: .*for shop\/gone: no Pod Identity association has it/);
    expect(world.association("kube-system/aws-node")?.tags).not.toHaveProperty(["irsa/managed-by"]);
  });

  it("stops where associations can't be read: those would be left out silently", async () => {
    const world = fleet();
    world.log.fail("eks.describePodIdentities");
    const { failure } = await runIn(world, `adopt --all ${REACH} --approve`);
    expect(failure).toMatchObject({ code: "unreachable" });
    expect(world.log.writes).toEqual([]);
  });

  it("shows what is done to association and trust policy", async () => {
    const world = aWorld();
    withEksctlAssociation(world);
    const { heard } = await runIn(world, `adopt ${CART} --restrict-trust ${REACH}`);
    const text = heard.out.join("\n");
    expect(text).toMatch(/trust policy/);
    expect(text).toMatch(/Pod Identity association/);
    expect(text).toContain("only the Pod Identity association of shop/cart can use role");
  });

  it("has nothing to do where nothing is eksctl's", async () => {
    const { heard } = await runIn(aWorld().withProvider(), `adopt --all ${REACH} --approve`);
    expect(heard.code).toBe(0);
    expect(heard.out.join("\n")).toContain("No ServiceAccount in the cluster has a role created by eksctl.");
  });
});

describe("the proof", () => {
  it("that STS refuses is a failure, and what was adopted stays so", async () => {
    const world = fleet();
    world.iam.providers.clear();
    const { failure } = await runIn(world, `adopt ${CART} ${REACH} --approve --wait-timeout 0`);
    expect(failure).toMatchObject({ code: "proof-refused", detail: { written: true } });
    expect(world.serviceAccount(CART).annotations).toMatchObject({ "irsa/account": "adopted" });
  });

  it("is left out where nobody asks for it", async () => {
    const world = fleet();
    await runIn(world, `adopt ${CART} ${REACH} --approve --no-wait`);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("sts.assumeWithToken");
  });
});

it("whoever asks more of eksctl's role than it has is told to take it over", async () => {
  const world = fleet();
  const more = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  const line = `create-sa ${REACH} --namespace shop --name cart --policy-arn ${more}`;
  const { failure } = await runIn(world, line);
  expect(failure).toMatchObject({ code: "role-lacks" });
  expect(failure?.detail.command?.join(" ")).toBe(`irsa adopt ${CART} ${REACH} --approve`);
});
