import { afterAll, beforeAll, describe, it } from "vitest";
import { KUBERNETES_CASES } from "../../../contract/kubernetes/cases.ts";
import { runCase } from "../../../contract/kubernetes/run.ts";
import { adminOf, type KubernetesWorld } from "../../../contract/kubernetes/world.ts";
import { startControlPlane, type ControlPlane } from "../../../worlds/control-plane/control-plane.ts";

describe("the real control plane", () => {
  let plane: ControlPlane;
  let world: KubernetesWorld;

  beforeAll(async () => {
    plane = await startControlPlane({ workloads: true });
    const { server, caPem, issuer, adminKubeconfig } = plane;
    world = { name: "control-plane", url: server, caPem, issuer, admin: adminOf(adminKubeconfig) };
  });

  afterAll(() => plane.stop());

  it.each(KUBERNETES_CASES)("$name", (subject) => runCase(world, subject));
});
