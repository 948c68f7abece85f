import type { RoleArn } from "../../model/arn.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { serviceAccountDigest } from "../../model/observed-digest.ts";
import type { EditServiceAccount } from "../../model/service-account-change.ts";

/** The labels and annotations that are set and removed; all others stay. */
type Edits = Partial<
  Pick<EditServiceAccount, "setLabels" | "setAnnotations" | "unsetLabels" | "unsetAnnotations">
>;

/** The edit of a ServiceAccount, with the values that it replaces. */
export function serviceAccountEdit(
  serviceAccount: ServiceAccount,
  role: RoleArn | undefined,
  edits: Edits,
): EditServiceAccount {
  const { setLabels = {}, setAnnotations = {}, unsetLabels = [], unsetAnnotations = [] } = edits;
  return {
    kind: "edit-service-account",
    serviceAccount: serviceAccount.ref,
    role,
    setLabels: {},
    setAnnotations: {},
    ...edits,
    before: {
      labels: valuesAt([...Object.keys(setLabels), ...unsetLabels], serviceAccount.labels),
      annotations: valuesAt(
        [...Object.keys(setAnnotations), ...unsetAnnotations],
        serviceAccount.annotations,
      ),
    },
    observed: serviceAccountDigest(serviceAccount),
    resourceVersion: serviceAccount.resourceVersion,
  };
}

function valuesAt(keys: readonly string[], pairs: Readonly<Record<string, string>>) {
  return Object.fromEntries(keys.map((key) => [key, pairs[key]]));
}
