import type { EksPort } from "../../src/aws/port.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { Failure } from "../../src/model/failure.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import type { Effects } from "./iam.ts";
import { aServiceAccount } from "./values.ts";

/** EKS in memory: one cluster, and Pod Identity associations by `namespace/name`. */
export function eksEffects(
  cluster: ClusterWithIssuer,
  associations: ReadonlyMap<string, string>,
): Effects<EksPort> {
  const inCluster = (name: string) => {
    if (name !== cluster.name)
      throw new Failure(
        "failed",
        "aws-error",
        `ResourceNotFoundException: No cluster found for name: ${name}.`,
      );
    return associations;
  };
  return {
    describeCluster: (name) => (name === cluster.name ? cluster : undefined),
    listClusters: () => [cluster.name],
    listPodIdentityAssociations: (name, serviceAccount) =>
      inCluster(name).has(serviceAccountPath(serviceAccount)) ? [serviceAccountPath(serviceAccount)] : [],
    getPodIdentityRole: (name, id) => (name === cluster.name ? associations.get(id) : undefined),
    describePodIdentities: (name, serviceAccount) =>
      [...inCluster(name)]
        .filter(([path]) => serviceAccount === undefined || path === serviceAccountPath(serviceAccount))
        .map(([path, roleArn]) => ({
          id: path,
          arn: `${cluster.arn.replace(":cluster/", ":podidentityassociation/")}/${path}`,
          serviceAccount: aServiceAccount(path),
          roleArn,
          withoutSessionTags: false,
          tags: {},
        })),
  };
}

/** EKS's answer to whoever lacks the permission for a method. */
export function eksDenies(method: keyof EksPort): Failure {
  const action = method === "getPodIdentityRole" ? "describePodIdentityAssociation" : method;
  const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  return new Failure("denied", "access-denied", `not permitted: eks:${name}`);
}
