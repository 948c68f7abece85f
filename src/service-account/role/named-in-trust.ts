import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { listOf, type PolicyDocument } from "../../model/trust-policy/document.ts";
import { evaluateGrant, grantStatements, trustPolicy } from "../../model/trust-policy/grant.ts";
import { neighborsIn } from "../../model/trust-policy/judge.ts";
import { namesByAssociation } from "../../model/trust-policy/pod-identity-grant.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { Steps, stepsOf, unlessTooComplex } from "../../model/trust-policy/steps.ts";
import {
  admitsServiceAccount,
  audiencesIn,
  grantFor,
  podIdentityGrantFor,
  targetRoleKeyFor,
} from "./trust.ts";

/**
 * True if the trust policy means this very ServiceAccount: a statement that pins it, not one that also allows every other
 * in the namespace or the cluster. Only this bears out ownership tags: otherwise whoever may tag a role that many share
 * could make it the ServiceAccount's.
 */
export function namesServiceAccount(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  return (
    isNamedByAssociation(trust, cluster, serviceAccount) ||
    grantStatements(trust, targetRoleKeyFor(cluster, serviceAccount)).length > 0 ||
    (admitsServiceAccount(trust, cluster, serviceAccount) && isNamedByToken(trust, cluster, serviceAccount))
  );
}

function isNamedByAssociation(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  const key = podIdentityGrantFor(cluster, serviceAccount);
  return listOf(trust.Statement).some((one) => namesByAssociation(one, key));
}

function isNamedByToken(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  const grant = grantFor(cluster, serviceAccount, DEFAULT_AUDIENCE);
  if (grantStatements(trust, grant).length > 0) return true;
  const steps = new Steps();
  const named = unlessTooComplex(() =>
    listOf(trust.Statement).some((statement) => {
      const alone = trustPolicy([statement]);
      const cost = stepsOf(readTrust(alone));
      return audiencesIn(alone, grant).some((audience) => {
        steps.spend(cost);
        const asked = { ...grant, audience };
        if (evaluateGrant(alone, asked).verdict === "deny") return false;
        steps.spend(NEIGHBORS * cost);
        return neighborsIn(alone, asked).length === 0;
      });
    }),
  );
  // What can't be judged bears out nothing.
  return named === true;
}

/** How many neighbors are tried for one audience. */
const NEIGHBORS = 8;
