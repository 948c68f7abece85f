import {
  DescribePodIdentityAssociationCommand,
  paginateListPodIdentityAssociations,
  type EKSClient,
  type PodIdentityAssociation as SdkAssociation,
} from "@aws-sdk/client-eks";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import {
  parseNamespaceName,
  parseServiceAccountName,
  type ServiceAccountRef,
} from "../model/service-account-ref.ts";
import { asFailure, read } from "./call.ts";
import { answered, gathered } from "./iam-wire.ts";

/** How many associations are described concurrently. */
const AT_ONCE = 8;

/** The associations of a cluster or of one account in it; EKS's list leaves out the roles. */
export async function describePodIdentities(
  client: EKSClient,
  clusterName: string,
  serviceAccount: ServiceAccountRef | undefined,
): Promise<PodIdentityAssociation[]> {
  const scope = serviceAccount && {
    namespace: serviceAccount.namespace,
    serviceAccount: serviceAccount.name,
  };
  const pages = paginateListPodIdentityAssociations({ client }, { clusterName, ...scope });
  const describe = (associationId: string) =>
    read("eks:DescribePodIdentityAssociation", () =>
      client.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId })),
    );
  try {
    const listed = await gathered(pages, ({ associations }) => associations);
    const answers = await mapConcurrent(
      listed.map(({ associationId }) => answered("the association's ID", associationId)),
      AT_ONCE,
      describe,
    );
    // One that is gone meanwhile is none.
    return answers.flatMap((answer) =>
      answer === undefined ? [] : toAssociation(answered("the association", answer.association)),
    );
  } catch (error) {
    throw asFailure("eks:ListPodIdentityAssociations", error);
  }
}

/**
 * One whose namespace or name no ServiceAccount can have is none of any.
 * @throws Failure `unexpected-answer` if it lacks what every association has
 */
function toAssociation(found: SdkAssociation): PodIdentityAssociation[] {
  const namespace = parseNamespaceName(answered("the association's namespace", found.namespace));
  const name = parseServiceAccountName(answered("the association's ServiceAccount", found.serviceAccount));
  if (!namespace.ok || !name.ok) return [];
  return [
    {
      id: answered("the association's ID", found.associationId),
      arn: answered("the association's ARN", found.associationArn),
      serviceAccount: { namespace: namespace.value, name: name.value },
      roleArn: answered("the association's role", found.roleArn),
      // What has been removed may be an empty text.
      ...(found.targetRoleArn && { targetRoleArn: found.targetRoleArn }),
      ...(found.externalId && { externalId: found.externalId }),
      withoutSessionTags: found.disableSessionTags === true,
      ...(found.policy && { policy: found.policy }),
      ...(found.ownerArn !== undefined && { ownerArn: found.ownerArn }),
      tags: found.tags ?? {},
      ...(found.modifiedAt !== undefined && { modifiedAt: found.modifiedAt }),
    },
  ];
}
