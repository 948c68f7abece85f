import { jsonText } from "../../output/json.ts";
import { yamlText } from "../../output/yaml.ts";
import type { Tags } from "../../model/iam-objects.ts";
import type { Engine } from "../engine.ts";
import { identifierOf, pascalCase } from "../identifier.ts";
import {
  resourcesOf,
  roleOf,
  type AssociationResource,
  type ExportModel,
  type ProviderResource,
  type Resource,
  type RoleResource,
} from "../model.ts";
import { nameOf, textsIn } from "../texts.ts";

/** Source: AWS CloudFormation User Guide, "Understand CloudFormation quotas" (resources in a template; template body in S3). */
export const TEMPLATE_LIMIT = { resources: 500, bytes: 1_000_000 };

/** A template for one stack; what exists is imported by a change set of type IMPORT. */
export const cloudFormation: Engine = {
  label: "CloudFormation",
  kinds: ["provider", "role", "association"],
  cannot: (model) => [...tooMuch(model), ...model.resources.flatMap(notTaken)],
  write: (model) => yamlText(template(model), "1.1"),
  writeImports: (model) => `${jsonText(resourcesToImport(model), 2)}\n`,
};

function template(model: ExportModel): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `IAM roles of ServiceAccounts in EKS cluster ${model.cluster.name}`,
    Resources: templateResources(model),
  };
}

/**
 * The template's resources by their logical IDs.
 * @param logicalId by default, derived from what a resource is called in AWS
 */
export function templateResources(model: ExportModel, logicalId: LogicalIds = logicalIdOf) {
  const all = entries(model, logicalId).map(({ id, Type, ...entry }) => [id, { Type, ...entry }] as const);
  return Object.fromEntries(all);
}

/** The logical ID of a resource, by which CloudFormation knows it from one template to the next. */
export type LogicalIds = (resource: Resource) => string;

interface Entry {
  readonly id: string;
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: object;
}

const TYPES = {
  provider: "AWS::IAM::OIDCProvider",
  role: "AWS::IAM::Role",
  association: "AWS::EKS::PodIdentityAssociation",
} as const;

function entries(model: ExportModel, logicalId: LogicalIds): readonly Entry[] {
  // An import requires a DeletionPolicy.
  const retained = model.isLive ? { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } : {};
  const entry = (
    resource: Resource,
    kind: keyof typeof TYPES,
    Properties: object,
    more: object = {},
  ): Entry => ({
    id: logicalId(resource),
    Type: TYPES[kind],
    ...retained,
    ...more,
    Properties,
  });
  return [
    ...resourcesOf(model, "provider").map((one) => entry(one, "provider", providerProperties(one))),
    ...resourcesOf(model, "role").map((one) =>
      entry(one, "role", roleProperties(one), afterProvider(one, model, logicalId)),
    ),
    ...resourcesOf(model, "association").map((one) =>
      entry(one, "association", associationProperties(one, model, logicalId)),
    ),
  ];
}

function logicalIdOf(resource: Resource): string {
  return pascalCase(resource.kind, identifierOf(resource));
}

function providerProperties({ url, clientIds, thumbprints, tags }: ProviderResource): object {
  return {
    Url: url,
    ClientIdList: clientIds,
    ...(thumbprints.length > 0 && { ThumbprintList: thumbprints }),
    ...tagList(tags),
  };
}

function roleProperties(role: RoleResource): object {
  const inline = Object.entries(role.inline).map(([PolicyName, PolicyDocument]) => ({
    PolicyName,
    PolicyDocument,
  }));
  return {
    RoleName: role.name,
    ...(role.path !== "/" && { Path: role.path }),
    ...(role.description !== "" && { Description: role.description }),
    AssumeRolePolicyDocument: role.trust,
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.boundary !== undefined && { PermissionsBoundary: role.boundary }),
    ...(role.policies.length > 0 && { ManagedPolicyArns: role.policies }),
    ...(inline.length > 0 && { Policies: inline }),
    ...tagList(role.tags),
  };
}

/** Condition keys can't hold a reference: the provider is named by its ARN, and comes first. */
function afterProvider({ trust }: RoleResource, model: ExportModel, logicalId: LogicalIds): object {
  const text = JSON.stringify(trust);
  const needed = resourcesOf(model, "provider").filter(({ arn }) => text.includes(arn));
  return needed.length === 0 ? {} : { DependsOn: needed.map(logicalId) };
}

function associationProperties(
  association: AssociationResource,
  { cluster, resources }: ExportModel,
  logicalId: LogicalIds,
): object {
  const { serviceAccount, role, targetRole, withoutSessionTags, policy, tags } = association;
  const own = roleOf({ resources }, role);
  return {
    ClusterName: cluster.name,
    Namespace: serviceAccount.namespace,
    ServiceAccount: serviceAccount.name,
    RoleArn: own === undefined ? role : { "Fn::GetAtt": [logicalId(own), "Arn"] },
    ...(targetRole !== undefined && { TargetRoleArn: targetRole }),
    ...(withoutSessionTags && { DisableSessionTags: true }),
    ...(policy !== undefined && { Policy: policy }),
    ...tagList(tags),
  };
}

function tagList(tags: Tags): object {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? {} : { Tags: list };
}

function resourcesToImport(model: ExportModel): readonly object[] {
  const one = (resource: Resource, kind: keyof typeof TYPES, ResourceIdentifier: object): object => ({
    ResourceType: TYPES[kind],
    LogicalResourceId: logicalIdOf(resource),
    ResourceIdentifier,
  });
  return [
    ...resourcesOf(model, "provider").map((provider) => one(provider, "provider", { Arn: provider.arn })),
    ...resourcesOf(model, "role").map((role) => one(role, "role", { RoleName: role.name })),
    ...resourcesOf(model, "association").map((association) =>
      one(association, "association", { AssociationArn: association.existing?.arn }),
    ),
  ];
}

function tooMuch(model: ExportModel): readonly string[] {
  const count = model.resources.length;
  if (count > TEMPLATE_LIMIT.resources)
    return [
      `${count} resources, of which a template can have ${TEMPLATE_LIMIT.resources}: export parts of them with --include`,
    ];
  const bytes = Buffer.byteLength(yamlText(template(model), "1.1"));
  return bytes <= TEMPLATE_LIMIT.bytes
    ? []
    : [
        `a template of ${bytes} bytes, which can have at most ${TEMPLATE_LIMIT.bytes}: export parts of it with --include`,
      ];
}

/** What CloudFormation would read as an instruction of its own. */
function notTaken(resource: Resource): readonly string[] {
  const { keys, values } = textsIn(resource);
  const name = nameOf(resource);
  return [
    ...keys
      .filter((key) => key === "Ref" || key.startsWith("Fn::"))
      .map((key) => `${name}: the key '${key}', which CloudFormation takes for a function`),
    ...[...keys, ...values]
      .filter((value) => value.includes("{{resolve:"))
      .map(
        (value) => `${name}: ${JSON.stringify(value)}, which CloudFormation takes for a dynamic reference`,
      ),
  ];
}
