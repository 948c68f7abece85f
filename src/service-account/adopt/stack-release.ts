import type { Change } from "../../model/change.ts";
import { digestOf } from "../../model/digest.ts";
import type { FailureCode } from "../../model/failure-codes.ts";
import { Failure } from "../../model/failure.ts";
import { changedParts, snapshotTag, type RoleSnapshot } from "../../model/role-snapshot.ts";
import type { Role } from "../../model/iam-objects.ts";
import { TAG } from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { canBeUpdated, isTorn } from "../../model/stack.ts";
import {
  readTemplate,
  retainsAll,
  withRetainedResources,
  type StackTemplate,
} from "../../model/stack-template.ts";
import {
  EKSCTL_ASSOCIATION_TAG,
  EKSCTL_CLUSTER_TAG,
  EKSCTL_SERVICE_ACCOUNT_TAG,
  eksctlTagsAgainst,
} from "../role/eksctl-tags.ts";
import { stackNames, type ObservedAdoption, type ObservedStack } from "./observe.ts";
import { isEksctls, ownershipOf } from "../role/ownership.ts";

/** How a role is released from the stack that created it. */
export interface Release {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** The stack that goes, by name. */
  readonly stack: string | undefined;
  /** What the role is before; `undefined` where that was noted by an earlier run, or nothing is to go. */
  readonly before: RoleSnapshot | undefined;
}

/** A role, and policies attached to it. Source: eksctl, pkg/cfn/builder (IAM service accounts). */
const ROLE_TYPE = "AWS::IAM::Role";
const POLICY_TYPES = new Set(["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"]);
/** The longest template that CloudFormation takes in a call. Source: "AWS CloudFormation quotas". */
const LONGEST_TEMPLATE = 51_200;
const IAM_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"];

/**
 * Plans how the stack goes and everything that it made stays; pure. Inline policies are resources of their own: each
 * must be retained, or the role would lose them.
 * @throws Failure `not-eksctls`, `stack-foreign`, `stack-holds-more`, `stack-template`, `stack-state`
 */
export function planRelease(ref: ServiceAccountRef, role: Role, observed: ObservedAdoption): Release {
  const { stack: found, snapshot, cluster } = observed;
  if (!isEksctls(role.tags)) throw notEksctls(role);
  if (found === undefined || snapshot === undefined)
    return released(role, stackNames(role, cluster, ref)[0], ownershipOf(role, cluster, ref).kind === "ours");
  checkIdentity(ref, found, observed);
  checkResources(role, found);
  const template = checkedTemplate(found);
  const isRetained = retainsAll(template);
  checkState(found, isRetained);
  const { stack, resources } = found;
  const target = { stack: { name: stack.name, id: stack.id }, role: role.arn };
  const retain: Change = {
    kind: "retain-stack",
    ...target,
    resources: Object.keys(template.resources),
    template: isRetained ? "" : withRetainedResources(found.template ?? ""),
    parameters: stack.parameters,
    capabilities: [...new Set([...stack.capabilities, ...IAM_CAPABILITIES])],
    observed: digestOf(found.template),
  };
  const { isProtected } = stack;
  const mark = role.tags[TAG.releasing];
  // What a stack that is going was noted with stands; before that, what there is now counts.
  const stands = mark !== undefined && stack.status.startsWith("DELETE_");
  const noted = stands ? { before: mark } : { before: snapshotTag(snapshot), snapshot };
  return {
    changes: [
      ...(isRetained ? [] : [retain]),
      { kind: "delete-stack", ...target, resources, isProtected, ...noted },
      { kind: "confirm-release", role: role.arn, ...noted },
    ],
    notes: [RELEASE_NOTE, ...(stands || mark === undefined ? [] : changedSince(mark, snapshot, role))],
    stack: stack.name,
    before: stands ? undefined : snapshot,
  };
}

const RELEASE_NOTE: Note = {
  level: "info",
  code: "stack-release",
  message:
    "only the CloudFormation stack is deleted: before that, every resource of it gets DeletionPolicy Retain, and irsa verifies this. The role and its policies are kept unchanged and pods are not affected; eksctl no longer manages the ServiceAccount",
};

/** No stack is left: an earlier run may have been ended before it compared. */
function released(role: Role, name: string, isOurs: boolean): Release {
  const mark = role.tags[TAG.releasing];
  if (mark !== undefined) {
    const confirm = { kind: "confirm-release", role: role.arn, before: mark } as const;
    return { changes: [confirm], notes: [], stack: undefined, before: undefined };
  }
  const message = `stack ${name} not found: nothing to release`;
  const notes: Note[] = isOurs ? [] : [{ level: "info", code: "no-stack", message }];
  return { changes: [], notes, stack: undefined, before: undefined };
}

