import { clusterRef } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Note } from "../../model/plan.ts";
import { associateWords } from "../../model/cluster-flags.ts";
import type { ObservedAssociation } from "../../oidc-association/observe.ts";
import { audienceNotes, checkAudience, planAssociation } from "../../oidc-association/plan.ts";
import { writableAudience, type ServiceAccountAudience } from "../service-account/audience.ts";
import type { DesiredServiceAccount } from "./desired.ts";

/** Whether the provider may be made on the way, and the flags that lead to its cluster again. */
export type AssociationTerms = Pick<DesiredServiceAccount, "associate" | "clusterFlags">;

/**
 * What the cluster's provider needs to take the ServiceAccount's tokens: nothing, as a rule; else changes, if they are asked
 * for.
 * @throws Failure `provider-missing` or `audience-missing`, with the command to type; `audience-unasked`, `api-audience`
 */
export function associationPart(
  desired: AssociationTerms,
  association: ObservedAssociation,
  audience: ServiceAccountAudience,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const { provider, cluster } = association;
  if (provider?.clientIds.includes(audience.value) === true)
    return { changes: [], notes: audienceNotes([audience.value], provider, cluster) };
  const asked = writableAudience(audience);
  if (desired.associate)
    return planAssociation({ audiences: [asked], tags: {}, thumbprints: [] }, association);
  checkAudience(asked, cluster);
  throw provider === undefined
    ? providerMissing(desired, cluster, asked)
    : audienceMissing(desired, cluster, asked);
}

function providerMissing(
  { clusterFlags }: AssociationTerms,
  cluster: ClusterWithIssuer,
  audience: string,
): Failure {
  if (isElsewhere(cluster))
    return new Failure(
      "refused",
      "provider-missing",
      `AWS account ${cluster.awsAccount} has no IAM OIDC provider for cluster '${cluster.name}'`,
      {
        facts: [["issuer", cluster.issuer]],
        advice: "To create it there in the same plan, add this flag:",
        flags: ["--associate-oidc"],
      },
    );
  return new Failure("refused", "provider-missing", `cluster '${cluster.name}' has no IAM OIDC provider`, {
    facts: [["issuer", cluster.issuer]],
    advice: "Create it once per cluster, or add --associate-oidc to do both:",
    command: associateWords(clusterFlags, audience),
  });
}

function audienceMissing(
  { clusterFlags }: AssociationTerms,
  cluster: ClusterWithIssuer,
  audience: string,
): Failure {
  const remedy = isElsewhere(cluster)
    ? { advice: "To add it in the same plan, add this flag:", flags: ["--associate-oidc"] }
    : {
        advice: "Add it, or add --associate-oidc to do both:",
        command: associateWords(clusterFlags, audience),
      };
  return new Failure(
    "refused",
    "audience-missing",
    `the OIDC provider of '${cluster.name}' does not accept audience '${audience}'`,
    { facts: [["issuer", cluster.issuer]], ...remedy },
  );
}

/** True if the provider is to be in another AWS account than the cluster, where `associate-oidc` has no part. */
export function isElsewhere({ arn, awsAccount }: ClusterWithIssuer): boolean {
  return clusterRef(arn).awsAccount !== awsAccount;
}
