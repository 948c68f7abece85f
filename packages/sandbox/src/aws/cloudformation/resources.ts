import { randomBytes } from "node:crypto";
import { AwsError, type Parameters } from "../exchange.ts";
import { IAM_OPERATIONS } from "../iam/operations.ts";
import type { OperationContext } from "../operation.ts";
import { at, type StackOutput, type StackResourceState, type StackState } from "../state.ts";
import { parseTemplate, resolved, type Scope, type TemplateResource } from "./template.ts";

/** A stack that is being made. */
export interface Making {
  readonly context: OperationContext;
  readonly stack: Omit<StackState, "resources">;
}

type Properties = Readonly<Record<string, unknown>>;

/** The IAM calls behind a resource of a type: to make it, and to delete it. */
interface ResourceType {
  readonly make: (making: Making, id: string, properties: Properties) => { physicalId: string; arn?: string };
  readonly remove: (context: OperationContext, resource: StackResourceState, properties: Properties) => void;
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::IAM::Role": { make: makeRole, remove: removeRole },
  "AWS::IAM::Policy": {
    make({ context }, id, { PolicyName, PolicyDocument, Roles }) {
      for (const RoleName of listed(Roles))
        iam(context, "PutRolePolicy", {
          RoleName,
          PolicyName,
          PolicyDocument: JSON.stringify(PolicyDocument),
        });
      return { physicalId: `${id.slice(0, 4)}-${suffix()}` };
    },
    remove(context, _, { PolicyName, Roles }) {
      for (const RoleName of listed(Roles)) iam(context, "DeleteRolePolicy", { RoleName, PolicyName });
    },
  },
};

/** Makes a template's resources, each after those that it refers to. @throws AwsError for types that are not emulated */
export function makeResources(making: Making): readonly StackResourceState[] {
  const { Resources } = parseTemplate(making.stack.template);
  const scope = scopeOf(making);
  const ordered = Object.entries(Resources).toSorted(
    ([, one], [, other]) => rank(one.Type) - rank(other.Type),
  );
  return ordered.map(([logicalId, { Type: type, Properties = {} }]) => {
    const { make } = typeOf(type);
    const { physicalId, arn } = make(making, logicalId, resolved(Properties, scope) as Properties);
    scope.refs.set(logicalId, physicalId);
    if (arn !== undefined) scope.attributes.set(`${logicalId}.Arn`, arn);
    return { logicalId, type, physicalId };
  });
}

/**
 * The values of the template's outputs. A value of a resource that is gone stays as it was.
 * @throws AwsError for a reference to nothing
 */
export function outputsOf(context: OperationContext, stack: StackState): readonly StackOutput[] {
  const { Outputs = {} } = parseTemplate(stack.template);
  const scope = scopeOf({ context, stack });
  for (const { logicalId, physicalId } of stack.resources) {
    scope.refs.set(logicalId, physicalId);
    const arn = at(context.awsAccount.roles, physicalId.toLowerCase())?.arn;
    if (arn !== undefined) scope.attributes.set(`${logicalId}.Arn`, arn);
  }
  const known = new Map((stack.outputs ?? []).map((one) => [one.key, one]));
  const isGone = ({ logicalId, type }: StackResourceState) =>
    type === "AWS::IAM::Role" && !scope.attributes.has(`${logicalId}.Arn`);
  if (stack.resources.some(isGone)) return [...known.values()];
  return Object.entries(Outputs).map(([key, { Value, Description: description }]) => ({
    key,
    value: String(resolved(Value, scope)),
    description,
  }));
}

/** Deletes what the template does not retain: policies before the role that they are attached to. */
export function removeResources(context: OperationContext, stack: StackState): void {
  const { Resources } = parseTemplate(stack.template);
  const scope = scopeOf({ context, stack });
  for (const { logicalId, physicalId } of stack.resources) scope.refs.set(logicalId, physicalId);
  for (const resource of stack.resources.toReversed()) {
    const { Properties = {}, DeletionPolicy } = Resources[resource.logicalId] ?? ({} as TemplateResource);
    if (DeletionPolicy === "Retain") continue;
    typeOf(resource.type).remove(context, resource, resolved(Properties, scope) as Properties);
  }
}

function scopeOf({ context: { awsAccount }, stack }: Making) {
  const refs = new Map([
    ["AWS::StackName", stack.name],
    ["AWS::StackId", stack.id],
    ["AWS::Region", stack.region],
    ["AWS::AccountId", awsAccount.awsAccount],
    ["AWS::Partition", awsAccount.partition],
    ...Object.entries(stack.parameters),
  ]);
  return { refs, attributes: new Map<string, string>() } satisfies Scope;
}

/** Roles first: policies refer to them. */
function rank(type: string): number {
  return type === "AWS::IAM::Role" ? 0 : 1;
}

function typeOf(type: string): ResourceType {
  const known = TYPES[type];
  if (known !== undefined) return known;
  throw new AwsError(400, "ValidationError", `Template format error: ${type} is not emulated`);
}

function makeRole(making: Making, id: string, properties: Properties) {
  const { context, stack } = making;
  const {
    RoleName: name,
    AssumeRolePolicyDocument: trust,
    ManagedPolicyArns,
    Policies,
    Tags,
    ...rest
  } = properties;
  const RoleName =
    typeof name === "string" ? name : `${stack.name.slice(0, 62 - id.length - 12)}-${id}-${suffix()}`;
  const given = Object.entries({ ...rest }).map(([key, value]) => [key, String(value)]);
  const answer = iam(context, "CreateRole", {
    ...(Object.fromEntries(given) as Parameters),
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify(trust),
    Tags: [...tagsOf(stack.tags), ...((Tags ?? []) as Parameters[])],
  });
  for (const PolicyArn of listed(ManagedPolicyArns))
    iam(context, "AttachRolePolicy", { RoleName, PolicyArn });
  for (const { PolicyName, PolicyDocument } of (Policies ?? []) as {
    PolicyName: string;
    PolicyDocument: object;
  }[])
    iam(context, "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) });
  const { Arn: arn = "" } = (answer?.["Role"] ?? {}) as { readonly Arn?: string };
  return { physicalId: RoleName, arn };
}

function removeRole(
  context: OperationContext,
  { physicalId: RoleName }: StackResourceState,
  properties: Properties,
) {
  const { ManagedPolicyArns, Policies } = properties;
  for (const PolicyArn of listed(ManagedPolicyArns))
    iam(context, "DetachRolePolicy", { RoleName, PolicyArn });
  for (const { PolicyName } of (Policies ?? []) as { PolicyName: string }[])
    iam(context, "DeleteRolePolicy", { RoleName, PolicyName });
  iam(context, "DeleteRole", { RoleName });
}

/** CloudFormation gives a stack's tags to what can be tagged. */
function tagsOf(tags: StackState["tags"]): Parameters[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function iam(context: OperationContext, action: string, parameters: object) {
  return IAM_OPERATIONS[action]?.({ ...context, parameters: parameters as Parameters });
}

function listed(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function suffix(): string {
  return randomBytes(6).toString("hex").toUpperCase();
}
