import { known } from "../../src/model/known.ts";
import { describe, expect, it } from "vitest";
import type { Workload, WorkloadRef } from "../../src/model/kubernetes-objects.ts";
import { findStale } from "../../src/workload/find-stale.ts";
import { observeBinding } from "../../src/workload/observe-binding.ts";
import { planBinding } from "../../src/workload/plan-binding.ts";
import { planRestarts } from "../../src/workload/plan-restarts.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import { injected, manifestOf, specOf } from "../fakes/pods.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { applyTo, stopOf } from "../fakes/walk.ts";
import { parseWorkload, rolloutOf } from "../fakes/workloads.ts";
import type { World } from "../fakes/world.ts";
import { aShop, podOf, ROLE_KEY, verified } from "../verification/healthy.ts";

const NO_IDENTITIES = { associations: known([]), now: new Date() };
const CART = aServiceAccount("shop/cart");
const WEB = { kind: "rollout", namespace: "shop", name: "web" } as const;
const HOLDER = { kind: "deployment", namespace: "shop", name: "cart" } as const;

/** The shop with a Rollout that has a template of its own, or that refers to the Deployment `cart`. */
function withRollout(
  how: "own" | "referring",
  serviceAccount = "default",
  changes: Partial<Workload> = {},
): World {
  const world = aShop();
  const template = specOf(manifestOf(serviceAccount));
  if (how === "own") put(world, { ...parseWorkload("rollout/shop/web", template), ...changes });
  else {
    put(world, rolloutOf("shop/web", "cart"));
    put(world, { ...parseWorkload("deployment/shop/cart", template), ...changes });
  }
  world.api.pods.length = 0;
  return world.withPod(podOf(world, manifestOf(serviceAccount), { workload: "rollout/web" }));
}

function put(world: World, workload: Workload): void {
  const { kind, namespace, name } = workload.ref;
  world.api.workloads.set(`${kind}/${namespace}/${name}`, workload);
}

const planIn = async (world: World, ...refs: readonly WorkloadRef[]) =>
  planBinding(CART, await observeBinding(world.kubernetes, CART, refs.length === 0 ? [WEB] : refs), [
    "--cluster",
    "c",
  ]);

describe("use-sa", () => {
  it("edits the Rollout that has a template", async () => {
    const world = withRollout("own");
    const { changes, notes } = await planIn(world);
    expect(changes).toMatchObject([{ kind: "bind-workload", workload: WEB, before: "default" }]);
    expect(notes).toEqual([]);
    await applyTo(world, changes);
    expect((await planIn(world)).changes).toEqual([]);
  });

  it("edits the Deployment that the Rollout refers to if that is passed too, and only then", async () => {
    const world = withRollout("referring");
    expect(await stopOf(planIn(world))).toMatchObject({
      code: "template-elsewhere",
      message: "rollout/web uses the pod template of deployment/cart, which would have to be edited",
    });
    const { changes, notes } = await planIn(world, WEB, HOLDER);
    expect(changes).toMatchObject([{ kind: "bind-workload", workload: HOLDER, before: "default" }]);
    expect(notes).toEqual([]);
    await applyTo(world, changes);
    expect((await planIn(world)).changes).toEqual([]);
    expect(await verified(world, "rollout/shop/web")).toMatchObject({ verdict: "works" });
  });

  it("asks for the right on what it edits, and no other", async () => {
    await expect(
      planIn(withRollout("referring").forbidding("patch rollouts"), WEB, HOLDER),
    ).resolves.toBeDefined();
    const [own, referring] = await Promise.all([
      stopOf(planIn(withRollout("own").forbidding("patch rollouts"))),
      stopOf(planIn(withRollout("referring").forbidding("patch deployments"), WEB, HOLDER)),
    ]);
    expect(own.message).toBe("not permitted in the cluster: patch rollouts in shop");
    expect(referring.message).toBe("not permitted in the cluster: patch deployments in shop");
  });

  it("refuses where a controller would revert what is edited", async () => {
    const world = withRollout("referring", "default", {
      annotations: { "meta.helm.sh/release-name": "cart" },
    });
    expect(await stopOf(planIn(world, WEB, HOLDER))).toMatchObject({
      code: "owned-elsewhere",
      message: "deployment/cart is managed by Helm (release cart), which would revert its ServiceAccount",
    });
  });

  it("refuses where the Deployment does not exist, or the reference is to what is not read", async () => {
    const gone = withRollout("referring");
    gone.api.workloads.delete("deployment/shop/cart");
    expect(await stopOf(planIn(gone))).toMatchObject({
      code: "template-elsewhere",
      message: "rollout/web uses the pod template of Deployment/cart, which does not exist",
    });
    const other = withRollout("referring");
    const templateOf = { apiVersion: "v1", kind: "PodTemplate", name: "t" };
    put(other, { ...rolloutOf("shop/web", "t"), templateOf });
    expect(await stopOf(planIn(other))).toMatchObject({
      code: "template-elsewhere",
      message: "rollout/web uses the pod template of PodTemplate/t, which irsa does not read",
    });
  });

  it("does not find one in a cluster without the kind, and fails where it can't be known", async () => {
    expect(await stopOf(planIn(aShop()))).toMatchObject({
      code: "workload-not-found",
      message: "rollout/web not found in namespace shop",
    });
    const denied = withRollout("own");
    denied.log.deny("kubernetes.getWorkload");
    expect(await stopOf(planIn(denied))).toMatchObject({ kind: "denied" });
  });
});

