import type { AssociationRefusal, UnknownOutcome } from "../audit/association-access.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { listed } from "../model/known.ts";
import { parseRoleArn } from "../model/arn.ts";
import type { GraphFact } from "../model/access-graph.ts";
import { keepsFromAdministration, sessionPolicyTexts } from "../model/session-policy.ts";
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
      return (targetRoleArn === undefined ? [false] : [false, true]).map((isTarget) =>
        wayTo(isTarget, association, cluster, input),
      );
    }),
  );
}

function wayTo(
  isTarget: boolean,
  association: PodIdentityAssociation,
  cluster: ClusterCandidates,
  { findings }: GraphInput,
): AccessPath {
  const ref = association.serviceAccount;
  const roleArn = isTarget ? (association.targetRoleArn ?? "") : association.roleArn;
  const from = inCluster(cluster.audited.cluster, serviceAccountPath(ref));
  const parsed = parseRoleArn(roleArn);
  return {
    from,
    to: parsed.ok ? parsed.value : noRole(roleArn),
    serviceAccount: { cluster, ref },
    means: "pod-identity",
    ...outcomeOf(isTarget, association, cluster),
    findings: findings.about(from, "association-refused"),
  };
}

/** How the association ends is the state of both its ways: if the target role can't be assumed, pods get nothing. */
function outcomeOf(
  isTarget: boolean,
  association: PodIdentityAssociation,
  { outcomes }: ClusterCandidates,
): Pick<AccessPath, "admitted" | "limited" | "state" | "facts"> {
  const { id, roleArn, targetRoleArn, policy } = association;
  const outcome = outcomes.get(association);
  const facts: GraphFact[] = [
    ["by", `Pod Identity association ${id}`],
    ...(isTarget ? [["through", roleArn] as const] : []),
    ...(!isTarget && targetRoleArn !== undefined ? [["only to assume", targetRoleArn] as const] : []),
    ...(policy !== undefined && isTarget === (targetRoleArn !== undefined)
      ? sessionPolicyTexts(policy).map((text) => ["limited to", text] as const)
      : []),
  ];
  const isStep = !isTarget && targetRoleArn !== undefined;
  const isLimited = isStep || (policy !== undefined && keepsFromAdministration(policy));
  switch (outcome?.state) {
    case "assumed": {
      const { judgement, permissionUnknown, through } = outcome.access;
      return {
        admitted: true,
        ...(isLimited && { limited: true }),
        state: judgement.verdict === "allow" ? "works" : "unknown",
        facts: [
          ...facts,
          ...(isStep ? [] : judgementFacts(judgement)),
          ...(permissionUnknown === true
            ? [["unknown", `whether the policies of ${through ?? ""} allow it`] as const]
            : []),
        ],
      };
    }
    case "refused":
      return {
        admitted: false,
        state: "broken",
        facts: [...facts, ["but", refusalText(outcome.refusal, isTarget)]],
      };
    case "unknown":
    case undefined:
      return {
        admitted: false,
        state: "unknown",
        facts: [...facts, ["unknown", unknownText(outcome, isTarget)]],
      };
  }
}

function refusalText({ at, why }: AssociationRefusal, isTarget: boolean): string {
  const role = whose(at, isTarget);
  switch (why) {
    case "not-found":
      return `${role} does not exist`;
    case "permission":
      return "the policies of the association's role don't allow it to assume the target role";
    case "sts:AssumeRole":
    case "sts:TagSession":
      return `${role}'s trust policy does not allow ${why === "sts:AssumeRole" ? "it" : why}`;
  }
}

function unknownText(outcome: UnknownOutcome | undefined, isTarget: boolean): string {
  const role = outcome === undefined ? "the role" : whose(outcome.at, isTarget);
  return outcome?.why === "elsewhere"
    ? `${role} is in another AWS account, which was not read`
    : `${role} could not be read`;
}

/** The role at which the association ends, on the edge to one of its roles. */
function whose(at: AssociationRefusal["at"], isTarget: boolean): string {
  if ((at === "target") === isTarget) return "the role";
  return at === "target" ? "the target role" : "the association's role";
}
