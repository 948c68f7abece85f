import type { ClusterRef, PolicyArn, ProviderArn, RoleArn } from "../model/arn.ts";
import type { InlinePolicies, Tags } from "../model/iam-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** The kinds of resources, in an order in which each needs only those before it. */
export const RESOURCE_KINDS = [
  "provider",
  "role",
  "association",
  "namespace",
  "serviceAccount",
] as const satisfies readonly Resource["kind"][];

/** A kind of resource. */
export type ResourceKind = Resource["kind"];

/** A resource of any kind. */
export type Resource =
  | ProviderResource
  | RoleResource
  | AssociationResource
  | NamespaceResource
  | ServiceAccountResource;

/**
 * What an engine is to keep, as values without a language: of one cluster, in an order in which each resource needs only
 * those before it.
 */
export interface ExportModel {
  readonly cluster: ClusterRef;
  readonly issuer: string;
  readonly resources: readonly Resource[];
  /** True if all of it exists, and the engine is to import it as it is. */
  readonly isLive: boolean;
}

/** The IAM OIDC identity provider of the cluster. */
export interface ProviderResource {
  readonly kind: "provider";
  readonly arn: ProviderArn;
  readonly url: string;
  readonly clientIds: readonly string[];
  /** Empty where IAM evaluates the issuer's certificate by its own trusted authorities. */
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** An IAM role, with all that is attached to it. */
export interface RoleResource {
  readonly kind: "role";
  readonly arn: RoleArn;
  readonly name: string;
  readonly path: string;
  readonly trust: PolicyDocument;
  /** Empty where there is none. */
  readonly description: string;
  readonly maxSessionSeconds: number;
  readonly boundary?: PolicyArn;
  readonly policies: readonly PolicyArn[];
  readonly inline: InlinePolicies;
  readonly tags: Tags;
}

/** An EKS Pod Identity association. */
export interface AssociationResource {
  readonly kind: "association";
  /** What EKS calls it, where it exists. */
  readonly existing?: { readonly id: string; readonly arn: string };
  readonly serviceAccount: ServiceAccountRef;
  /** Of a role of the model, or of one that is used as it is. */
  readonly role: string;
  readonly targetRole?: string;
  readonly withoutSessionTags: boolean;
  /** The session policy, verbatim. */
  readonly policy?: string;
  readonly tags: Tags;
}

/** A namespace of a ServiceAccount. */
export interface NamespaceResource {
  readonly kind: "namespace";
  readonly name: string;
}

/** A ServiceAccount, with the annotations that give its pods a role by IRSA. */
export interface ServiceAccountResource {
  readonly kind: "serviceAccount";
  readonly serviceAccount: ServiceAccountRef;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The resources of one kind. */
export function resourcesOf<Kind extends ResourceKind>(
  { resources }: Pick<ExportModel, "resources">,
  kind: Kind,
): readonly Extract<Resource, { readonly kind: Kind }>[] {
  return resources.filter(
    (resource): resource is Extract<Resource, { readonly kind: Kind }> => resource.kind === kind,
  );
}

/** The model's own role of an ARN; `undefined` for one that is used as it is. */
export function roleOf(model: Pick<ExportModel, "resources">, arn: string): RoleResource | undefined {
  return resourcesOf(model, "role").find((role) => role.arn === arn);
}
