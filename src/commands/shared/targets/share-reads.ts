import type { Aws } from "../../../aws/clients.ts";
import type { IamPort } from "../../../aws/port.ts";
import type { ProviderArn } from "../../../model/arn.ts";
import { memoized } from "../../../model/memoized.ts";

/** The IAM of an AWS account, in which what its clusters have in common is read once. */
export function shareIam(iam: IamPort): IamPort {
  return {
    ...iam,
    listRoles: memoized(() => iam.listRoles()),
    listRolesInFull: memoized((also: { readonly policies: boolean }) => iam.listRolesInFull(also)),
    listProviders: memoized(() => iam.listProviders()),
    getProvider: memoized((arn: ProviderArn) => iam.getProvider(arn)),
    getRole: memoized((name: string) => iam.getRole(name)),
    getRoleDetails: memoized((name: string) => iam.getRoleDetails(name)),
  };
}

/** An AWS account in a region whose clusters are listed once. */
export function shareClusters(aws: Aws): Aws {
  return { ...aws, eks: { ...aws.eks, listClusters: memoized(() => aws.eks.listClusters()) } };
}
