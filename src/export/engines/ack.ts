import type { Tags } from "../../model/iam-objects.ts";
import { jsonText } from "../../output/json.ts";
import type { Engine } from "../engine.ts";
import { identifierOf, kebabCase } from "../identifier.ts";
import { coreManifests, manifestsText, pairs, sorted, type Manifest } from "../manifest.ts";
import {
  resourcesOf,
  roleOf,
  type AssociationResource,
  type ExportModel,
  type ProviderResource,
  type Resource,
  type RoleResource,
} from "../model.ts";

/** Where ACK's own charts install it; only administrators should be able to write there. */
const NAMESPACE = "ack-system";

/**
 * Resources of ACK's controllers for IAM and EKS; what exists is adopted by annotations.
 * Source: ACK, API reference of iam and eks (v1alpha1), "Resource Adoption", "Deletion Policy".
 */
export const ack: Engine = {
  label: "ACK",
  kinds: ["provider", "role", "association", "namespace", "serviceAccount"],
  // What the API server is given, it changes.
  changesExisting: ["namespace", "serviceAccount"],
  resourceNamespace: NAMESPACE,
  cannot: () => [],
  write: (model, namespace = NAMESPACE) =>
    manifestsText([...ackManifests(model, namespace), ...coreManifests(model)]),
};

function ackManifests(model: ExportModel, namespace: string): readonly Manifest[] {
  const manifest = (resource: Resource, type: Type, annotations: Annotations, spec: object): Manifest => ({
    ...type,
    metadata: { namespace, name: objectName(resource), ...pairs("annotations", annotations) },
    spec,
  });
  return [
    ...resourcesOf(model, "provider").map((one) =>
      manifest(one, TYPES.provider, adoption(model, { arn: one.arn }), providerSpec(one)),
    ),
    ...resourcesOf(model, "role").map((one) =>
      manifest(one, TYPES.role, adoption(model, { name: one.name }), roleSpec(one)),
    ),
    ...resourcesOf(model, "association").map((one) => {
      const { name: clusterName, region } = model.cluster;
      const found = adoption(model, { clusterName, associationID: one.existing?.id });
      const annotations = { "services.k8s.aws/region": region, ...found };
      return manifest(one, TYPES.association, annotations, associationSpec(one, model));
    }),
  ];
}

type Type = Pick<Manifest, "apiVersion" | "kind">;
type Annotations = Readonly<Record<string, string>>;

const TYPES = {
  provider: { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "OpenIDConnectProvider" },
  role: { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role" },
  association: { apiVersion: "eks.services.k8s.aws/v1alpha1", kind: "PodIdentityAssociation" },
} as const;

function objectName(resource: Resource): string {
  return kebabCase(identifierOf(resource));
}

/**
 * Found by these fields, and kept when its object is deleted. `adopt` alone would fill the object from AWS, and not take a
 * later change of the text.
 */
function adoption({ isLive }: ExportModel, fields: object): Annotations {
  if (!isLive) return {};
  return {
    "services.k8s.aws/adoption-policy": "adopt-or-create",
    "services.k8s.aws/adoption-fields": jsonText(fields, 0),
    "services.k8s.aws/deletion-policy": "retain",
  };
}

function providerSpec({ url, clientIds, thumbprints, tags }: ProviderResource): object {
  return { url, clientIDs: clientIds, ...(thumbprints.length > 0 && { thumbprints }), ...tagList(tags) };
}

function roleSpec(role: RoleResource): object {
  const inline = Object.entries(role.inline).map(([name, document]) => [name, jsonText(document, 0)]);
  return {
    name: role.name,
    ...(role.path !== "/" && { path: role.path }),
    ...(role.description !== "" && { description: role.description }),
    assumeRolePolicyDocument: jsonText(role.trust, 0),
    maxSessionDuration: role.maxSessionSeconds,
    ...(role.boundary !== undefined && { permissionsBoundary: role.boundary }),
    ...(role.policies.length > 0 && { policies: role.policies }),
    ...(inline.length > 0 && { inlinePolicies: Object.fromEntries(inline) }),
    ...tagList(role.tags),
  };
}

function associationSpec(association: AssociationResource, model: ExportModel): object {
  const { serviceAccount, role, targetRole, withoutSessionTags, policy, tags } = association;
  const own = roleOf(model, role);
  return {
    clusterName: model.cluster.name,
    namespace: serviceAccount.namespace,
    serviceAccount: serviceAccount.name,
    ...(own === undefined ? { roleARN: role } : { roleRef: { from: { name: objectName(own) } } }),
    ...(targetRole !== undefined && { targetRoleARN: targetRole }),
    ...(withoutSessionTags && { disableSessionTags: true }),
    ...(policy !== undefined && { policy }),
    ...pairs("tags", tags),
  };
}

function tagList(tags: Tags): object {
  const list = sorted(tags).map(([key, value]) => ({ key, value }));
  return list.length === 0 ? {} : { tags: list };
}
