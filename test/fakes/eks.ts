import type { EksPort, NewPodIdentity, PodIdentityEdit } from "../../src/aws/port.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { Failure } from "../../src/model/failure.ts";
import type { FargateProfile, NodeGroup } from "../../src/model/node-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { addonEffects, type AddonState } from "./addons.ts";
import { receipt } from "./iam-answers.ts";
import type { Effects } from "./iam.ts";
import { aServiceAccount } from "./values.ts";

/** What EKS has: one cluster with add-ons, and Pod Identity associations. */
export interface EksState extends AddonState {
  readonly cluster: ClusterWithIssuer;
  /** Roles of associations by the ServiceAccount's `namespace/name`. */
  readonly associations: Map<string, string>;
  readonly nodeGroups: NodeGroup[];
  readonly fargateProfiles: FargateProfile[];
  /** What else they have, by the same. */
  readonly associationFacts: Map<string, AssociationFacts>;
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
  const { cluster, associations } = state;
  const inCluster = (name: string) => {
    if (name !== cluster.name)
      throw new Failure(
        "failed",
        "aws-error",
        `ResourceNotFoundException: No cluster found for name: ${name}.`,
      );
    return associations;
  };
  const edit = (path: string, facts: AssociationFacts): object => {
    state.associationFacts.set(path, { ...state.associationFacts.get(path), ...facts });
    return receipt();
  };
  const existing = (id: string): string => {
    if (associations.has(id)) return id;
    throw new Failure("refused", "gone", `No association found with id: ${id}`);
  };
  const named = (arn: string): PodIdentityAssociation => {
    const found = [...associations.keys()].map((path) => associationOf(state, path));
    const one = found.find((association) => association?.arn === arn);
    if (one === undefined) throw new Failure("refused", "gone", `No association found: ${arn}`);
    return one;
  };
  return {
    createPodIdentity: (name, association) => {
      const path = serviceAccountPath(association.serviceAccount);
      if (inCluster(name).has(path))
        throw new Failure("refused", "already-exists", "eks:CreatePodIdentityAssociation: it already exists");
      associations.set(path, association.roleArn);
      state.associationFacts.set(path, factsOf(association));
      return receipt();
    },
    updatePodIdentity: (_cluster, id, { roleArn, ...change }) => {
      const after = factsAfter(state.associationFacts.get(existing(id)) ?? {}, change);
      if (after.policy !== undefined && after.withoutSessionTags !== true) throw tagsWithPolicy();
      if (roleArn !== undefined) associations.set(id, roleArn);
      state.associationFacts.set(id, after);
      return receipt();
    },
    deletePodIdentity: (_cluster, id) => {
      state.associationFacts.delete(existing(id));
      associations.delete(id);
      return receipt();
    },
    tagPodIdentity: (arn, tags) => {
      const found = named(arn);
      return edit(found.id, { tags: { ...found.tags, ...tags } });
    },
    untagPodIdentity: (arn, keys) => {
      const found = named(arn);
      const kept = Object.entries(found.tags).filter(([key]) => !keys.includes(key));
      return edit(found.id, { tags: Object.fromEntries(kept) });
    },
    describeCluster: (name) => (name === cluster.name ? cluster : undefined),
    listClusters: () => [cluster.name],
    listPodIdentityAssociations: (name, serviceAccount) =>
      [...inCluster(name).keys()]
        .filter((path) => serviceAccount === undefined || path === serviceAccountPath(serviceAccount))
        .map((path) => ({ id: path, serviceAccount: aServiceAccount(path) })),
    describePodIdentities: (name, serviceAccount) =>
      [...inCluster(name)]
        .filter(([path]) => serviceAccount === undefined || path === serviceAccountPath(serviceAccount))
        .flatMap(([path]) => associationOf(state, path) ?? []),
    describeNodeGroups: (name) => {
      inCluster(name);
      return [...state.nodeGroups];
    },
    describeFargateProfiles: (name) => {
      inCluster(name);
      return [...state.fargateProfiles];
    },
    ...addonEffects(state),
  };
}

/** What is `null` is removed, what is not given stays. */
function factsAfter(before: AssociationFacts, change: Omit<PodIdentityEdit, "roleArn">): AssociationFacts {
  const entries = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries);
}

function factsOf({ targetRoleArn, withoutSessionTags, policy, tags }: NewPodIdentity): AssociationFacts {
  return {
    withoutSessionTags,
    tags,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    ...(policy !== undefined && { policy }),
  };
}

/** EKS's answer to a session policy beside session tags. */
function tagsWithPolicy(): Failure {
  return new Failure(
    "failed",
    "aws-error",
    "eks:UpdatePodIdentityAssociation: InvalidParameterException: disableSessionTags must be true when a policy is provided.",
  );
}

/** What EKS calls the actions of our methods, where it is not by the same name. */
const ACTIONS: Partial<Record<keyof EksPort, string>> = {
  describePodIdentities: "DescribePodIdentityAssociation",
  getAddon: "DescribeAddon",
  describeNodeGroups: "ListNodegroups",
  describeFargateProfiles: "ListFargateProfiles",
  listAddonVersions: "DescribeAddonVersions",
  tagAddon: "TagResource",
  createPodIdentity: "CreatePodIdentityAssociation",
  updatePodIdentity: "UpdatePodIdentityAssociation",
  deletePodIdentity: "DeletePodIdentityAssociation",
  tagPodIdentity: "TagResource",
  untagPodIdentity: "UntagResource",
};

/** EKS's answer to whoever lacks the permission for a method. */
export function eksDenies(method: keyof EksPort): Failure {
  const name = ACTIONS[method] ?? `${method.charAt(0).toUpperCase()}${method.slice(1)}`;
  return new Failure("denied", "access-denied", `not permitted: eks:${name}`);
}
