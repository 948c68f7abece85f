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
import { gathered } from "./iam-wire.ts";

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
      listed.map(({ associationId }) => associationId ?? ""),
      AT_ONCE,
      describe,
    );
    return answers.flatMap((answer) => toAssociation(answer?.association));
  } catch (error) {
    throw asFailure("eks:ListPodIdentityAssociations", error);
  }
}

/** One that is gone meanwhile is none. */
function toAssociation(found: SdkAssociation | undefined): PodIdentityAssociation[] {
  const namespace = parseNamespaceName(found?.namespace ?? "");
  const name = parseServiceAccountName(found?.serviceAccount ?? "");
  if (found?.roleArn === undefined || !namespace.ok || !name.ok) return [];
  return [
    {
      id: found.associationId ?? "",
      arn: found.associationArn ?? "",
      serviceAccount: { namespace: namespace.value, name: name.value },
      roleArn: found.roleArn,
      ...(found.targetRoleArn !== undefined && { targetRoleArn: found.targetRoleArn }),
      ...(found.externalId !== undefined && { externalId: found.externalId }),
      withoutSessionTags: found.disableSessionTags === true,
      ...(found.policy !== undefined && { policy: found.policy }),
      ...(found.ownerArn !== undefined && { ownerArn: found.ownerArn }),
      tags: found.tags ?? {},
      ...(found.modifiedAt !== undefined && { modifiedAt: found.modifiedAt }),
    },
  ];
}
