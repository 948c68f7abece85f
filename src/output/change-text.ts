import type { Piece, Styles } from "./line.ts";
import { isAwsManaged, policyName, roleRef, type PolicyArn, type RoleArn } from "../model/arn.ts";
import type {
  Change,
  CreateProvider,
  CreateServiceAccount,
  EditServiceAccount,
  EditProvider,
} from "../model/change.ts";
import type { CreateRole, EditRole } from "../model/role-change.ts";
import { TAG } from "../model/ownership-tags.ts";
import { podMakerKind } from "../model/workload-name.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { WorkloadRef } from "../model/kubernetes-objects.ts";
import type { DeleteStack } from "../model/stack-change.ts";
import { listOf, type PolicyDocument } from "../model/trust-policy/document.ts";
import { edited, isNotOwnership, pairEdit, pairRows, tagRows, type Attribute } from "./attributes.ts";
import { documentDiff, documentLines } from "./documents.ts";

/** One object of a plan, and what belongs below its line. */
export interface ChangeText {
  readonly kind: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly documents: readonly Piece[];
}

/** True if a change has policy documents that are only shown with `--show-documents`. */
export function hidesDocuments(change: Change, color: Styles): boolean {
  const [all, few] = [true, false].map((shown) => changeText(change, color, shown).documents.length);
  return all !== few;
}

/** How a change is shown in a plan; attachments and inline policies are shown with their role (see `plan-text`). */
export function changeText(change: Change, color: Styles, withDocuments: boolean): ChangeText {
  switch (change.kind) {
    case "create-provider":
      return { ...line("Provider", change.url), attributes: newProviderRows(change) };
    case "edit-provider":
      return { ...line("Provider", change.arn), attributes: providerEdits(change) };
    case "delete-provider":
      return line("Provider", change.arn);
    case "create-role":
      return {
        ...line("Role", roleRef(change.arn).name),
        attributes: newRoleRows(change),
        documents: withDocuments ? documentLines(change.trust) : [],
      };
    case "edit-role":
      return {
        ...line("Role", roleRef(change.arn).name),
        attributes: roleEdits(change),
        documents:
          change.trust === undefined ? [] : documentDiff(change.trust.before, change.trust.after, color),
      };
    case "delete-role":
      return line("Role", roleRef(change.arn).name);
    case "attach-policy":
      return onRole(change.role, ["+", "policy", policyText(change.policy)]);
    case "detach-policy":
      return onRole(change.role, ["-", "policy", policyText(change.policy)]);
    case "put-inline-policy":
      return {
        ...onRole(change.role, [
          change.before === undefined ? "+" : "~",
          "policy",
          `${change.name} (inline)`,
        ]),
        documents: inlineDocuments(change, color, withDocuments),
      };
    case "delete-inline-policy":
      return {
        ...onRole(change.role, ["-", "policy", `${change.name} (inline)`]),
        documents:
          withDocuments && change.before !== undefined ? documentDiff(change.before, undefined, color) : [],
      };
    case "leave-instance-profile":
      return onRole(change.role, ["-", "profile", `${change.profile} (instance profile)`]);
    case "create-namespace":
      return line("Namespace", change.namespace);
    case "create-service-account":
      return { ...serviceAccountLine(change), attributes: newServiceAccountRows(change) };
    case "edit-service-account":
      return { ...serviceAccountLine(change), attributes: serviceAccountEdits(change) };
    case "delete-service-account":
      return serviceAccountLine(change);
    case "bind-workload":
      return {
        ...workloadLine(change),
        attributes: [edited("ServiceAccount", change.before, change.serviceAccount.name)],
      };
    case "restart-workload":
      return { ...workloadLine(change), attributes: [["~", "restart", change.because]] };
    case "retain-stack":
      return {
        ...line("Stack", change.stack.name),
        attributes: [["+", "retain", `DeletionPolicy Retain on ${change.resources.join(", ")}`]],
        documents: withDocuments ? templateLines(change.template) : [],
      };
    case "delete-stack":
      return { ...line("Stack", change.stack.name), attributes: stackRows(change) };
    case "confirm-release":
      return onRole(change.role, [" ", "verify", "unchanged once the stack is deleted"]);
  }
}

function templateLines(template: string): string[] {
  return template.split("\n");
}

function serviceAccountLine({ serviceAccount }: { readonly serviceAccount: ServiceAccountRef }): ChangeText {
  return line("ServiceAccount", serviceAccountPath(serviceAccount));
}

