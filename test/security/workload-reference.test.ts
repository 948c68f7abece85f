import { expect } from "vitest";
import type { WorkloadRef } from "../../src/model/kubernetes-objects.ts";
import { observeBinding } from "../../src/workload/observe-binding.ts";
import { planBinding } from "../../src/workload/plan-binding.ts";
import { manifestOf, specOf } from "../fakes/pods.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { applyTo, stopOf } from "../fakes/walk.ts";
import { parseWorkload, rolloutOf } from "../fakes/workloads.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const ORDERS = aServiceAccount("shop/orders");
const WEB = { kind: "rollout", namespace: "shop", name: "web" } as const;
const DEPLOYMENT = { kind: "deployment", namespace: "shop", name: "web" } as const;

/** A Rollout whose editor decides which Deployment's template it uses. */
function referringTo(deployment: string): World {
  const world = aWorld().withServiceAccount("shop/orders");
  const template = specOf(manifestOf("default"));
  world.api.workloads.set("rollout/shop/web", rolloutOf("shop/web", deployment));
  for (const name of ["web", "other"])
    world.api.workloads.set(`deployment/shop/${name}`, parseWorkload(`deployment/shop/${name}`, template));
  return world;
}

const planFor = async (world: World, refs: readonly WorkloadRef[]) =>
  planBinding(ORDERS, await observeBinding(world.kubernetes, ORDERS, refs), ["--cluster", "c"]);

const serviceAccountOf = (world: World, name: string) =>
  world.api.workloads.get(`deployment/shop/${name}`)?.template?.serviceAccountName;

attack("cluster tenant", "a Rollout that refers to a workload which the operator has not named", {
  async attack() {
    const world = referringTo("other");
    expect(await stopOf(planFor(world, [WEB]))).toMatchObject({ code: "template-elsewhere" });
    expect(await stopOf(planFor(world, [WEB, DEPLOYMENT]))).toMatchObject({ code: "template-elsewhere" });
    expect(serviceAccountOf(world, "other")).toBe("default");
  },
  async twin() {
    const world = referringTo("web");
    const { changes } = await planFor(world, [WEB, DEPLOYMENT]);
    await applyTo(world, changes);
    expect([serviceAccountOf(world, "web"), serviceAccountOf(world, "other")]).toEqual(["orders", "default"]);
  },
});

attack("cluster tenant", "a Rollout that refers to a name which leads to another path of the API", {
  async attack() {
    for (const name of ["../../other/deployments/web", "web?dryRun=All", "web/scale", "..", "WEB", ""]) {
      const world = referringTo(name);
      const reads = world.log.calls.length;
      expect(await stopOf(planFor(world, [WEB]))).toMatchObject({
        code: "template-elsewhere",
        message: expect.stringContaining("which does not exist"),
      });
      const asked = world.log.calls.slice(reads).filter((call) => call.name === "kubernetes.getWorkload");
      expect(asked).toHaveLength(1);
    }
  },
  async twin() {
    await expect(planFor(referringTo("web"), [WEB, DEPLOYMENT])).resolves.toMatchObject({
      changes: [{ workload: DEPLOYMENT }],
    });
  },
});
