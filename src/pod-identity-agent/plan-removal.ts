import type { EksPort } from "../aws/port.ts";
import type { Addon } from "../model/addon.ts";
import type { Change } from "../model/change.ts";
import type { Cluster } from "../model/cluster.ts";
import { counted } from "../model/counted.ts";
import { Failure } from "../model/failure.ts";
import { known, look, type Known } from "../model/known.ts";
import { listText } from "../model/list-text.ts";
import { addonDigest } from "../model/observed-digest.ts";
import { isOursFor } from "../model/ownership-tags.ts";
import type { Note } from "../model/plan.ts";
import { AGENT_NAME } from "../model/pod-identity-agent.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { losingNote } from "./notes.ts";

/** How the agent is deleted. */
export interface DesiredAgentRemoval {
  /** Even while the cluster has associations (`--force`). */
  readonly force: boolean;
  /** Even if irsa did not install it (`--foreign`). */
  readonly foreign: boolean;
}

/** What exists of an agent that is to be deleted, and who relies on it. */
export interface ObservedAgentRemoval {
  readonly cluster: Cluster;
  readonly addon: Addon | undefined;
  /** The ServiceAccounts with an association, as `namespace/name`. */
  readonly associated: Known<readonly string[]>;
}

/**
 * Reads the add-on, and if there is one the cluster's associations.
 * @param decides whether the associations decide; where they only inform, not being permitted to list them is not a failure
 */
export async function observeAgentRemoval(
  cluster: Cluster,
  eks: EksPort,
  decides: boolean,
): Promise<ObservedAgentRemoval> {
  const addon = await eks.getAddon(cluster.name, AGENT_NAME);
  if (addon === undefined) return { cluster, addon, associated: known([]) };
  const associated = await look(
    async () => {
      const listed = await eks.listPodIdentityAssociations(cluster.name, undefined);
      return listed.map(({ serviceAccount }) => serviceAccountPath(serviceAccount)).toSorted();
    },
    () => !decides,
  );
  return { cluster, addon, associated };
}

/**
 * The change that deletes the add-on; none where there is none, or EKS is deleting it.
 * @throws Failure `foreign-addon`, `agent-in-use` or `addon-busy`
 */
export function planAgentRemoval(
  { force, foreign }: DesiredAgentRemoval,
  { cluster, addon, associated }: ObservedAgentRemoval,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  if (addon === undefined || addon.status === "DELETING") return { changes: [], notes: [] };
  if (!foreign && !isOursFor(cluster, addon)) throw foreignAddon(addon);
  const users = associated.state === "known" ? associated.value : [];
  if (!force && users.length > 0) throw inUse(users);
  const change: Change = {
    kind: "delete-addon",
    cluster: cluster.arn,
    addon: AGENT_NAME,
    observed: addonDigest(addon),
  };
  if (associated.state === "unknown") return { changes: [change], notes: [unknownUsers(associated.failure)] };
  return { changes: [change], notes: users.length === 0 ? [] : [losingNote(users)] };
}

function foreignAddon({ name, arn }: Addon): Failure {
  return new Failure("refused", "foreign-addon", `the add-on ${name} was not installed by irsa`, {
    facts: [["add-on", arn]],
    advice: "To delete it anyway, pass --foreign",
  });
}

function inUse(users: readonly string[]): Failure {
  const count = counted(users.length, "ServiceAccount");
  const verb = users.length === 1 ? "has" : "have";
  return new Failure("refused", "agent-in-use", `${count} ${verb} a Pod Identity association`, {
    facts: [["associated", listText(users, 10)]],
    advice: `${users.length === 1 ? "Its" : "Their"} pods would lose access to AWS. Delete the associations first (irsa delete-sa, or irsa migrate-pod-identity --back), or pass --force`,
  });
}

function unknownUsers(failure: Failure): Note {
  const message = `the ServiceAccounts with a Pod Identity association are unknown (${failure.message}): their pods lose access to AWS`;
  return { level: "warning", code: "associations-unknown", message };
}
