import type { AssociationReach } from "../audit/association-reach.ts";
import type { ClusterCandidates } from "../audit/reach.ts";
import { parseRoleArn, roleRef } from "../model/arn.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { accountPath } from "../model/service-account-ref.ts";
import { inCluster, noRole } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { judgementFacts, type Way } from "./ways.ts";

/** The ways that Pod Identity associations mean: to their role, and to the one that is assumed with it. */
export function associationWays(scene: Scene): Way[] {
  return scene.audit.reach.clusters.flatMap((cluster) =>
    (cluster.audited.associations ?? []).flatMap((association) => {
      const { targetRoleArn } = association;
      const ends = [association.roleArn, ...(targetRoleArn === undefined ? [] : [targetRoleArn])];
      return ends.map((roleArn) => wayTo(roleArn, association, cluster, scene));
    }),
  );
}

function wayTo(
  roleArn: string,
  association: PodIdentityAssociation,
  cluster: ClusterCandidates,
  { audit, findings }: Scene,
): Way {
  const ref = association.account;
  const from = inCluster(cluster.audited.cluster, accountPath(ref));
  const parsed = parseRoleArn(roleArn);
  return {
    from,
    to: parsed.ok ? parsed.value : noRole(roleArn),
    account: { cluster, ref },
    means: "pod-identity",
    ...outcome(roleArn, association, cluster, audit),
    findings: roleArn === association.roleArn ? findings.about(from, "association-refused") : [],
  };
}

function outcome(
  roleArn: string,
  association: PodIdentityAssociation,
  cluster: ClusterCandidates,
  { inventory, reach }: Scene["audit"],
): Pick<Way, "admitted" | "state" | "facts"> {
  const found = reach.find(roleArn)?.byCluster.find((one) => one.cluster === cluster);
  const isTarget = roleArn !== association.roleArn;
  const entered = found?.associations.find(
    (one) => one.association === association && (one.through !== undefined) === isTarget,
  );
  const by = [
    ["by", `Pod Identity association ${association.id}`],
    ...(isTarget ? [["through", association.roleArn] as const] : []),
  ] as const;
  if (entered !== undefined)
    return { admitted: true, state: stateOf(entered), facts: [...by, ...judgementFacts(entered.judgement)] };
  const own = isOwn(roleArn, cluster);
  if (!own)
    return {
      admitted: false,
      state: "unknown",
      facts: [...by, ["unknown", "the role is of another AWS account, where nothing was read"]],
    };
  if (inventory.roles === undefined)
    return { admitted: false, state: "unknown", facts: [...by, ["unknown", "the roles could not be read"]] };
  const why = found === undefined ? "the role does not exist" : "the role's trust policy does not let it in";
  return { admitted: false, state: "broken", facts: [...by, ["but", why]] };
}

function stateOf({ judgement }: AssociationReach): Way["state"] {
  return judgement.verdict === "allow" ? "works" : "unknown";
}

function isOwn(roleArn: string, { audited }: ClusterCandidates): boolean {
  const parsed = parseRoleArn(roleArn);
  return parsed.ok && roleRef(parsed.value).account === audited.cluster.account;
}
