import type { AssociationAccess } from "../audit/association-access.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { listed } from "../model/known.ts";
import { parseRoleArn, roleRef } from "../model/arn.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { inCluster, noRole } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { judgementFacts, type AccessPath } from "./paths.ts";

/** The ways that Pod Identity associations mean: to their role, and to the one that is assumed with it. */
export function associationPaths(input: GraphInput): AccessPath[] {
  return input.audit.access.clusters.flatMap((cluster) =>
    listed(cluster.audited.associations).flatMap((association) => {
      const { targetRoleArn } = association;
      const ends = [association.roleArn, ...(targetRoleArn === undefined ? [] : [targetRoleArn])];
      return ends.map((roleArn) => wayTo(roleArn, association, cluster, input));
    }),
  );
}

function wayTo(
  roleArn: string,
  association: PodIdentityAssociation,
  cluster: ClusterCandidates,
  { audit, findings }: GraphInput,
): AccessPath {
  const ref = association.serviceAccount;
  const from = inCluster(cluster.audited.cluster, serviceAccountPath(ref));
  const parsed = parseRoleArn(roleArn);
  return {
    from,
    to: parsed.ok ? parsed.value : noRole(roleArn),
    serviceAccount: { cluster, ref },
    means: "pod-identity",
    ...outcome(roleArn, association, cluster, audit),
    findings: roleArn === association.roleArn ? findings.about(from, "association-refused") : [],
  };
}

function outcome(
  roleArn: string,
  association: PodIdentityAssociation,
  cluster: ClusterCandidates,
  { inventory, access }: GraphInput["audit"],
): Pick<AccessPath, "admitted" | "state" | "facts"> {
  const found = access.find(roleArn)?.byCluster.find((one) => one.cluster === cluster);
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
      facts: [...by, ["unknown", "the role is in another AWS account, which was not read"]],
    };
  if (inventory.roles.state === "unknown")
    return { admitted: false, state: "unknown", facts: [...by, ["unknown", "the roles could not be read"]] };
  const why = found === undefined ? "the role does not exist" : "the role's trust policy does not allow it";
  return { admitted: false, state: "broken", facts: [...by, ["but", why]] };
}

function stateOf({ judgement }: AssociationAccess): AccessPath["state"] {
  return judgement.verdict === "allow" ? "works" : "unknown";
}

function isOwn(roleArn: string, { audited }: ClusterCandidates): boolean {
  const parsed = parseRoleArn(roleArn);
  return parsed.ok && roleRef(parsed.value).awsAccount === audited.cluster.awsAccount;
}
