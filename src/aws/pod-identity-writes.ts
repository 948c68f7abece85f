import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
  type EKSClient,
} from "@aws-sdk/client-eks";
import { Failure } from "../model/failure.ts";
import { write } from "./call.ts";
import type { EksPort, PodIdentityEdit } from "./port.ts";

/** The writes of Pod Identity associations. */
type PodIdentityWrites = Pick<
  EksPort,
  "createPodIdentity" | "updatePodIdentity" | "deletePodIdentity" | "tagPodIdentity" | "untagPodIdentity"
>;

/** EKS's writes of associations through the SDK. */
export function podIdentityWrites(client: EKSClient): PodIdentityWrites {
  return {
    createPodIdentity: (clusterName, { serviceAccount, tags, ...association }) =>
      withRole("eks:CreatePodIdentityAssociation", () =>
        client.send(
          new CreatePodIdentityAssociationCommand({
            clusterName,
            namespace: serviceAccount.namespace,
            serviceAccount: serviceAccount.name,
            roleArn: association.roleArn,
            ...(Object.keys(tags).length > 0 && { tags }),
            ...wireEdit(association),
          }),
        ),
      ),
    updatePodIdentity: (clusterName, associationId, edit) =>
      withRole("eks:UpdatePodIdentityAssociation", () =>
        client.send(
          new UpdatePodIdentityAssociationCommand({ clusterName, associationId, ...wireEdit(edit) }),
        ),
      ),
    deletePodIdentity: (clusterName, associationId) =>
      write("eks:DeletePodIdentityAssociation", () =>
        client.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId })),
      ),
    tagPodIdentity: (resourceArn, tags) =>
      write("eks:TagResource", () => client.send(new TagResourceCommand({ resourceArn, tags }))),
    untagPodIdentity: (resourceArn, keys) =>
      write("eks:UntagResource", () =>
        client.send(new UntagResourceCommand({ resourceArn, tagKeys: [...keys] })),
      ),
  };
}

/** An empty text removes; what is not sent stays. Source: the EKS controller of aws-controllers-k8s, for `targetRoleArn`. */
function wireEdit({ roleArn, targetRoleArn, withoutSessionTags, policy }: PodIdentityEdit) {
  return {
    ...(roleArn !== undefined && { roleArn }),
    ...(targetRoleArn !== undefined && { targetRoleArn: targetRoleArn ?? "" }),
    ...(withoutSessionTags !== undefined && { disableSessionTags: withoutSessionTags }),
    ...(policy !== undefined && { policy: policy ?? "" }),
  };
}

/** EKS looks at the role and its trust policy, and sees those that IAM has just made some seconds late. */
async function withRole(action: string, send: Parameters<typeof write>[1]): ReturnType<typeof write> {
  try {
    return await write(action, send);
  } catch (error) {
    if (!(error instanceof Failure) || !isNotVisible(error.message)) throw error;
    throw new Failure("failed", "role-not-visible", error.message, { ...error.detail, cause: error });
  }
}

function isNotVisible(message: string): boolean {
  return /InvalidParameterException: (Role provided in the request does not exist|Trust policy of the role provided is invalid)/.test(
    message,
  );
}