function changedSince(mark: string, snapshot: RoleSnapshot, { name }: Role): Note[] {
  const changed = changedParts(mark, snapshot);
  if (changed.length === 0) return [];
  const message = `changed since an earlier run started to release role ${name}, current values are used: ${changed.join(", ")}`;
  return [{ level: "warning", code: "changed-since", message }];
}

/** The stack is the one that eksctl made for this ServiceAccount of this cluster, by its name and by its tags. */
function checkIdentity(
  ref: ServiceAccountRef,
  { stack }: ObservedStack,
  { cluster }: ObservedAdoption,
): void {
  const against = eksctlTagsAgainst(stack.tags, cluster, ref);
  const usual = stackNames({ tags: { [EKSCTL_ASSOCIATION_TAG]: "" } }, cluster, ref);
  const name = usual.includes(stack.name)
    ? []
    : [["name used by eksctl", usual[isForAssociation(stack) ? 0 : 1] ?? usual[0]] as const];
  const own = isForAssociation(stack) ? EKSCTL_ASSOCIATION_TAG : EKSCTL_SERVICE_ACCOUNT_TAG;
  const lacking = [EKSCTL_CLUSTER_TAG, own].filter((key) => !(key in stack.tags));
  const facts = [...name, ...against, ...lacking.map((key) => ["missing tag", key] as const)];
  if (facts.length === 0) return;
  throw refusal(
    "stack-foreign",
    `stack ${stack.name} was not created by eksctl for ${serviceAccountPath(ref)}`,
    facts,
  );
}

function isForAssociation({ tags }: ObservedStack["stack"]): boolean {
  return EKSCTL_ASSOCIATION_TAG in tags;
}

/** One role, the ServiceAccount's, and policies: any other resource would be released too, and be managed by nothing. */
function checkResources(role: Role, { stack, resources }: ObservedStack): void {
  const roles = resources.filter(({ type }) => type === ROLE_TYPE);
  const [only] = roles;
  const beyond = resources.filter(({ type }) => type !== ROLE_TYPE && !POLICY_TYPES.has(type));
  if (roles.length === 1 && only?.physicalId === role.name && beyond.length === 0) return;
  const facts = [...roles.filter(({ physicalId }) => physicalId !== role.name), ...beyond].map(
    ({ type, physicalId }) => [type, physicalId] as const,
  );
  const message = `stack ${stack.name} has resources other than role '${role.name}' and its policies`;
  throw refusal("stack-holds-more", message, [["role", role.arn], ...facts]);
}

function checkedTemplate({ stack, template: text = "" }: ObservedStack): StackTemplate {
  const template = readTemplate(text);
  if (template === undefined)
    throw refusal(
      "stack-template",
      `the template of stack ${stack.name} is not JSON, as eksctl writes it`,
      [],
    );
  if (template.isTransformed)
    throw refusal(
      "stack-template",
      `the template of stack ${stack.name} has transforms or external references, unlike eksctl's`,
      [],
    );
  const beyond = Object.entries(template.resources).filter(
    ([, { type }]) => type !== ROLE_TYPE && !POLICY_TYPES.has(type),
  );
  if (beyond.length > 0) {
    const message = `the template of stack ${stack.name} has resources other than a role and its policies`;
    throw refusal(
      "stack-holds-more",
      message,
      beyond.map(([id, { type }]) => [type, id] as const),
    );
  }
  const size = Buffer.byteLength(withRetainedResources(text));
  if (size > LONGEST_TEMPLATE) {
    const message = `the template of stack ${stack.name} would have ${size} bytes; CloudFormation allows ${LONGEST_TEMPLATE} per request`;
    throw refusal("stack-template", message, []);
  }
  return template;
}

function checkState({ stack }: ObservedStack, isRetained: boolean): void {
  const { name, status, reason } = stack;
  if (canBeUpdated(stack) && !(isRetained && isTorn(stack))) return;
  if (isRetained && /^DELETE_(IN_PROGRESS|FAILED)$/.test(status)) return;
  const facts = [
    ["state", status],
    ...(reason === undefined ? [] : [["CloudFormation says", reason] as const]),
  ] as const;
  const message = isRetained
    ? `stack ${name} can't be deleted in its current state`
    : `stack ${name} can't be updated to retain its resources in its current state`;
  throw refusal("stack-state", message, facts);
}

function refusal(code: FailureCode, message: string, facts: readonly (readonly [string, string])[]): Failure {
  return new Failure("refused", code, message, {
    facts,
    advice: "Without --release-stacks, the ServiceAccount is adopted and the stack is kept",
  });
}

function notEksctls({ name, arn }: Role): Failure {
  return new Failure("refused", "not-eksctls", `role '${name}' was not created by an eksctl stack`, {
    facts: [["role", arn]],
    advice: "Omit --release-stacks",
  });
}
