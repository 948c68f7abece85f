import { afterAll, beforeAll, describe, it } from "vitest";
import { startKubernetesApi, type KubernetesApi } from "../../src/kubernetes/api.ts";
import { createKubernetesState } from "../../src/kubernetes/state.ts";
import { KUBERNETES_CASES } from "../../../../test/contract/kubernetes/cases.ts";
import { runCase } from "../../../../test/contract/kubernetes/run.ts";
import type { KubernetesWorld } from "../../../../test/contract/kubernetes/world.ts";

describe("the emulated Kubernetes API", () => {
  let api: KubernetesApi;
  let world: KubernetesWorld;

  beforeAll(async () => {
    const state = await createKubernetesState();
    api = await startKubernetesApi({
      state,
      issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/CONTRACT",
    });
    const admin = { token: api.tokenFor("contract-admin", ["system:masters"]) };
    world = { name: "sandbox", url: api.url, caPem: api.caPem, issuer: api.issuer, admin };
  });

  afterAll(() => api.stop());

  it.each(KUBERNETES_CASES)("$name", (subject) => runCase(world, subject));
});
