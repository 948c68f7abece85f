import type { Addon, EksPort } from "../../src/aws/port.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { Failure } from "../../src/model/failure.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import type { Effects } from "./iam.ts";
import { aServiceAccount } from "./values.ts";

/** What EKS has: one cluster with add-ons, and Pod Identity associations. */
export interface EksState {
  readonly cluster: ClusterWithIssuer;
  readonly addons: ReadonlyMap<string, Addon>;
  /** Roles of associations by the ServiceAccount's `namespace/name`. */
  readonly associations: ReadonlyMap<string, string>;
  /** What else they have, by the same. */
  readonly associationFacts: ReadonlyMap<string, AssociationFacts>;
}

/** What an association may have beside its role. */
export type AssociationFacts = Partial<Omit<PodIdentityAssociation, "id" | "serviceAccount" | "roleArn">>;

/** The association of a ServiceAccount by `namespace/name`. */
export function associationOf(state: EksState, path: string): PodIdentityAssociation | undefined {
  const roleArn = state.associations.get(path);
  if (roleArn === undefined) return undefined;
  return {
    id: path,
    arn: `${state.cluster.arn.replace(":cluster/", ":podidentityassociation/")}/${path}`,
    serviceAccount: aServiceAccount(path),
    roleArn,
    withoutSessionTags: false,
    tags: {},
    ...state.associationFacts.get(path),
  };
}

/** EKS in memory. */
export function eksEffects(state: EksState): Effects<EksPort> {
  const { cluster, addons, associations } = state;
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
    describePodIdentities: (name, serviceAccount) =>
      [...inCluster(name)]
        .filter(([path]) => serviceAccount === undefined || path === serviceAccountPath(serviceAccount))
        .flatMap(([path]) => associationOf(state, path) ?? []),
    getAddon: (_cluster, name) => addons.get(name),
  };
}

/** EKS's answer to whoever lacks the permission for a method. */
export function eksDenies(method: keyof EksPort): Failure {
  const action =
    method === "describePodIdentities"
      ? "describePodIdentityAssociation"
      : method === "getAddon"
        ? "describeAddon"
        : method;
  const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  return new Failure("denied", "access-denied", `not permitted: eks:${name}`);
}
