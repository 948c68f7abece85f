import type { Observed } from "../../src/audit/observe.ts";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { permissionsOf } from "../../src/model/role-permissions.ts";
import { reportOf, type Asked } from "../../src/audit/report.ts";
import type { Audit } from "../../src/audit/rule.ts";
import { graphOf } from "../../src/graph/graph-of.ts";
import type { AccessGraph } from "../../src/model/access-graph.ts";
import type { RoleDetails, RoleListing } from "../../src/model/iam-objects.ts";
import { audited, inventory, type WrittenCluster, type WrittenInventory } from "../audit/build.ts";
import { ownRole } from "../fakes/values.ts";

/** An audit of everything, as `irsa graph` makes it. */
export const ASKED: Asked = {
  severity: "low",
  rules: [],
  namespaces: [],
  unusedDays: 90,
  suppressions: [],
  baseline: new Set(),
  places: new Map(),
};

/** A world to draw; what is not told is not there, or all well. */
export interface Given {
  readonly roles?: readonly RoleListing[];
  readonly cluster?: WrittenCluster;
  readonly inventory?: WrittenInventory;
  readonly details?: Readonly<Record<string, Partial<RoleDetails>>>;
  readonly policies?: Audit["policies"];
}

/** What an audit has observed of the world. */
export function observedOf({
  roles = [],
  cluster,
  inventory: changes,
  details = {},
  policies = new Map(),
}: Given): Observed {
  const all = inventory({ roles, clusters: [audited(cluster)], ...changes });
  const hanging = Object.entries(details).map(([name, more]): [RoleListing["arn"], RoleDetails] => [
    ownRole(name),
    { attached: [], inline: {}, tags: {}, lastUsed: "2026-11-20T00:00:00Z", ...more },
  ]);
  return {
    inventory: all,
    access: accessIndexOf(all, [], permissionsOf(new Map(hanging), policies)),
    details: new Map(hanging),
    policies,
  };
}

/** The graph of the world. */
export function drawn(given: Given, asked: Partial<Asked> = {}): AccessGraph {
  const observed = observedOf(given);
  return graphOf(observed, reportOf(observed, { ...ASKED, ...asked }));
}
