import { randomUUID } from "node:crypto";
import { AwsError, maybeText, text, type Parameters } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { tagsIn } from "../iam/tags.ts";
import { cut } from "../paging.ts";
import type { AwsAccountState, StackState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { makeResources, outputsOf, removeResources } from "./resources.ts";
import { parseTemplate, properties, substance } from "./template.ts";

/**
 * Stacks of roles and their policies, which are done with immediately. Source: CloudFormation API Reference, the operations
 * named.
 */
export const STACK_OPERATIONS: Operations = {
  CreateStack: create,

  DescribeStacks({ awsAccount, parameters, region }) {
    const name = maybeText(parameters, "StackName");
    const all = Object.values(awsAccount.stacks).filter((one) => one.region === region && !isDeleted(one));
    const found = name === undefined ? all : [stackOf({ awsAccount, parameters, region })];
    return { Stacks: found.map(stackResult) };
  },

  ListStacks({ awsAccount, parameters, region }) {
    const { StackStatusFilter: wanted } = parameters;
    const stacks = stacksOf(awsAccount, region).filter(
      ({ status }) => !Array.isArray(wanted) || wanted.includes(status),
    );
    const page = cut(stacks, maybeText(parameters, "NextToken"), STACKS_IN_PAGE);
    return { StackSummaries: page.items.map(summary), NextToken: page.next };
  },

  DescribeStackResources(context) {
    const { id, name, resources, status, created } = stackOf(context);
    return {
      StackResources: resources.map(({ logicalId, type, physicalId }) => ({
        StackName: name,
        StackId: id,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        Timestamp: new Date(created),
        ResourceStatus: isDeleted({ status }) ? "DELETE_SKIPPED" : status,
      })),
    };
  },

  GetTemplate(context) {
    return { TemplateBody: stackOf(context).template };
  },

  UpdateStack(context) {
    const { parameters } = context;
    const stack = stackOf(context);
    const template = text(parameters, "TemplateBody");
    requireIamCapability(parameters);
    const [before, after] = [parseTemplate(stack.template), parseTemplate(template)];
    if (substance(before) === substance(after)) throw validation("No updates are to be performed.");
    if (properties(before) !== properties(after))
      throw validation("updates that change resources are not emulated");
    stack.template = template;
    stack.outputs = outputsOf(context, stack);
    stack.status = "UPDATE_COMPLETE";
    return { StackId: stack.id };
  },

  UpdateTerminationProtection(context) {
    const stack = stackOf(context);
    stack.isProtected = context.parameters["EnableTerminationProtection"] === "true";
    return { StackId: stack.id };
  },

  DeleteStack(context) {
    const stack = maybeStack(context);
    if (stack === undefined || isDeleted(stack)) return undefined;
    if (stack.isProtected) {
      throw validation(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    }
    removeResources(context, stack);
    stack.status = "DELETE_COMPLETE";
    return undefined;
  },
};

function create(context: OperationContext): Result {
  const { awsAccount, parameters, region, now } = context;
  const name = text(parameters, "StackName");
  if (maybeStack(context) !== undefined)
    throw new AwsError(400, "AlreadyExistsException", `Stack [${name}] already exists`);
  requireIamCapability(parameters);
  const id = `arn:${awsAccount.partition}:cloudformation:${region}:${awsAccount.awsAccount}:stack/${name}/${randomUUID()}`;
  const stack = {
    id,
    name,
    region,
    created: now.toISOString(),
    status: "CREATE_COMPLETE",
    template: text(parameters, "TemplateBody"),
    tags: tagsIn(parameters),
    parameters: valuesIn(parameters),
    capabilities: capabilitiesIn(parameters),
    isProtected: parameters["EnableTerminationProtection"] === "true",
  };
  const made = { ...stack, resources: makeResources({ context, stack }) };
  awsAccount.stacks[id] = { ...made, outputs: outputsOf(context, made) };
  return { StackId: id };
}

/** Source: CloudFormation API Reference, ListStacks. */
const STACKS_IN_PAGE = 100;

type Asked = Pick<OperationContext, "awsAccount" | "parameters" | "region">;

function stackOf(context: Asked): StackState {
  const found = maybeStack(context);
  if (found !== undefined) return found;
  throw validation(`Stack with id ${text(context.parameters, "StackName")} does not exist`);
}

/** By id, or by name unless it is deleted. */
function maybeStack({ awsAccount, parameters, region }: Asked): StackState | undefined {
  const name = text(parameters, "StackName");
  return stacksOf(awsAccount, region).find(
    (one) => one.id === name || (one.name === name && !isDeleted(one)),
  );
}

function stacksOf({ stacks }: AwsAccountState, region: string): StackState[] {
  return Object.values(stacks).filter((one) => one.region === region);
}

function isDeleted({ status }: Pick<StackState, "status">): boolean {
  return status === "DELETE_COMPLETE";
}

function summary(stack: StackState): Result {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.created),
    StackStatus: stack.status,
  };
}

function stackResult(stack: StackState): Result {
  return {
    ...summary(stack),
    Capabilities: stack.capabilities,
    EnableTerminationProtection: stack.isProtected,
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    Outputs: (stack.outputs ?? []).map(({ key, value, description }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
    })),
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
}

/** Every stack that is emulated has IAM resources. */
function requireIamCapability(parameters: Parameters): void {
  if (capabilitiesIn(parameters).some((one) => /^CAPABILITY_(NAMED_)?IAM$/.test(one))) return;
  throw new AwsError(400, "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]");
}

function capabilitiesIn({ Capabilities: list }: Parameters): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function valuesIn({ Parameters: list }: Parameters): Record<string, string> {
  const given = (Array.isArray(list) ? list : []) as readonly Parameters[];
  return Object.fromEntries(given.map((one) => [text(one, "ParameterKey"), text(one, "ParameterValue")]));
}

function validation(message: string): AwsError {
  return new AwsError(400, "ValidationError", message);
}
