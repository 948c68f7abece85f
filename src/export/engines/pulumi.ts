import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { Engine } from "../engine.ts";
import {
  attachmentIdentifier,
  identifierOf,
  inlineIdentifier,
  kebabCase,
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
  type RoleResource,
  type ServiceAccountResource,
} from "../model.ts";
import { Code, typeScript, variablesIn, type TypeScript } from "../typescript.ts";

/**
 * A program in TypeScript for Pulumi; what exists is imported by the resource option `import`.
 * Source: Pulumi Registry, aws 7 (iam, eks) and kubernetes 4 (core/v1), "import", "retainOnDelete", "ignoreChanges".
 */
export const pulumi: Engine = {
  label: "Pulumi",
  kinds: ["provider", "role", "association", "namespace", "serviceAccount"],
  cannot: () => [],
  write: (model) => {
    const all = resources(model);
    const used = new Set(all.flatMap(({ inputs, options = {} }) => variablesIn([inputs, options])));
    return `${imports(all)}\n${all.map((one) => statement(one, used, model)).join("\n\n")}\n`;
  },
};

/** A resource of a package. */
interface PulumiResource {
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly identifier: Identifier;
  readonly inputs: Fields;
  /** Options, beside those of an import. */
  readonly options?: Fields;
  /** What it is imported by. */
  readonly id: string | undefined;
}

type Fields = Readonly<Record<string, TypeScript>>;

const TYPES = {
  provider: "aws.iam.OpenIdConnectProvider",
  role: "aws.iam.Role",
  attachment: "aws.iam.RolePolicyAttachment",
  inline: "aws.iam.RolePolicy",
  association: "aws.eks.PodIdentityAssociation",
  namespace: "kubernetes.core.v1.Namespace",
  serviceAccount: "kubernetes.core.v1.ServiceAccount",
} as const;

function imports(all: readonly PulumiResource[]): string {
  const used = ["aws", "kubernetes"].filter((name) => all.some(({ type }) => type.startsWith(`${name}.`)));
  return used.map((name) => `import * as ${name} from "@pulumi/${name}";\n`).join("");
}

/** @param used the variables that others refer to */
function statement(one: PulumiResource, used: ReadonlySet<string>, { isLive }: ExportModel): string {
  const { type, identifier, inputs, id } = one;
  const name = snakeCase(identifier);
  const imported: Fields = isLive && id !== undefined ? { import: id, retainOnDelete: true } : {};
  const options = { ...one.options, ...imported };
  const parts = [kebabCase(identifier), inputs, ...(Object.keys(options).length > 0 ? [options] : [])];
  return `${used.has(name) ? `const ${name} = ` : ""}new ${type}(${parts.map((part) => typeScript(part)).join(", ")});`;
}

function resources(model: ExportModel): readonly PulumiResource[] {
  return [
    ...resourcesOf(model, "provider").map(providerOf),
    ...resourcesOf(model, "role").flatMap((role) => [
      pulumiRole(role, model),
      ...role.policies.map((policy) => attachmentOf(role, policy)),
      ...Object.entries(role.inline).map(([name, document]) => inlineOf(role, name, document)),
    ]),
    ...resourcesOf(model, "association").map((one) => associationOf(one, model)),
    ...resourcesOf(model, "namespace").map(namespaceOf),
    ...resourcesOf(model, "serviceAccount").map((one) => serviceAccountOf(one, model)),
  ];
}

function providerOf(provider: ProviderResource): PulumiResource {
  const { arn, url, clientIds, thumbprints, tags } = provider;
  return {
    type: TYPES.provider,
    identifier: identifierOf(provider),
    inputs: {
      url,
      clientIdLists: clientIds,
      ...(thumbprints.length > 0 && { thumbprintLists: thumbprints }),
      ...some("tags", tags),
    },
    id: arn,
  };
}

function pulumiRole(role: RoleResource, model: ExportModel): PulumiResource {
  const { name, path, trust, description, maxSessionSeconds, boundary, tags } = role;
  const needed = resourcesOf(model, "provider").filter(({ arn }) => JSON.stringify(trust).includes(arn));
  return {
    type: TYPES.role,
    identifier: identifierOf(role),
    inputs: {
      name,
      ...(path !== "/" && { path }),
      ...(description !== "" && { description }),
      assumeRolePolicy: documentOf(trust),
      maxSessionDuration: maxSessionSeconds,
      ...(boundary !== undefined && { permissionsBoundary: boundary }),
      ...some("tags", tags),
    },
    ...(needed.length > 0 && { options: { dependsOn: needed.map((one) => variable(identifierOf(one))) } }),
    id: name,
  };
}

function attachmentOf(role: RoleResource, policyArn: string): PulumiResource {
  return {
    type: TYPES.attachment,
    identifier: attachmentIdentifier(role, policyArn),
    inputs: { role: variable(identifierOf(role), "name"), policyArn },
    id: `${role.name}/${policyArn}`,
  };
}

function inlineOf(role: RoleResource, name: string, document: PolicyDocument): PulumiResource {
  return {
    type: TYPES.inline,
    identifier: inlineIdentifier(role, name),
    inputs: { role: variable(identifierOf(role), "name"), name, policy: documentOf(document) },
    id: `${role.name}:${name}`,
  };
}

function associationOf(association: AssociationResource, model: ExportModel): PulumiResource {
  const { existing, serviceAccount, role, targetRole, withoutSessionTags, policy, tags } = association;
  const own = roleOf(model, role);
  return {
    type: TYPES.association,
    identifier: identifierOf(association),
    inputs: {
      clusterName: model.cluster.name,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      roleArn: own === undefined ? role : variable(identifierOf(own), "arn"),
      ...(targetRole !== undefined && { targetRoleArn: targetRole }),
      ...(withoutSessionTags && { disableSessionTags: true }),
      ...(policy !== undefined && { policy }),
      ...some("tags", tags),
    },
    id: existing && `${model.cluster.name},${existing.id}`,
  };
}

function namespaceOf(namespace: NamespaceResource): PulumiResource {
  const { name } = namespace;
  return {
    type: TYPES.namespace,
    identifier: identifierOf(namespace),
    inputs: { metadata: { name } },
    options: { ignoreChanges: ["metadata.labels", "metadata.annotations", "spec"] },
    id: name,
  };
}

function serviceAccountOf(resource: ServiceAccountResource, model: ExportModel): PulumiResource {
  const { serviceAccount, labels, annotations } = resource;
  const { namespace, name } = serviceAccount;
  const own = resourcesOf(model, "namespace").filter((one) => one.name === namespace);
  return {
    type: TYPES.serviceAccount,
    identifier: identifierOf(resource),
    inputs: {
      metadata: { namespace, name, ...some("labels", labels), ...some("annotations", annotations) },
    },
    options: {
      ...(own.length > 0 && { dependsOn: own.map((one) => variable(identifierOf(one))) }),
      // What irsa says nothing of.
      ignoreChanges: ["automountServiceAccountToken", "imagePullSecrets", "secrets"],
    },
    id: serviceAccountPath(serviceAccount),
  };
}

function variable(identifier: Identifier, ...property: readonly string[]): Code {
  return Code.reference(snakeCase(identifier), ...property);
}

function some(name: string, entries: Readonly<Record<string, string>>): Fields {
  return Object.keys(entries).length === 0 ? {} : { [name]: entries };
}

/** A document as a value, whose differences can be read in a commit. */
function documentOf(document: PolicyDocument): Code {
  return Code.json(JSON.parse(JSON.stringify(document)));
}
