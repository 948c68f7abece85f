import type { CloudFormationPort } from "../../src/aws/port.ts";
import { Failure } from "../../src/model/failure.ts";
import { isGone, type Stack, type StackResource } from "../../src/model/stack.ts";
import type { Effects, IamState } from "./iam.ts";
import { receipt } from "./iam-answers.ts";

/** A stack with its template and what it made. */
export interface StoredStack {
  readonly stack: Stack;
  /** JSON. */
  readonly template: string;
  readonly resources: readonly StackResource[];
}

interface FakeTemplate {
  readonly Resources: Readonly<Record<string, { readonly DeletionPolicy?: string }>>;
}

/**
 * CloudFormation in memory. What a template does not retain really goes with its stack: roles, and inline policies by
 * their physical ids `<role>|<policy>`.
 */
export function cloudFormationEffects(
  stacks: Map<string, StoredStack>,
  iam: IamState,
): Effects<CloudFormationPort> {
  const find = (key: string): StoredStack | undefined =>
    [...stacks.values()].find(
      ({ stack }) => stack.id === key || (stack.name === key && stack.status !== "DELETE_COMPLETE"),
    );
  const edit = (id: string, change: (found: StoredStack) => Partial<StoredStack>) => {
    const found = find(id);
    if (found === undefined) throw new Failure("refused", "gone", `there is no stack ${id}`);
    stacks.set(found.stack.id, { ...found, ...change(found) });
    return receipt();
  };
  return {
    getStack: (key) => find(key)?.stack,
    listStackResources: (id) => find(id)?.resources ?? [],
    getTemplate: (id) => find(id)?.template,
    setTemplate: ({ stackId, template, capabilities }) =>
      edit(stackId, ({ stack, template: before }) => {
        if (capabilities.length === 0)
          throw new Failure("failed", "aws-error", "Requires capabilities : [CAPABILITY_IAM]");
        if (substance(before) === substance(template))
          throw new Failure("refused", "not-updated", "No updates are to be performed.");
        return { template, stack: { ...stack, status: "UPDATE_COMPLETE" } };
      }),
    setTerminationProtection: (id, isProtected) =>
      edit(id, ({ stack }) => ({ stack: { ...stack, isProtected } })),
    // No error where there is none, or none any more. Source: CloudFormation API Reference, DeleteStack.
    deleteStack: (id) => {
      if (isGone(find(id)?.stack)) return receipt();
      return edit(id, (found) => {
        const { stack, resources } = found;
        if (stack.isProtected) throw new Failure("failed", "aws-error", "TerminationProtection is enabled");
        for (const resource of resources) if (!isRetained(found, resource)) take(resource, iam);
        return { stack: { ...stack, status: "DELETE_COMPLETE" } };
      });
    },
  };
}

function isRetained({ template }: StoredStack, { logicalId }: StackResource): boolean {
  return (JSON.parse(template) as FakeTemplate).Resources[logicalId]?.DeletionPolicy === "Retain";
}

/** Takes away what a stack made. */
function take({ type, physicalId }: StackResource, { roles }: IamState): void {
  const [role = "", policy = ""] = physicalId.split("|");
  const found = roles.get(role.toLowerCase());
  if (type === "AWS::IAM::Role") roles.delete(role.toLowerCase());
  else if (found !== undefined) {
    const { [policy]: _, ...inline } = found.inline;
    roles.set(role.toLowerCase(), { ...found, inline });
  }
}

function substance(template: string): string {
  return JSON.stringify(JSON.parse(template), (key, value: unknown) =>
    key === "DeletionPolicy" ? undefined : value,
  );
}

/** CloudFormation's answer to whoever lacks the permission for a method. */
export function cloudFormationDenies(method: keyof CloudFormationPort): Failure {
  return new Failure("denied", "access-denied", `not permitted: cloudformation:${method}`);
}
