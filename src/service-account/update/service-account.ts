import type { Change } from "../../model/change.ts";
import { kubectlWords } from "../../model/cluster-flags.ts";
import { Failure } from "../../model/failure.ts";
import { serviceAccountOrigin } from "../../model/ownership-tags.ts";
import { serviceAccountEdit } from "../service-account/edit.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { ServiceAccountState } from "../service-account/state.ts";
import { managingToolOf } from "../service-account/managing-tool.ts";
import type { DesiredUpdate } from "./desired.ts";

/**
 * The change that sets and takes off labels of the ServiceAccount.
 * @throws Failure `no-account`, `foreign-account` or `owned-elsewhere`
 */
export function labelChanges(
  { setLabels, unsetLabels }: DesiredUpdate,
  { serviceAccount, ref }: ServiceAccountState,
  clusterFlags: readonly string[],
): Change[] {
  const path = serviceAccountPath(ref);
  const { namespace, name } = ref;
  if (serviceAccount === undefined)
    throw new Failure("refused", "no-account", `ServiceAccount ${path} not found`, {
      advice: "Create it: irsa create-sa",
    });
  if (serviceAccountOrigin(serviceAccount) === undefined)
    throw new Failure("refused", "foreign-account", `ServiceAccount ${path} is not managed by irsa`, {
      advice: "To label it, as its owner:",
      command: kubectlWords(clusterFlags, "-n", namespace, "label", "serviceaccount", name, "KEY=VALUE"),
    });
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined)
    throw new Failure(
      "refused",
      "owned-elsewhere",
      `ServiceAccount ${path} is managed by ${owner.name}, which would overwrite it`,
      { advice: `Set its labels ${owner.instead}` },
    );
  const set = Object.fromEntries(
    Object.entries(setLabels).filter(([key, value]) => serviceAccount.labels[key] !== value),
  );
  const unset = unsetLabels.filter((key) => key in serviceAccount.labels);
  if (Object.keys(set).length + unset.length === 0) return [];
  return [serviceAccountEdit(serviceAccount, undefined, { setLabels: set, unsetLabels: unset })];
}
