import type { Piece, Styles } from "./line.ts";
import { isAwsManaged, policyName, roleRef, type PolicyArn, type RoleArn } from "../model/arn.ts";
import type { Change, EditServiceAccount, EditProvider } from "../model/change.ts";
import type { CreateRole, EditRole } from "../model/role-change.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { OUR_NAME, TAG } from "../model/ownership-tags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { WorkloadRef } from "../model/kubernetes-objects.ts";
import type { DeleteStack } from "../model/stack-change.ts";
import { listOf, type PolicyDocument } from "../model/trust-policy/document.ts";
import { documentDiff, documentLines } from "./documents.ts";

/** One line of a plan, and what belongs below it. */
export interface ChangeText {
  readonly kind: string;
  readonly name: string;
  readonly details: readonly (readonly [string, string])[];
  readonly documents: readonly Piece[];
}

/** True if a change has policy documents that are shown only where that is asked for. */
export function hidesDocuments(change: Change, color: Styles): boolean {
  const [all, few] = [true, false].map((shown) => changeText(change, color, shown).documents.length);
  return all !== few;
}

/** How a change stands in a plan; attachments and inline policies are told with their role (see `plan-text`). */
export function changeText(change: Change, color: Styles, withDocuments: boolean): ChangeText {
  switch (change.kind) {
    case "create-provider":
      return {
        ...line("provider", change.url),
        details: [
          ["audience", change.clientIds.join(", ")],
          ...tagRows(change.tags),
          ...(change.thumbprints.length > 0 ? [["thumbprint", change.thumbprints.join(", ")] as const] : []),
        ],
      };
    case "edit-provider":
      return { ...line("provider", change.arn), details: providerEdits(change) };
    case "delete-provider":
      return line("provider", change.arn);
    case "create-role":
      return {
        ...line("role", roleRef(change.arn).name),
        details: newRoleRows(change),
        documents: withDocuments ? documentLines(change.trust) : [],
      };
    case "edit-role":
      return {
        ...line("role", roleRef(change.arn).name),
        details: roleEdits(change),
        documents:
          change.trust === undefined ? [] : documentDiff(change.trust.before, change.trust.after, color),
      };
    case "delete-role":
      return line("role", roleRef(change.arn).name);
    case "attach-policy":
      return onRole(change.role, ["may", policyText(change.policy)]);
    case "detach-policy":
      return onRole(change.role, ["no longer", policyText(change.policy)]);
    case "put-inline-policy":
      return {
        ...onRole(change.role, ["may", `inline policy '${change.name}'`]),
        documents: inlineDocuments(change, color, withDocuments),
      };
    case "delete-inline-policy":
      return {
        ...onRole(change.role, ["no longer", `inline policy '${change.name}'`]),
        documents:
          withDocuments && change.before !== undefined ? documentDiff(change.before, undefined, color) : [],
      };
    case "leave-instance-profile":
      return onRole(change.role, ["no longer", `in the instance profile ${change.profile}`]);
    case "create-namespace":
      return line("namespace", change.namespace);
    case "create-service-account":
      return { ...serviceAccountLine(change), details: pairRows(change.annotations, change.labels) };
    case "edit-service-account":
      return { ...serviceAccountLine(change), details: serviceAccountEdits(change) };
    case "delete-service-account":
      return serviceAccountLine(change);
    case "bind-workload":
      return {
        ...workloadLine(change),
        details: [["ServiceAccount", arrow(change.before, change.serviceAccount.name)]],
      };
    case "restart-workload":
      return { ...workloadLine(change), details: [["restart", change.because]] };
    case "retain-stack":
      return {
        ...line("stack", change.stack.name),
        details: [["first", `DeletionPolicy Retain on ${change.resources.join(", ")}, and read back`]],
        documents: withDocuments ? templateLines(change.template) : [],
      };
    case "delete-stack":
      return { ...line("stack", change.stack.name), details: stackRows(change) };
    case "confirm-release":
      return onRole(change.role, ["then", "compared with what is noted, once the stack is gone"]);
  }
}

function templateLines(template: string): string[] {
  return template.split("\n");
}

function serviceAccountLine({ serviceAccount }: { readonly serviceAccount: ServiceAccountRef }): ChangeText {
  return line("ServiceAccount", serviceAccountPath(serviceAccount));
}

function workloadLine({ workload }: { readonly workload: WorkloadRef }): ChangeText {
  return line(workload.kind, `${workload.namespace}/${workload.name}`);
}

function line(kind: string, name: string): ChangeText {
  return { kind, name, details: [], documents: [] };
}

function onRole(role: RoleArn, detail: readonly [string, string]): ChangeText {
  return { ...line("role", roleRef(role).name), details: [detail] };
}

