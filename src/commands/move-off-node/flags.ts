import { Problems } from "../../model/problems.ts";
import {
  parseNamespaceName,
  parseServiceAccountName,
  type NamespaceName,
  type ServiceAccountName,
} from "../../model/service-account-ref.ts";
import { parseWorkloadName, type WorkloadName } from "../../model/workload-name.ts";
import { takeAskedRole, type AskedRole } from "../shared/asked-role.ts";
import type { ClusterFlags } from "../shared/session/options.ts";

/** The flags of `move-off-node` as commander gives them. */
export interface MoveOffNodeFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly nodeRole?: readonly string[];
  readonly output: "text" | "json";
  readonly file?: string;
}

/** What is to move, and where. */
export interface MoveOffNodeInput {
  readonly namespace: NamespaceName;
  /** None: all of the namespace. */
  readonly workloads: readonly WorkloadName[];
  readonly serviceAccount: ServiceAccountName | undefined;
  readonly nodeRoles: readonly AskedRole[];
}

/** @throws Failure of kind `input` that names every wrong value */
export function parseInput(words: readonly string[], flags: MoveOffNodeFlags): MoveOffNodeInput {
  const problems = new Problems();
  const namespace = problems.take("--namespace", flags.namespace ?? "default", parseNamespaceName);
  const workloads = words.flatMap((word) => problems.take("workload", word, parseWorkloadName) ?? []);
  const serviceAccount = problems.maybe("--service-account", flags.serviceAccount, parseServiceAccountName);
  if (flags.serviceAccount !== undefined && words.length !== 1)
    problems.note("--service-account", flags.serviceAccount, "requires exactly one workload");
  const nodeRoles = (flags.nodeRole ?? []).flatMap(
    (text) => takeAskedRole("--node-role", text, problems) ?? [],
  );
  problems.throwIfAny();
  if (namespace === undefined) throw new TypeError("unnoted problem");
  return { namespace, workloads, serviceAccount, nodeRoles };
}
