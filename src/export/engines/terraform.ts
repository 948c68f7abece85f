import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { jsonText } from "../../output/json.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { Engine } from "../engine.ts";
import { Expression, hclText, type Block, type Hcl } from "../hcl.ts";
import {
  attachmentIdentifier,
  identifierOf,
  inlineIdentifier,
  snakeCase,
  type Identifier,
} from "../identifier.ts";
import {
  resourcesOf,
  roleOf,
  type AssociationResource,
  type ExportModel,
  type NamespaceResource,
  type ProviderResource,
  type Resource,
  type RoleResource,
  type ServiceAccountResource,
} from "../model.ts";
import { nameOf, textsIn } from "../texts.ts";

/** A configuration for Terraform and OpenTofu; what exists is imported by `import` blocks. */
export const terraform: Engine = {
  label: "Terraform",
  kinds: ["provider", "role", "association", "namespace", "serviceAccount"],
  cannot: (model) => model.resources.flatMap(notNormalized),
  write: (model) =>
    hclText(resources(model).flatMap((one) => [resourceBlock(one), ...importBlock(one, model)])),
};

/**
 * A reader normalizes texts, and `jsonencode` also what it has written: of a sign that JSON has by its number, a combining mark
 * would join the last digit. Source: HCL Native Syntax Specification, "Strings".
 */
function notNormalized(resource: Resource): readonly string[] {
  const { keys, values } = textsIn(resource);
  return [...keys, ...values]
    .filter((text) => text !== text.normalize("NFC") || /[<>&\p{Cc}\p{Zl}\p{Zp}]\p{M}/u.test(text))
    .map(
      (text) =>
        `${nameOf(resource)}: ${jsonText(text, 0)}, which Terraform would change (Unicode normalization)`,
    );
}

/** A resource of a provider, and what it is imported by. */
interface TerraformResource {
  readonly type: string;
  readonly identifier: Identifier;
  readonly attributes: Readonly<Record<string, Hcl>>;
  readonly blocks?: readonly Block[];
  /** Absent where it can't be imported. */
  readonly id: string | undefined;
}

function resources(model: ExportModel): readonly TerraformResource[] {
  return [
    ...resourcesOf(model, "provider").map(providerResource),
    ...resourcesOf(model, "role").flatMap((role) => [
      roleResource(role, model),
      ...role.policies.map((policy) => attachmentResource(role, policy)),
      ...Object.entries(role.inline).map(([name, document]) => inlineResource(role, name, document)),
    ]),
    ...resourcesOf(model, "association").map((one) => associationResource(one, model)),
    ...resourcesOf(model, "namespace").map(namespaceResource),
    ...resourcesOf(model, "serviceAccount").map((one) => serviceAccountResource(one, model)),
  ];
}

function resourceBlock({ type, identifier, attributes, blocks = [] }: TerraformResource): Block {
  return { type: "resource", labels: [type, snakeCase(identifier)], attributes, blocks };
}

function importBlock({ type, identifier, id }: TerraformResource, { isLive }: ExportModel): readonly Block[] {
  if (!isLive || id === undefined) return [];
  const to = Expression.reference(type, snakeCase(identifier));
  return [{ type: "import", labels: [], attributes: { to, id } }];
}

function providerResource(provider: ProviderResource): TerraformResource {
  const { arn, url, clientIds, thumbprints, tags } = provider;
  return {
    type: PROVIDER,
    identifier: identifierOf(provider),
    attributes: {
      url,
      client_id_list: clientIds,
      ...(thumbprints.length > 0 && { thumbprint_list: thumbprints }),
      ...pairs("tags", tags),
    },
    id: arn,
  };
}

const PROVIDER = "aws_iam_openid_connect_provider";
const ROLE = "aws_iam_role";
const NAMESPACE = "kubernetes_namespace_v1";