function workloadLine({ workload }: { readonly workload: WorkloadRef }): ChangeText {
  return line(podMakerKind(workload.kind) ?? workload.kind, `${workload.namespace}/${workload.name}`);
}

function line(kind: string, name: string): ChangeText {
  return { kind, name, attributes: [], documents: [] };
}

function onRole(role: RoleArn, attribute: Attribute): ChangeText {
  return { ...line("Role", roleRef(role).name), attributes: [attribute] };
}

function newProviderRows({ clientIds, tags, thumbprints }: CreateProvider): Attribute[] {
  return [
    ["+", "audience", clientIds.join(", ")],
    ...tagRows(tags),
    ...(thumbprints.length > 0 ? [["+", "thumbprint", thumbprints.join(", ")] as const] : []),
  ];
}

function newServiceAccountRows({ annotations, labels }: CreateServiceAccount): Attribute[] {
  return [...pairRows("annotation", annotations), ...pairRows("label", labels)];
}

function newRoleRows({ arn, trust, boundary, maxSessionSeconds, tags }: CreateRole): Attribute[] {
  const { path } = roleRef(arn);
  return [
    ...trustRows(trust),
    ...(path === "/" ? [] : [["+", "path", path] as const]),
    ...(boundary === undefined ? [] : [["+", "boundary", boundary] as const]),
    ...(maxSessionSeconds === undefined ? [] : [["+", "max session", `${maxSessionSeconds} s`] as const]),
    ...tagRows(tags),
  ];
}

function trustRows(trust: PolicyDocument): Attribute[] {
  return listOf(trust.Statement).map(({ Condition }) => {
    const pinned = Object.entries(Condition?.["StringEquals"] ?? {});
    const value = (suffix: string): string => String(pinned.find(([key]) => key.endsWith(suffix))?.[1] ?? "");
    return ["+", "trusts", `${value(":sub")}, audience ${value(":aud")}`];
  });
}

function stackRows({ resources, isProtected }: DeleteStack): Attribute[] {
  return [
    ...(isProtected ? [["-", "protection", "termination protection"] as const] : []),
    ...resources.map(
      ({ type, physicalId }) => [" ", "keeps", `${type.replace("AWS::IAM::", "")} ${physicalId}`] as const,
    ),
  ];
}

function roleEdits(edit: EditRole): Attribute[] {
  const { trust, boundary, maxSessionSeconds, setTags = {}, tagsBefore, unsetTags = [] } = edit;
  return [
    ...(trust === undefined ? [] : [["~", "trust policy", ""] as const]),
    ...(boundary === undefined ? [] : [edited("boundary", boundary.before, boundary.after)]),
    ...(maxSessionSeconds === undefined
      ? []
      : [edited("max session", `${maxSessionSeconds.before} s`, `${maxSessionSeconds.after} s`)]),
    ...tagRows(setTags, tagsBefore),
    ...(TAG.managedBy in setTags
      ? [["+", "tags", `ownership tags (${setTags[TAG.origin] ?? ""})`] as const]
      : []),
    ...(TAG.releasing in setTags
      ? [["+", "tag", `${TAG.releasing} (records the role as it is now)`] as const]
      : []),
    ...unsetTags.filter(isNotOwnership).map((key) => ["-", "tag", key] as const),
    ...(unsetTags.some((key) => key === TAG.managedBy) ? [["-", "tags", "ownership tags"] as const] : []),
  ];
}

function providerEdits({ addClientIds, setTags, tagsBefore, thumbprints }: EditProvider): Attribute[] {
  return [
    ...addClientIds.map((id) => ["+", "audience", id] as const),
    ...tagRows(setTags, tagsBefore),
    ...(thumbprints === undefined ? [] : [["~", "thumbprint", thumbprints.join(", ")] as const]),
  ];
}

function serviceAccountEdits(edit: EditServiceAccount): Attribute[] {
  const { setAnnotations, setLabels, unsetLabels = [], unsetAnnotations = [], before } = edit;
  const set = (kind: string, pairs: Readonly<Record<string, string>>): Attribute[] =>
    Object.entries(pairs).map(([key, value]) => pairEdit(kind, key, before[key], value));
  const unset = (kind: string, keys: readonly string[]): Attribute[] =>
    keys.map((key) => pairEdit(kind, key, before[key], undefined));
  return [
    ...set("label", setLabels),
    ...set("annotation", setAnnotations),
    ...unset("label", unsetLabels),
    ...unset("annotation", unsetAnnotations),
  ];
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
