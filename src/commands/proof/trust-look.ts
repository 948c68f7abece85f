import type { IamPort } from "../../aws/port.ts";
import { roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { unlessFailed } from "../../model/unless-failed.ts";
import { evaluateGrant, grantFor } from "../../service-account/trust.ts";
import type { Claim, ProofOptions } from "../../verification/proof.ts";

/** What a proof reads to tell a lost trust statement from an STS that does not know it yet. */
export interface TrustSources {
  readonly iam: IamPort;
  readonly cluster: ClusterWithIssuer;
}

/** How a proof looks whether the role's trust policy still allows the account; unknown where it can't be read. */
export function trustLook(
  { account, audience, role: arn }: Claim,
  { iam, cluster }: TrustSources,
): NonNullable<ProofOptions["isTrusted"]> {
  const { account: owner, name } = roleRef(arn);
  return () =>
    unlessFailed(
      async () => {
        if (owner !== cluster.account) return "unknown";
        const role = await iam.getRole(name);
        const grant = grantFor(cluster, account, audience);
        return role !== undefined && evaluateGrant(role.trust, grant).verdict !== "deny";
      },
      () => "unknown" as const,
    );
}