function roleResource(role: RoleResource, model: ExportModel): TerraformResource {
  const { name, path, trust, description, maxSessionSeconds, boundary, tags } = role;
  const needed = resourcesOf(model, "provider").filter(({ arn }) => JSON.stringify(trust).includes(arn));
  return {
    type: ROLE,
    identifier: identifierOf(role),
    attributes: {
      name,
      ...(path !== "/" && { path }),
      ...(description !== "" && { description }),
      assume_role_policy: documentOf(trust),
      max_session_duration: maxSessionSeconds,
      ...(boundary !== undefined && { permissions_boundary: boundary }),
      ...pairs("tags", tags),
      ...(needed.length > 0 && {
        depends_on: needed.map((one) => Expression.reference(PROVIDER, snakeCase(identifierOf(one)))),
      }),
    },
    id: name,
  };
}

function attachmentResource(role: RoleResource, policyArn: string): TerraformResource {
  return {
    type: "aws_iam_role_policy_attachment",
    identifier: attachmentIdentifier(role, policyArn),
    attributes: { role: roleReference(role, "name"), policy_arn: policyArn },
    id: `${role.name}/${policyArn}`,
  };
}

function inlineResource(role: RoleResource, name: string, document: PolicyDocument): TerraformResource {
  return {
    type: "aws_iam_role_policy",
    identifier: inlineIdentifier(role, name),
    attributes: { role: roleReference(role, "name"), name, policy: documentOf(document) },
    id: `${role.name}:${name}`,
  };
}

function associationResource(association: AssociationResource, model: ExportModel): TerraformResource {
  const { existing, serviceAccount, role, targetRole, withoutSessionTags, policy, tags } = association;
  const own = roleOf(model, role);
  return {
    type: "aws_eks_pod_identity_association",
    identifier: identifierOf(association),
    attributes: {
      cluster_name: model.cluster.name,
      namespace: serviceAccount.namespace,
      service_account: serviceAccount.name,
      role_arn: own === undefined ? role : roleReference(own, "arn"),
      ...(targetRole !== undefined && { target_role_arn: targetRole }),
      ...(withoutSessionTags && { disable_session_tags: true }),
      ...(policy !== undefined && { policy }),
      ...pairs("tags", tags),
    },
    id: existing && `${model.cluster.name},${existing.id}`,
  };
}

function namespaceResource(namespace: NamespaceResource): TerraformResource {
  const { name } = namespace;
  return {
    type: NAMESPACE,
    identifier: identifierOf(namespace),
    attributes: {},
    blocks: [
      { type: "metadata", labels: [], attributes: { name } },
      ignoringChanges(
        Expression.reference("metadata[0]", "labels"),
        Expression.reference("metadata[0]", "annotations"),
      ),
    ],
    id: name,
  };
}

function serviceAccountResource(resource: ServiceAccountResource, model: ExportModel): TerraformResource {
  const { serviceAccount, labels, annotations } = resource;
  const { namespace, name } = serviceAccount;
  const own = resourcesOf(model, "namespace").find((one) => one.name === namespace);
  const metadata = {
    name,
    namespace:
      own === undefined
        ? namespace
        : Expression.reference(NAMESPACE, snakeCase(identifierOf(own)), "metadata[0]", "name"),
    ...pairs("labels", labels),
    ...pairs("annotations", annotations),
  };
  return {
    type: "kubernetes_service_account_v1",
    identifier: identifierOf(resource),
    attributes: {},
    blocks: [
      { type: "metadata", labels: [], attributes: metadata },
      ignoringChanges(
        Expression.reference("automount_service_account_token"),
        Expression.reference("image_pull_secret"),
        Expression.reference("secret"),
      ),
    ],
    id: serviceAccountPath(serviceAccount),
  };
}

/**
 * What irsa says nothing of, and the provider would set or remove: it reads a ServiceAccount without
 * `automountServiceAccountToken` as `false`, and sets `true` by default.
 */
function ignoringChanges(...attributes: readonly Expression[]): Block {
  return { type: "lifecycle", labels: [], attributes: { ignore_changes: attributes } };
}

function roleReference(role: RoleResource, attribute: "arn" | "name"): Expression {
  return Expression.reference(ROLE, snakeCase(identifierOf(role)), attribute);
}

function pairs(name: string, entries: Readonly<Record<string, string>>): Readonly<Record<string, Hcl>> {
  return Object.keys(entries).length === 0 ? {} : { [name]: entries };
}

/** A document as a value, whose differences can be read in a plan. */
function documentOf(document: PolicyDocument): Expression {
  return Expression.json(JSON.parse(JSON.stringify(document)) as Hcl);
}
