import type { EksAuthPort } from "../../../aws/port.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";
import type { RoleArn } from "../../../model/arn.ts";
import type { ServiceAccountRef } from "../../../model/service-account-ref.ts";
import { podIdentityGrantFor } from "../../../service-account/role/trust.ts";
import { proveAssociation, type AssociationProof } from "../../../verification/association-proof.ts";
import type { ProofOptions } from "../../../verification/proof.ts";
import { grantLook, type TrustSources } from "./trust-check.ts";

/** The roles of an association. */
export interface AssociatedRoles {
  readonly serviceAccount: ServiceAccountRef;
  /** The association's own role. */
  readonly role: RoleArn;
  /** The role that EKS assumes with it, if there is one. */
  readonly targetRole?: RoleArn | undefined;
  readonly withoutSessionTags: boolean;
}

/** What an association is proved with. */
export interface AssociationSources extends TrustSources {
  readonly kubernetes: KubernetesPort;
  readonly eksAuth: EksAuthPort;
}

/** Proves that pods get the association's role, or its target role; a trust policy that was overwritten ends the wait. */
export function tryAssociation(
  { serviceAccount, role, targetRole, withoutSessionTags }: AssociatedRoles,
  sources: AssociationSources,
  options: Omit<ProofOptions, "isTrusted">,
): Promise<AssociationProof> {
  const { cluster } = sources;
  const grant = podIdentityGrantFor(cluster, serviceAccount, withoutSessionTags);
  return proveAssociation({ serviceAccount, cluster: cluster.name, role: targetRole ?? role }, sources, {
    ...options,
    isTrusted: grantLook(role, grant, sources),
  });
}
