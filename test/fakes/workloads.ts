import type { PodSpec, Workload } from "../../src/model/kubernetes-objects.ts";
import { WORKLOAD_KINDS } from "../../src/model/workload-kinds.ts";

/** An Argo Rollout by `namespace/name`, whose pod template is that of a Deployment. */
export function rolloutOf(path: string, deployment: string): Workload {
  const [namespace = "", name = ""] = path.split("/");
  const ref = { kind: "rollout", namespace, name } as const;
  const templateOf = { apiVersion: "apps/v1", kind: "Deployment", name: deployment };
  return {
    ref,
    resourceVersion: "1",
    labels: {},
    annotations: {},
    managers: [],
    template: undefined,
    templateOf,
  };
}

/** A workload by `kind/namespace/name`, whose pods run so. */
export function parseWorkload(path: string, template: PodSpec): Workload {
  const [kindText, namespace = "", name = ""] = path.split("/");
  const kind = WORKLOAD_KINDS.find((one) => one === kindText);
  if (kind === undefined) throw new Error(`no kind of workload: ${path}`);
  const ref = { kind, namespace, name };
  return { ref, resourceVersion: "1", labels: {}, annotations: {}, managers: [], template };
}
