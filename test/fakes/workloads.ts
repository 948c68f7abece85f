import { WORKLOAD_KINDS, type PodSpec, type Workload } from "../../src/model/kubernetes-objects.ts";

/** A workload by `kind/namespace/name`, whose pods run so. */
export function parseWorkload(path: string, template: PodSpec): Workload {
  const [kindText, namespace = "", name = ""] = path.split("/");
  const kind = WORKLOAD_KINDS.find((one) => one === kindText);
  if (kind === undefined) throw new Error(`no kind of workload: ${path}`);
  const ref = { kind, namespace, name };
  return { ref, resourceVersion: "1", labels: {}, annotations: {}, managers: [], template };
}
