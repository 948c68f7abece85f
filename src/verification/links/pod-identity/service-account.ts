import { annotatedRole } from "../../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import type { LinkResult } from "../../chain.ts";
import { associationOf } from "../../facts.ts";
import { kubectl } from "../../fixes.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unseen } from "../../result.ts";

/** The ServiceAccount exists; it needs no annotation, and one for another role misleads. */
export function checkAssociatedServiceAccount(observed: Observed): LinkResult {
  const { serviceAccount } = observed;
  if (serviceAccount.state === "unasked") return skipped("not read");
  if (serviceAccount.state === "unknown") return unseen(serviceAccount.failure);
  const { ref, namespace, found } = serviceAccount.value;
  if (found === undefined) {
    const noNamespace = namespace.state === "known" && namespace.value === undefined;
    const message = noNamespace
      ? `namespace '${ref.namespace}' not found`
      : `ServiceAccount ${serviceAccountPath(ref)} not found`;
    const fix = noNamespace
      ? advice("Create the namespace and the ServiceAccount, or apply their manifest")
      : kubectl(observed, ref, "create", "serviceaccount", ref.name);
    return broken(fault("account-missing", message, { needs: serviceAccountPath(ref) }, fix));
  }
  const { text: annotation } = annotatedRole(found);
  const role = associationOf(observed)?.roleArn;
  if (annotation === "" || role === undefined || annotation === role) return pass("exists");
  const message = "the role annotation names a different role than the association, which takes precedence";
  const fix = advice(
    "Remove the annotation, or delete the association if the annotated role is the right one",
  );
  return judged([caution("pod-identity-wins", message, { annotation, association: role }, fix)], message);
}
