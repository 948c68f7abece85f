import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { observeMigration } from "../../src/pod-identity-migration/observe.ts";
import { planMigration } from "../../src/pod-identity-migration/plan.ts";
import type { Reach } from "../../src/pod-identity-migration/row.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { AGENT_NODE, changePods, withAgent, withIrsa } from "../fakes/moving-world.ts";
import { aPod, injected, manifestOf } from "../fakes/pods.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const CART = "shop/cart";
const ref = aServiceAccount(CART);
const LINE = "migrate-pod-identity shop/cart --cluster eks-work-cluster --region ap-northeast-2";

/** A pod that sets its role itself. */
const OWN_ROLE = manifestOf("cart", {
  containers: [{ name: "app", env: [{ name: "AWS_ROLE_ARN", value: "x" }] }],
});

async function rowOf(world: World, reach: Partial<Reach> = {}) {
  const observed = await observeMigration([ref], world.cluster, world);
  const all = { goal: "pod-identity", restart: false, finish: false, ...reach } as const;
  const [row] = planMigration(observed, all, []);
  if (row === undefined) throw new Error("no row");
  return row;
}

async function planned(world: World, reach: Partial<Reach> = {}) {
  const row = await rowOf(world, reach);
  if (row.state === "failed") throw row.failure;
  return { kinds: row.changes.map(({ kind }) => kind), next: row.next, waitsFor: row.waitsFor };
}

async function reasonOf(world: World, reach: Partial<Reach> = {}) {
  const row = await rowOf(world, reach);
  return row.state === "failed"
    ? `${row.failure.code}: ${row.failure.message}`
    : row.changes.map(({ kind }) => kind);
}

/** A world in which a ServiceAccount uses IRSA, and everything is ready for Pod Identity. */
function ready(): World {
  return withIrsa(withAgent(aWorld().withProvider()), CART);
}

async function after(world: World, ...flags: readonly string[]): Promise<World> {
  for (const flag of flags) await runWell(world, `${LINE} ${flag} --approve`);
  return world;
}

const both = () => after(ready(), "");
const moved = () => after(ready(), "", "--restart");
const finished = () => after(ready(), "", "--restart", "--finish");

describe("the next safe step", () => {
  it.each([
    ["with IRSA alone", ready, {}, ["edit-role", "create-pod-identity"], "restart"],
    [
      "with IRSA alone, whatever is allowed",
      ready,
      { restart: true, finish: true },
      ["edit-role", "create-pod-identity"],
      "restart",
    ],
    ["with both ways", both, {}, [], "restart"],
    ["with both ways, and --finish", both, { finish: true }, [], "restart"],
    ["with both ways, and --restart", both, { restart: true }, ["restart-workload"], "finish"],
    ["with pods that were restarted", moved, {}, [], "finish"],
    [
      "with pods that were restarted, and --finish",
      moved,
      { finish: true },
      ["edit-service-account", "edit-role"],
      "done",
    ],
    ["with Pod Identity alone", finished, { restart: true, finish: true }, [], "done"],
    [
      "back, with Pod Identity alone",
      finished,
      { goal: "irsa" },
      ["edit-role", "edit-service-account"],
      "restart",
    ],
    ["back, with both ways", moved, { goal: "irsa" }, [], "restart"],
    [
      "back, with both ways, and --restart",
      moved,
      { goal: "irsa", restart: true },
      ["delete-pod-identity", "restart-workload"],
      "finish",
    ],
    ["back, before pods were restarted", both, { goal: "irsa" }, ["delete-pod-identity"], "finish"],
    ["back, with IRSA alone", ready, { goal: "irsa", restart: true, finish: true }, [], "done"],
  ] as const)("%s", async (_what, make, reach, kinds, next) => {
    expect(await planned(await make(), reach)).toEqual({ kinds, next, waitsFor: undefined });
  });

  it("removes the association without a restart where no pod uses it", async () => {
    const world = await finished();
    world.api.pods.splice(1);
    await after(world, "--back");
    expect(await planned(world, { goal: "irsa" })).toMatchObject({
      kinds: ["delete-pod-identity"],
      next: "finish",
    });
    await after(world, "--back");
    expect(await planned(world, { goal: "irsa", finish: true })).toMatchObject({
      kinds: ["edit-role"],
      next: "done",
    });
  });

  it("restarts pods that were left without their association", async () => {
    const world = await after(await moved(), "--back");
    world.associations.delete(CART);
    expect(await planned(world, { goal: "irsa", restart: true })).toMatchObject({
      kinds: ["restart-workload"],
    });
  });
});

describe("what waits", () => {
  it.each([
    [
      "a bare pod",
      { workload: undefined },
      "no workload restarts these pods; delete them or wait for their end: shop/cart-1",
    ],
    [
      "a pod that sets its role itself",
      { spec: aPod("shop/cart-1", injected(OWN_ROLE, { annotations: undefined, podIdentity: true })).spec },
      "pods choose their way in their own manifest: shop/cart-1",
    ],
  ])("for %s", async (_what, change, waitsFor) => {
    const world = changePods(await both(), CART, change as never);
    expect(await planned(world, { restart: true, finish: true })).toEqual({
      kinds: [],
      next: "wait",
      waitsFor,
    });
  });

  it("for the repository that has the annotation", async () => {
    const world = await moved();
    world.editServiceAccount(CART, () => ({
      managers: ["argocd-controller"],
      labels: { "argocd.argoproj.io/instance": "shop" },
    }));
    const row = await planned(world, { finish: true });
    expect(row).toMatchObject({ kinds: [], next: "wait" });
    expect(row.waitsFor).toContain(`remove the annotation ${ROLE_ANNOTATION}`);
  });
});

