import { clusterRef, roleRef } from "../model/arn.ts";
import type { Change, ChangeKind, ChangeOf } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { CreatePodIdentity } from "../model/pod-identity-change.ts";
import type { CreateProvider } from "../model/provider-change.ts";
import type { CreateRole } from "../model/role-change.ts";
import type { CreateServiceAccount } from "../model/service-account-change.ts";
import { RESOURCE_KINDS, type ExportModel, type Resource } from "./model.ts";

/**
 * The model of a plan for a cluster in which nothing exists: every change of it creates something.
 * @throws TypeError for a change that does not
 */
export function modelOfChanges(changes: readonly Change[], cluster: ClusterWithIssuer): ExportModel {
  const other = changes.find(({ kind }) => !CREATING.has(kind));
  if (other !== undefined) throw new TypeError(`a plan for an empty cluster has the change ${other.kind}`);
  return {
    cluster: clusterRef(cluster.arn),
    issuer: cluster.issuer,
    isLive: false,
    resources: inOrder([
      ...ofKind(changes, "create-provider").map(createdProvider),
      ...ofKind(changes, "create-role").map((create) => createdRole(create, changes)),
      ...ofKind(changes, "create-pod-identity").map(createdAssociation),
      ...ofKind(changes, "create-namespace").map(
        ({ namespace }) => ({ kind: "namespace", name: namespace }) as const,
      ),
      ...ofKind(changes, "create-service-account").map(createdServiceAccount),
    ]),
  };
}

/** The changes that a model stands for. */
const CREATING: ReadonlySet<ChangeKind> = new Set([
  "create-provider",
  "create-role",
  "attach-policy",
  "put-inline-policy",
  "create-pod-identity",
  "create-namespace",
  "create-service-account",
]);

function ofKind<Kind extends ChangeKind>(changes: readonly Change[], kind: Kind): readonly ChangeOf<Kind>[] {
  return changes.filter((change): change is ChangeOf<Kind> => change.kind === kind);
}

function createdProvider({ arn, url, clientIds, thumbprints, tags }: CreateProvider): Resource {
  return { kind: "provider", arn, url, clientIds, thumbprints, tags };
}

function createdRole(create: CreateRole, changes: readonly Change[]): Resource {
  const { arn, trust, description, maxSessionSeconds, boundary, tags } = create;
  const { name, path } = roleRef(arn);
  const attached = ofKind(changes, "attach-policy").filter(({ role }) => role === arn);
  const inline = ofKind(changes, "put-inline-policy").filter(({ role }) => role === arn);
  return {
    kind: "role",
    arn,
    name,
    path,
    trust,
    description,
    // Source: IAM API Reference, CreateRole: the default is one hour.
    maxSessionSeconds: maxSessionSeconds ?? 3600,
    ...(boundary !== undefined && { boundary }),
    policies: attached.map(({ policy }) => policy).toSorted(),
    inline: Object.fromEntries(inline.map((one) => [one.name, one.after])),
    tags,
  };
}

function createdAssociation(create: CreatePodIdentity): Resource {
  const { serviceAccount, role, targetRole, withoutSessionTags, sessionPolicy, tags } = create;
  return {
    kind: "association",
    serviceAccount,
    role,
    ...(targetRole !== undefined && { targetRole }),
    withoutSessionTags,
    ...(sessionPolicy !== undefined && { policy: sessionPolicy }),
    tags,
  };
}

function createdServiceAccount({ serviceAccount, labels, annotations }: CreateServiceAccount): Resource {
  return { kind: "serviceAccount", serviceAccount, labels, annotations };
}

/** What each needs comes before it; within a kind, by name: the text is the same however a file is sorted. */
export function inOrder(resources: readonly Resource[]): readonly Resource[] {
  const key = (resource: Resource): string => `${RESOURCE_KINDS.indexOf(resource.kind)} ${nameOf(resource)}`;
  return resources
    .map((resource) => [key(resource), resource] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, resource]) => resource);
}

function nameOf(resource: Resource): string {
  switch (resource.kind) {
    case "provider":
      return resource.url;
    case "role":
    case "namespace":
      return resource.name;
    case "association":
    case "serviceAccount":
      return `${resource.serviceAccount.namespace}/${resource.serviceAccount.name}`;
  }
}
