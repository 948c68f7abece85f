import { jsonText } from "../../output/json.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { Engine } from "../engine.ts";
import {
  attachmentIdentifier,
  identifierOf,
  inlineIdentifier,
  kebabCase,
  type Identifier,
} from "../identifier.ts";
import { coreManifests, manifestsText, pairs, type Manifest } from "../manifest.ts";
import {
  resourcesOf,
  roleOf,
  type AssociationResource,
  type ExportModel,
  type ProviderResource,
  type RoleResource,
} from "../model.ts";
import { nameOf } from "../texts.ts";

/** Where Crossplane's own charts install it; only administrators should be able to write there. */
const NAMESPACE = "crossplane-system";

/**
 * Namespaced managed resources of Crossplane's providers for IAM and EKS (Crossplane 2); what exists is adopted by its
 * external name. Source: provider-upjet-aws, API reference (iam.aws.m.upbound.io, eks.aws.m.upbound.io) and external names.
 */
export const crossplane: Engine = {
  label: "Crossplane",
  kinds: ["provider", "role", "association", "namespace", "serviceAccount"],
  // What the API server is given, it changes.
  changesExisting: ["namespace", "serviceAccount"],
  resourceNamespace: NAMESPACE,
  cannot: (model) =>
    resourcesOf(model, "association")
      .filter(({ policy }) => policy !== undefined)
      .map((one) => `${nameOf(one)}: the session policy of its Pod Identity association`),
  write: (model, namespace = NAMESPACE) =>
    manifestsText([...managed(model).map((one) => manifest(one, model, namespace)), ...coreManifests(model)]),
};

const IAM = "iam.aws.m.upbound.io/v1beta1";
const EKS = "eks.aws.m.upbound.io/v1beta1";

/** A managed resource. */
interface Managed {
  readonly apiVersion: typeof IAM | typeof EKS;
  readonly kind: string;
  readonly identifier: Identifier;
  /** What it is called in AWS, if that is chosen; by default, it would be the object's name. */
  readonly chosen?: string;
  /** By what it is found where it exists, if AWS chooses it. */
  readonly found?: string | undefined;
  readonly forProvider: object;
}

/** `*` without `Delete`: an object that is deleted keeps what was there before it. */
const KEEPING = { managementPolicies: ["Observe", "Create", "Update", "LateInitialize"] };

function manifest(one: Managed, { isLive }: ExportModel, namespace: string): Manifest {
  const { apiVersion, kind, identifier, chosen, found, forProvider } = one;
  const external = chosen ?? (isLive ? found : undefined);
  return {
    apiVersion,
    kind,
    metadata: {
      namespace,
      name: kebabCase(identifier),
      ...(external !== undefined && { annotations: { "crossplane.io/external-name": external } }),
    },
    spec: { ...(isLive && KEEPING), forProvider },
  };
}

function managed(model: ExportModel): readonly Managed[] {
  return [
    ...resourcesOf(model, "provider").map(providerOf),
    ...resourcesOf(model, "role").flatMap((role) => [
      managedRole(role),
      ...role.policies.map((policy) => attachmentOf(role, policy)),
      ...Object.entries(role.inline).map(([name, document]) => inlineOf(role, name, document)),
    ]),
    ...resourcesOf(model, "association").map((one) => associationOf(one, model)),
  ];
}

function providerOf(provider: ProviderResource): Managed {
  const { arn, url, clientIds, thumbprints, tags } = provider;
  const thumbprintList = thumbprints.length > 0 ? { thumbprintList: thumbprints } : {};
  return {
    apiVersion: IAM,
    kind: "OpenIDConnectProvider",
    identifier: identifierOf(provider),
    found: arn,
    forProvider: { url, clientIdList: clientIds, ...thumbprintList, ...pairs("tags", tags) },
  };
}

function managedRole(role: RoleResource): Managed {
  return {
    apiVersion: IAM,
    kind: "Role",
    identifier: identifierOf(role),
    chosen: role.name,
    forProvider: {
      ...(role.path !== "/" && { path: role.path }),
      ...(role.description !== "" && { description: role.description }),
      assumeRolePolicy: jsonText(role.trust, 0),
      maxSessionDuration: role.maxSessionSeconds,
      ...(role.boundary !== undefined && { permissionsBoundary: role.boundary }),
      ...pairs("tags", role.tags),
    },
  };
}

function attachmentOf(role: RoleResource, policyArn: string): Managed {
  return {
    apiVersion: IAM,
    kind: "RolePolicyAttachment",
    identifier: attachmentIdentifier(role, policyArn),
    found: `${role.name}/${policyArn}`,
    forProvider: { roleRef: referenceTo(role), policyArn },
  };
}

function inlineOf(role: RoleResource, name: string, document: PolicyDocument): Managed {
  return {
    apiVersion: IAM,
    kind: "RolePolicy",
    identifier: inlineIdentifier(role, name),
    chosen: name,
    forProvider: { roleRef: referenceTo(role), policy: jsonText(document, 0) },
  };
}

function associationOf(association: AssociationResource, model: ExportModel): Managed {
  const { existing, serviceAccount, role, targetRole, withoutSessionTags, tags } = association;
  const own = roleOf(model, role);
  return {
    apiVersion: EKS,
    kind: "PodIdentityAssociation",
    identifier: identifierOf(association),
    found: existing?.id,
    forProvider: {
      region: model.cluster.region,
      clusterName: model.cluster.name,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      ...(own === undefined ? { roleArn: role } : { roleArnRef: referenceTo(own) }),
      ...(targetRole !== undefined && { targetRoleArn: targetRole }),
      ...(withoutSessionTags && { disableSessionTags: true }),
      ...pairs("tags", tags),
    },
  };
}

/** By the object's name: Crossplane waits for the role. */
function referenceTo(role: RoleResource): object {
  return { name: kebabCase(identifierOf(role)) };
}
