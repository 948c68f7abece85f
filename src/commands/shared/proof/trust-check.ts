import type { IamPort } from "../../../aws/port.ts";
import { roleRef, type RoleArn } from "../../../model/arn.ts";
import type { ClusterWithIssuer } from "../../../model/cluster.ts";
import { Failure } from "../../../model/failure.ts";
import { look } from "../../../model/known.ts";
import { evaluateGrant, type Grant } from "../../../model/trust-policy/grant.ts";
import { grantFor } from "../../../service-account/role/trust.ts";
import type { Claim, ProofOptions } from "../../../verification/proof.ts";

/** What a proof reads to tell a lost trust statement from one that has not propagated yet. */
export interface TrustSources {
  readonly iam: IamPort;
  readonly cluster: ClusterWithIssuer;
}

type TrustLook = NonNullable<ProofOptions["isTrusted"]>;

/** How a proof checks whether the role's trust policy still allows the ServiceAccount; unknown where it can't be read. */
export function trustLook({ serviceAccount, audience, role }: Claim, sources: TrustSources): TrustLook {
  return grantLook(role, grantFor(sources.cluster, serviceAccount, audience), sources);
}

/** The same for any grant. */
export function grantLook(arn: RoleArn, grant: Grant, { iam, cluster }: TrustSources): TrustLook {
  const { awsAccount: owner, name } = roleRef(arn);
  return () =>
    look(async () => {
      if (owner !== cluster.awsAccount)
        throw new Failure("failed", "other-aws-account", `the role is in AWS account ${owner}`);
      const role = await iam.getRole(name);
      return role !== undefined && evaluateGrant(role.trust, grant).verdict !== "deny";
    });
}
