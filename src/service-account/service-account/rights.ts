import type { KubernetesPort } from "../../kubernetes/port.ts";
import { rightOf } from "../../model/change-facts.ts";
import type { ClusterRight } from "../../model/change-kind-row.ts";
import type { Change } from "../../model/change.ts";
import { Failure } from "../../model/failure.ts";
import type { Note } from "../../model/plan.ts";
import {
  serviceAccountPath,
  type NamespaceName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { recoverFailure } from "../../model/recover-failure.ts";
import type { Permission, Rights } from "../create/observed.ts";

/** Asks the API server about rights in a namespace; not being told is no failure. */
export async function askRights(
  api: KubernetesPort,
  namespace: NamespaceName,
  rights: readonly ClusterRight[],
): Promise<Rights> {
  const answers = rights.map(async (right) => [right, await permission(api, namespace, right)] as const);
  return Object.fromEntries(await Promise.all(answers));
}

function permission(api: KubernetesPort, namespace: NamespaceName, right: ClusterRight): Promise<Permission> {
  const [verb = "", resource = ""] = right.split(" ");
  const scope = resource === "namespaces" ? {} : { namespace };
  return recoverFailure<Permission, Permission>(
    async () => ((await api.may({ verb, resource, ...scope })) ? "yes" : "no"),
    () => "unknown",
  );
}

/**
 * Holds the changes of the cluster against what the API server says that we may; a warning where it does not say.
 * @param instead what can be done without the right, as flags
 * @throws Failure `forbidden` (kind `denied`)
 */
export function checkRights(
  changes: readonly Change[],
  serviceAccount: ServiceAccountRef,
  may: Rights,
  instead: string,
): Note[] {
  const needed = [...new Set(changes.flatMap((change) => rightOf(change) ?? []))];
  const lacking = needed.find((right) => may[right] === "no");
  if (lacking !== undefined) throw forbidden(serviceAccount, lacking, instead);
  const unknown = needed.filter((right) => may[right] !== "yes");
  if (unknown.length === 0) return [];
  const message = `whether you may ${unknown.join(" and ")} for ${serviceAccountPath(serviceAccount)} is unknown`;
  return [{ level: "warning", code: "rights-unknown", message }];
}

function forbidden(serviceAccount: ServiceAccountRef, right: ClusterRight, instead: string): Failure {
  return new Failure(
    "denied",
    "forbidden",
    `not permitted in the cluster: ${right} for ${serviceAccountPath(serviceAccount)}`,
    {
      advice: `Ask a cluster administrator to allow it in namespace ${serviceAccount.namespace}, or ${instead}`,
    },
  );
}