describe("what is left alone", () => {
  it.each([
    [
      "without an agent",
      () => withIrsa(aWorld().withProvider(), CART),
      "not-ready: the EKS Pod Identity agent does not run in the cluster",
    ],
    [
      "with an agent that anyone may have named so",
      () =>
        withIrsa(
          aWorld()
            .withProvider()
            .withPod(
              aPod("shop/agent", manifestOf("x"), {
                workload: "daemonset/eks-pod-identity-agent",
                node: AGENT_NODE,
                ready: true,
              }),
            ),
          CART,
        ),
      "not-ready: the EKS Pod Identity agent does not run in the cluster",
    ],
    [
      "on a node without the agent",
      () => changePods(ready(), CART, { node: "ip-10-0-0-2" }),
      "not-ready: the EKS Pod Identity agent does not run on nodes with pods of shop/cart: ip-10-0-0-2",
    ],
    [
      "on Fargate",
      () => relabeled({ "eks.amazonaws.com/fargate-profile": "shop" }),
      "not-ready: pods of shop/cart run on Fargate",
    ],
    ["on Windows", () => respecified({ wantsWindows: true }), "not-ready: pods of shop/cart run on Windows"],
    [
      "on Windows by nodeSelector",
      () => respecified({ nodeSelector: { "kubernetes.io/os": "windows" } }),
      "not-ready: pods of shop/cart run on Windows",
    ],
    [
      "behind a proxy",
      () => withVariables({ HTTP_PROXY: "http://proxy:3128", NO_PROXY: "169.254.169.254" }),
      "not-ready: pods of shop/cart would not get credentials from the EKS Pod Identity agent: cart-1 container 'app' has HTTP_PROXY without 169.254.170.23 in NO_PROXY",
    ],
    [
      "with another source of containers' credentials",
      () => withVariables({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/mine" }),
      "cart-1 container 'app' has AWS_CONTAINER_CREDENTIALS_RELATIVE_URI in its env",
    ],
    [
      "with an audience of its own",
      () => annotated({ "eks.amazonaws.com/audience": "vault" }),
      "not-ready: the tokens of shop/cart have the audience 'vault'",
    ],
    [
      "with an add-on's ServiceAccount",
      () => edited({ managers: ["eks"] }),
      "association-owned: shop/cart is managed by an EKS add-on",
    ],
    [
      "with an add-on's association",
      () => associated({ ownerArn: "arn:aws:eks:ap-northeast-2:111122223333:addon/x" }),
      "association-owned: the Pod Identity association of shop/cart is managed by an EKS add-on",
    ],
    [
      "with a target role",
      () => associated({ targetRoleArn: ownRole("target") }),
      "not-ready: the Pod Identity association of shop/cart has a target role",
    ],
    [
      "without session tags",
      () => associated({ withoutSessionTags: true }),
      "not-ready: the Pod Identity association of shop/cart has session tags disabled",
    ],
    [
      "with an association of another role",
      () => {
        const world = ready();
        world.withAssociation(CART, ownRole("other"));
        return world;
      },
      "not-ready: shop/cart is annotated with another role",
    ],
    [
      "with a role in another AWS account",
      () => annotated({ [ROLE_ANNOTATION]: "arn:aws:iam::999988887777:role/theirs" }),
      "not-ready: the role is in AWS account 999988887777",
    ],
    [
      "with a malformed annotation",
      () => annotated({ [ROLE_ANNOTATION]: "cart" }),
      "bad-annotation: the role annotation of shop/cart",
    ],
    [
      "with a role that is gone",
      () => annotated({ [ROLE_ANNOTATION]: ownRole("gone") }),
      "no-role: the role of shop/cart does not exist",
    ],
    [
      "with a role that irsa does not manage",
      () => untagged(),
      "foreign-role: the role of shop/cart is not managed by irsa",
    ],
    ["without a role", () => annotated({}), "no-role: shop/cart has no role by either way"],
    [
      "without a ServiceAccount",
      () => withAgent(aWorld()),
      "no-account: ServiceAccount shop/cart does not exist",
    ],
    ["with a trust policy without room", () => crowded(), "trust-size: the trust policy of"],
  ])("%s", async (_what, make, reason) => {
    expect(await reasonOf(make())).toContain(reason);
  });

  it.each([
    [
      "without a provider",
      (world: World) => world.iam.providers.clear(),
      "provider-missing: cluster 'eks-work-cluster' has no IAM OIDC provider",
    ],
    [
      "with a provider of another audience",
      (world: World) => void world.withProvider({ clientIds: ["x"] }),
      "audience-missing: the OIDC provider of 'eks-work-cluster'",
    ],
  ])("back, %s", async (_what, change, reason) => {
    const world = await finished();
    change(world);
    expect(await reasonOf(world, { goal: "irsa" })).toContain(reason);
  });

  it("back, with an association that irsa did not create", async () => {
    const world = await after(await moved(), "--back");
    world.withAssociation(CART, world.roleOf({ serviceAccount: ref }));
    expect(await reasonOf(world, { goal: "irsa", restart: true })).toContain("association-exists");
  });

  it("what the role or its policies can't be read for", async () => {
    const world = ready();
    world.log.deny("iam.getRole");
    expect(await reasonOf(world)).toContain("access-denied");
  });

  function edited(
    change: Parameters<World["editServiceAccount"]>[1] extends (found: never) => infer C ? C : never,
  ) {
    const world = ready();
    world.editServiceAccount(CART, () => change);
    return world;
  }
  function annotated(annotations: Record<string, string>) {
    const world = ready();
    world.editServiceAccount(CART, (found) => ({
      annotations: Object.keys(annotations).length === 0 ? {} : { ...found.annotations, ...annotations },
    }));
    return world;
  }
  function respecified(change: object) {
    const world = ready();
    const pod = world.api.pods.find(({ namespace }) => namespace === "shop");
    if (pod === undefined) throw new Error("no pod");
    return changePods(world, CART, { spec: { ...pod.spec, ...change } });
  }
  function withVariables(variables: Record<string, string>) {
    const world = ready();
    const pod = world.api.pods.find(({ namespace }) => namespace === "shop");
    if (pod === undefined) throw new Error("no pod");
    const containers = pod.spec.containers.map((one) => ({ ...one, env: { ...one.env, ...variables } }));
    return changePods(world, CART, { spec: { ...pod.spec, containers } });
  }
  function relabeled(labels: Record<string, string>) {
    return respecified({ labels });
  }
  function associated(more: Parameters<World["withAssociation"]>[2]) {
    const world = ready();
    world.withAssociation(CART, world.roleOf({ serviceAccount: ref }), more);
    return world;
  }
  function untagged() {
    const world = ready();
    world.editRole(world.roleOf({ serviceAccount: ref }), ({ role }) => ({ role: { ...role, tags: {} } }));
    return world;
  }
  function crowded() {
    const world = ready();
    const other = Array.from({ length: 4 }, (_, at) =>
      world.trustOf({ serviceAccount: aServiceAccount(`shop/other-${at}`) }),
    );
    world.editRole(world.roleOf({ serviceAccount: ref }), ({ role }) => ({
      role: {
        ...role,
        trust: { ...role.trust, Statement: [role.trust, ...other].flatMap(({ Statement: all }) => all) },
      },
    }));
    return world;
  }
});

it.each(["169.254.170.23", "[fd00:ec2::23]", "169.254.0.0/16"])(
  "a proxy that %s is exempt from does not keep a ServiceAccount on IRSA",
  async (exempt) => {
    const world = ready();
    const pod = world.api.pods.find(({ namespace }) => namespace === "shop");
    if (pod === undefined) throw new Error("no pod");
    const variables = { HTTP_PROXY: "http://proxy:3128", NO_PROXY: `localhost,${exempt}` };
    const containers = pod.spec.containers.map((one) => ({ ...one, env: { ...one.env, ...variables } }));
    changePods(world, CART, { spec: { ...pod.spec, containers } });
    expect(await planned(world)).toMatchObject({ next: "restart" });
  },
);

it("an adopted role whose trust policy is not irsa's own keeps it, and gets a statement", async () => {
  const world = ready();
  const role = world.roleOf({ serviceAccount: ref });
  const renamed = ownRole("by-hand");
  const found = world.role(role);
  world.withRole(renamed, { trust: found.role.trust, tags: found.role.tags });
  world.iam.roles.delete(found.role.name.toLowerCase());
  world.editServiceAccount(CART, () => ({ annotations: { [ROLE_ANNOTATION]: renamed } }));
  expect(await planned(world)).toMatchObject({ kinds: ["edit-role", "create-pod-identity"] });
});

it("a role that does not certainly allow the ServiceAccount now does not get a statement", async () => {
  const world = ready();
  const role = world.roleOf({ serviceAccount: ref });
  world.editRole(role, ({ role: found }) => ({
    role: { ...found, trust: { Version: "2012-10-17", Statement: [] } },
  }));
  expect(await reasonOf(world)).toContain("trust-refuses");
});

it("names the next command, and what it leaves unchanged", async () => {
  const world = ready();
  const { heard } = await runIn(world, `${LINE} --approve`);
  expect(heard.out.join("\n")).toContain(
    "irsa migrate-pod-identity shop/cart --cluster eks-work-cluster --region ap-northeast-2 --restart",
  );
  const { heard: failed } = await runIn(withIrsa(aWorld().withProvider(), CART), LINE);
  expect(failed.code).not.toBe(0);
  expect(failed.out.join("\n")).toContain("the EKS Pod Identity agent does not run in the cluster");
  expect(failed.out.join("\n")).not.toContain("these nodes");
});