function newRoleRows({
  arn,
  trust,
  boundary,
  maxSessionSeconds,
  tags,
}: CreateRole): (readonly [string, string])[] {
  const { path } = roleRef(arn);
  return [
    ...trustRows(trust),
    ...(path === "/" ? [] : [["path", path] as const]),
    ...(boundary === undefined ? [] : [["boundary", boundary] as const]),
    ...(maxSessionSeconds === undefined ? [] : [["session", `${maxSessionSeconds} s`] as const]),
    ...tagRows(tags),
  ];
}

function trustRows(trust: PolicyDocument): (readonly [string, string])[] {
  return listOf(trust.Statement).map(({ Condition }) => {
    const pinned = Object.entries(Condition?.["StringEquals"] ?? {});
    const value = (suffix: string): string => String(pinned.find(([key]) => key.endsWith(suffix))?.[1] ?? "");
    return ["trusted by", `${value(":sub")}, audience ${value(":aud")}`] as const;
  });
}

function stackRows({ resources, isProtected }: DeleteStack): (readonly [string, string])[] {
  return [
    ...(isProtected ? [["lifted", "its termination protection"] as const] : []),
    ...resources.map(
      ({ type, physicalId }) =>
        ["stays", `${type.replace("AWS::IAM::", "").toLowerCase()} ${physicalId}`] as const,
    ),
  ];
}

function roleEdits(edit: EditRole): (readonly [string, string])[] {
  const { trust, boundary, maxSessionSeconds, setTags = {}, unsetTags = [] } = edit;
  return [
    ...(trust === undefined ? [] : [["trust policy", "changes:"] as const]),
    ...(boundary === undefined ? [] : [["boundary", arrow(boundary.before, boundary.after)] as const]),
    ...(maxSessionSeconds === undefined
      ? []
      : [["session", arrow(`${maxSessionSeconds.before} s`, `${maxSessionSeconds.after} s`)] as const]),
    ...tagRows(setTags),
    ...(TAG.managedBy in setTags ? [["marks", `irsa's tags: ${setTags[TAG.origin] ?? ""}`] as const] : []),
    ...(TAG.releasing in setTags ? [["noted", "what it is and has now"] as const] : []),
    ...unsetTags.filter(isNoMark).map((key) => ["tag", `no longer ${key}`] as const),
    ...(unsetTags.some((key) => key === TAG.managedBy) ? [["marks", "irsa's tags go"] as const] : []),
  ];
}

function providerEdits({ addClientIds, setTags, thumbprints }: EditProvider): (readonly [string, string])[] {
  return [
    ...addClientIds.map((id) => ["audience", `+ ${id}`] as const),
    ...tagRows(setTags),
    ...(thumbprints === undefined ? [] : [["thumbprint", thumbprints.join(", ")] as const]),
  ];
}

function serviceAccountEdits(edit: EditServiceAccount): (readonly [string, string])[] {
  const { setAnnotations, setLabels, unsetLabels = [], unsetAnnotations = [], before } = edit;
  return [
    ...Object.entries({ ...setLabels, ...setAnnotations }).map(
      ([key, value]) => [shortKey(key), arrow(before[key], value)] as const,
    ),
    ...[...unsetLabels, ...unsetAnnotations].map(
      (key) => [shortKey(key), arrow(before[key], undefined)] as const,
    ),
  ];
}

/** Labels and annotations of a new ServiceAccount, less our own marks. */
function pairRows(...groups: readonly Readonly<Record<string, string>>[]): (readonly [string, string])[] {
  return groups.flatMap((pairs) =>
    Object.entries(pairs)
      .filter(([key, value]) => isNoMark(key) && value !== OUR_NAME)
      .map(([key, value]) => [shortKey(key), key === ROLE_ANNOTATION ? roleText(value) : value] as const),
  );
}

/** A role by its name, as it is called above in the same plan. */
function roleText(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function shortKey(key: string): string {
  return key === ROLE_ANNOTATION ? "role" : key;
}

/** Our own marks are not news to the reader; the user's tags are. */
function tagRows(tags: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(tags)
    .filter(([key]) => isNoMark(key))
    .map(([key, value]) => ["tag", `${key}=${value}`] as const);
}

function isNoMark(key: string): boolean {
  return !key.startsWith("irsa/");
}

function policyText(policy: PolicyArn): string {
  return isAwsManaged(policy) ? `${policyName(policy)} (AWS managed)` : policyName(policy);
}

function inlineDocuments(
  change: Extract<Change, { kind: "put-inline-policy" }>,
  color: Styles,
  withDocuments: boolean,
): Piece[] {
  if (change.before !== undefined) return documentDiff(change.before, change.after, color);
  return withDocuments ? documentLines(change.after) : [];
}

function arrow(before: string | undefined, after: string | undefined): string {
  return `${before ?? "none"} → ${after ?? "none"}`;
}
