import type { IamPort } from "../../../aws/port.ts";
import { roleRef } from "../../../model/arn.ts";
import type { ClusterWithIssuer } from "../../../model/cluster.ts";
import { recoverFailure } from "../../../model/recover-failure.ts";
import { evaluateGrant, grantFor } from "../../../service-account/role/trust.ts";
import type { Claim, ProofOptions } from "../../../verification/proof.ts";

/** What a proof reads to tell a lost trust statement from one that has not propagated to STS yet. */
export interface TrustSources {
  readonly iam: IamPort;
  readonly cluster: ClusterWithIssuer;
}

/** How a proof checks whether the role's trust policy still allows the ServiceAccount; unknown where it can't be read. */
export function trustLook(
  { serviceAccount, audience, role: arn }: Claim,
  { iam, cluster }: TrustSources,
): NonNullable<ProofOptions["isTrusted"]> {
  const { awsAccount: owner, name } = roleRef(arn);
  return () =>
    recoverFailure(
      async () => {
        if (owner !== cluster.awsAccount) return "unknown";
        const role = await iam.getRole(name);
        const grant = grantFor(cluster, serviceAccount, audience);
        return role !== undefined && evaluateGrant(role.trust, grant).verdict !== "deny";
      },
      () => "unknown" as const,
    );
}
