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
import { askAccess } from "../../model/access.ts";
import { UNASKED, valueOf } from "../../model/known.ts";
import type { Rights } from "../create/observed.ts";

/** Asks the API server about permissions in a namespace; if it does not answer, they are unknown. */
export async function askRights(
  api: Pick<KubernetesPort, "may">,
  namespace: NamespaceName,
  rights: readonly ClusterRight[],
): Promise<Rights> {
  const answers = rights.map(async (right) => {
    const [verb = "", resource = ""] = right.split(" ");
    const scope = resource === "namespaces" ? {} : { namespace };
    return [right, await askAccess(api, { verb, resource, ...scope })] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
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
  const answerTo = (right: ClusterRight): boolean | undefined => valueOf(may[right] ?? UNASKED);
  const lacking = needed.find((right) => answerTo(right) === false);
  if (lacking !== undefined) throw forbidden(serviceAccount, lacking, instead);
  const unknown = needed.filter((right) => answerTo(right) === undefined);
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