describe("stale-pods", () => {
  it("restarts the Rollout, not its ReplicaSet or the Deployment that it refers to", async () => {
    const world = withRollout("referring", "cart");
    world.api.pods.length = 0;
    world.withPod({
      ...podOf(world, manifestOf("cart"), { workload: "rollout/web" }),
      spec: specOf(manifestOf("cart")),
    });
    const role = ownRole("team/cart");
    const serviceAccounts = [world.serviceAccount("shop/cart")];
    const stale = findStale(world.api.pods, serviceAccounts, world.cluster, NO_IDENTITIES);
    expect(stale).toMatchObject([{ workload: "rollout/web", restart: "rollout/web" }]);
    const better = specOf(
      injected(manifestOf("cart"), { annotations: { [ROLE_KEY]: role }, podIdentity: false }),
    );
    const { changes } = planRestarts(
      stale,
      () => role,
      () => better,
      [],
    );
    expect(changes).toMatchObject([{ kind: "restart-workload", workload: WEB }]);
    await applyTo(world, changes);
    expect(findStale(world.api.pods, serviceAccounts, world.cluster, NO_IDENTITIES)).toEqual([]);
  });
});

describe("verify", () => {
  it.each(["own", "referring"] as const)("follows the chain of a Rollout (%s template)", async (how) => {
    for (const subject of ["rollout/shop/web", "ro/shop/web", "rollouts.argoproj.io/shop/web"]) {
      const report = await verified(withRollout(how, "cart"), subject);
      expect(report).toMatchObject({ verdict: "works", serviceAccount: CART });
      expect(report.links.find(({ link }) => link === "pod")?.message).toBe("1 running, injected");
    }
  });

  it("finds what is wrong with the template that it refers to", async () => {
    const world = withRollout("referring").withServiceAccount("shop/default");
    const report = await verified(world, "rollout/shop/web");
    expect(firstBroken(report)).toMatchObject({ link: "workload", code: "runs-as-default" });
  });

  it("names the command of Argo Rollouts' plugin for stale pods", async () => {
    const world = withRollout("own", "cart");
    world.api.pods.length = 0;
    world.withPod({
      ...podOf(world, manifestOf("cart"), { workload: "rollout/web" }),
      spec: specOf(manifestOf("cart")),
    });
    const broken = firstBroken(await verified(world, "rollout/shop/web"));
    expect(broken).toMatchObject({
      code: "pod-stale",
      fix: {
        kind: "command",
        command: ["kubectl", "argo", "rollouts", "restart", "web", "-n", "shop"],
      },
    });
  });

  it("says that a Rollout which may not be read is unknown, not absent", async () => {
    const world = withRollout("own", "cart");
    world.log.deny("kubernetes.getWorkload");
    const report = await verified(world, "rollout/shop/web");
    expect(report.verdict).toBe("unproven");
    expect(report.links.find(({ link }) => link === "service-account")?.status).toBe("UNKNOWN");
  });

  it("says that it does not exist where the cluster lacks the kind", async () => {
    expect(await stopOf(verified(aShop(), "rollout/shop/web"))).toMatchObject({
      code: "no-subject",
      message: "rollout 'web' not found in namespace shop",
    });
  });

  it("takes rollout/NAME for the kind without its namespace, as deployment/NAME", async () => {
    await expect(async () => verified(aShop(), "rollout/web")).rejects.toThrow("has no namespace");
  });
});
