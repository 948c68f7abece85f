import type { NotJudged } from "../model/access-answers.ts";
import { roleRef, type ClusterRef, type RoleArn } from "../model/arn.ts";
import type { AssociationOutcome } from "./association-access.ts";

/**
 * The roles that a ServiceAccount's annotation and associations lead to and that are in other AWS accounts: their trust policies
 * can't be read here. A target role counts unless the role before it refuses.
 */
export function notJudged(
  annotated: RoleArn | undefined,
  cluster: ClusterRef,
  outcomes: readonly AssociationOutcome[],
): readonly NotJudged[] {
  const isElsewhere = annotated !== undefined && roleRef(annotated).awsAccount !== cluster.awsAccount;
  return [
    ...(isElsewhere ? [{ role: annotated, via: "irsa" } as const] : []),
    ...outcomes.flatMap((outcome): NotJudged[] => {
      if (outcome.state !== "unknown" || outcome.why !== "elsewhere") return [];
      const { role, through, association } = outcome;
      return [
        {
          role,
          via: "pod-identity",
          ...(through !== undefined && { through }),
          ...(association.policy !== undefined && { sessionPolicy: association.policy }),
        },
      ];
    }),
  ];
}
