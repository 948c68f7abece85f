import { afterAll, beforeAll, expect, it } from "vitest";
import { startKubernetesApi, type KubernetesApi } from "../../src/kubernetes/api.ts";
import { createKubernetesState, type KubernetesState } from "../../src/kubernetes/state.ts";

let state: KubernetesState;
let api: KubernetesApi;

beforeAll(async () => {
  state = await createKubernetesState();
  api = await startKubernetesApi({ state, issuer: "https://issuer.example" });
});

afterAll(() => api.stop());

it.each(["Deployment", "DaemonSet", "StatefulSet"])("a %s that runs is left alone", async (kind) => {
  const name = kind.toLowerCase();
  const labels = { app: name };
  await api.ensure({
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "registry.invalid/a:1" }] },
      },
    },
  });
  await api.settled();
  const { revision } = state;
  await api.settled();
  expect(state.revision).toBe(revision);
  const pods = Object.values(state.objects["pods"] ?? {}).filter(
    ({ metadata }) => metadata.labels?.["app"] === name,
  );
  expect(pods).toMatchObject([{ status: { phase: "Running" } }]);
});
