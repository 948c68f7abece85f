import type { AccessGraph, GraphState } from "../../src/model/access-graph.ts";
import { clusterArn, roleArn, sketch } from "./sample-graph.ts";

/** How much there is of each kind. */
export interface LargeGraphSize {
  readonly namespaces: number;
  /** Of each namespace; every workload has a ServiceAccount, every second of those a role. */
  readonly workloads: number;
}

/** A cluster of so many namespaces, in which now and then something is wrong. */
export function largeGraph({ namespaces, workloads }: LargeGraphSize): AccessGraph {
  const made = sketch();
  const cluster = made.node("cluster", clusterArn("large"), "large", { cluster: clusterArn("large") });
  for (let at = 0; at < namespaces; at += 1) {
    const namespace = `team-${String(at).padStart(3, "0")}`;
    const state: GraphState = at % 17 === 3 ? "broken" : "works";
    const within = { cluster: clusterArn("large"), namespace, state };
    const id = made.node("namespace", `${cluster}/${namespace}`, namespace, within);
    made.edge("contains", cluster, id, state);
    for (let number = 0; number < workloads; number += 1) {
      const name = `service-${number}`;
      const workload = made.node("workload", `${id}/deployment/${name}`, `deployment/${name}`, within);
      const serviceAccount = made.node("service-account", `${id}/${name}`, name, within);
      made.edge("contains", id, workload, state);
      made.edge("runs-as", workload, serviceAccount);
      if (number % 2 === 1) continue;
      const role = made.node("role", roleArn(`${namespace}-${name}`), `${namespace}-${name}`);
      made.edge("assumes", serviceAccount, role, state);
      if (state === "broken" && number === 0)
        made.found(serviceAccount, {
          rule: "annotation-refused",
          severity: "high",
          message: "is not let in",
        });
    }
  }
  return made.graph();
}
