import { isAwsManaged, policyName, roleRef, type PolicyArn } from "./arn.ts";
import { isNotOwnership, pairEdit, pairRows, tagRows, type Attribute, type Sign } from "./attributes.ts";
import { TAG } from "./ownership-tags.ts";
import type { CreateProvider, EditProvider } from "./provider-change.ts";
import { createdSettings, editedSettings } from "./shown-settings.ts";
import type { CreateRole, EditRole, PutInlinePolicy } from "./role-change.ts";
import type { CreateServiceAccount, EditServiceAccount } from "./service-account-change.ts";
import type { DeleteStack, RetainStack } from "./stack-change.ts";
import { listOf, type PolicyDocument, type Statement } from "./trust-policy/document.ts";
import { serviceAccountPath } from "./service-account-ref.ts";
import { taggedServiceAccount } from "./trust-policy/pod-identity-grant.ts";
import { isObject } from "./trust-policy/shape.ts";

/** Audiences, tags and thumbprints of a new provider. */
export function newProviderAttributes({ clientIds, tags, thumbprints }: CreateProvider): Attribute[] {
  return [
    ["+", "audience", clientIds.join(", ")],
    ...tagRows(tags),
    ...(thumbprints.length > 0 ? [["+", "thumbprint", thumbprints.join(", ")] as const] : []),
  ];
}

/** What an edit adds to a provider. */
export function providerEdits({ addClientIds, setTags, tagsBefore, thumbprints }: EditProvider): Attribute[] {
  return [
    ...addClientIds.map((id) => ["+", "audience", id] as const),
    ...tagRows(setTags, tagsBefore),
    ...(thumbprints === undefined ? [] : [["~", "thumbprint", thumbprints.join(", ")] as const]),
  ];
}

/** What a new role is, but for its policies. */
export function newRoleAttributes(role: CreateRole): Attribute[] {
  const { path } = roleRef(role.arn);
  return [
    ...trustRows(role.trust),
    ...(path === "/" ? [] : [["+", "path", path] as const]),
    ...createdSettings(role),
    ...tagRows(role.tags),
  ];
}

function trustRows(trust: PolicyDocument): Attribute[] {
  return listOf(trust.Statement).map(({ Condition, Principal }) => {
    if (isObject(Principal) && "Service" in Principal) return ["+", "trusts", podsText(Condition)];
    if (isObject(Principal) && typeof Principal["AWS"] === "string")
      return ["+", "trusts", targetText(Principal["AWS"], Condition)];
    const pinned = Object.entries(Condition?.["StringEquals"] ?? {});
    const value = (suffix: string): string => String(pinned.find(([key]) => key.endsWith(suffix))?.[1] ?? "");
    return ["+", "trusts", `${value(":sub")}, audience ${value(":aud")}`];
  });
}

/** Whose pods EKS may assume the role for. */
function podsText(condition: Statement["Condition"]): string {
  const pinned = condition?.["StringEquals"] ?? {};
  const cluster = String(pinned["aws:SourceArn"] ?? "");
  const named = taggedServiceAccount({ Condition: condition ?? {} });
  const who = named === undefined ? "every associated ServiceAccount" : serviceAccountPath(named);
  return `EKS Pod Identity for ${who} of ${cluster.slice(cluster.lastIndexOf("/") + 1)}`;
}

/** Who assumes a target role, and for whose pods. */
function targetText(firstRole: string, condition: Statement["Condition"]): string {
  const named = taggedServiceAccount({ Condition: condition ?? {} });
  const id = String(condition?.["StringEquals"]?.["sts:ExternalId"] ?? "");
  return `${firstRole} for ${named === undefined ? `external ID ${id}` : serviceAccountPath(named)}`;
}

/** What an edit changes of a role. */
export function roleEdits(edit: EditRole): Attribute[] {
  const { trust, setTags = {}, tagsBefore, unsetTags = [] } = edit;
  return [
    ...(trust === undefined ? [] : [["~", "trust policy", ""] as const]),
    ...editedSettings(edit),
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

/** A managed policy that is attached or detached. */
export function policyAttribute(sign: Sign, policy: PolicyArn): Attribute {
  return [sign, "policy", isAwsManaged(policy) ? `${policyName(policy)} (AWS managed)` : policyName(policy)];
}

/** A new inline policy, or one in the place of another. */
export function inlineSign({ before }: PutInlinePolicy): Sign {
  return before === undefined ? "+" : "~";
}

/** Annotations and labels of a new ServiceAccount. */
export function newServiceAccountAttributes({ annotations, labels }: CreateServiceAccount): Attribute[] {
  return [...pairRows("annotation", annotations), ...pairRows("label", labels)];
}

/** Labels and annotations that are set, replaced or removed. */
export function serviceAccountEdits(edit: EditServiceAccount): Attribute[] {
  const { setAnnotations, setLabels, unsetLabels = [], unsetAnnotations = [], before } = edit;
  const { labels, annotations } = before;
  return [
    ...Object.entries(setLabels).map(([key, value]) => pairEdit("label", key, labels[key], value)),
    ...Object.entries(setAnnotations).map(([key, value]) =>
      pairEdit("annotation", key, annotations[key], value),
    ),
    ...unsetLabels.map((key) => pairEdit("label", key, labels[key], undefined)),
    ...unsetAnnotations.map((key) => pairEdit("annotation", key, annotations[key], undefined)),
  ];
}

/** What an update of a stack's template changes, and what CloudFormation is told to keep. */
export function retainedAttributes({ resources, parameters, capabilities }: RetainStack): Attribute[] {
  return [
    ...resources.map((id) => ["~", "resource", `${id}: DeletionPolicy Retain`] as const),
    ...(parameters.length === 0
      ? []
      : [[" ", "parameters", `${parameters.join(", ")} (previous values)`] as const]),
    ...(capabilities.length === 0 ? [] : [[" ", "capabilities", capabilities.join(", ")] as const]),
  ];
}

/** What is deleted with a stack, and what is retained. */
export function stackAttributes({ resources, isProtected }: DeleteStack): Attribute[] {
  return [
    ...(isProtected ? [["-", "protection", "termination protection"] as const] : []),
    ["-", "delete", "the CloudFormation stack, none of its resources"],
    ...resources.map(
      ({ type, physicalId }) =>
        [
          " ",
          "retain",
          `${type.replace("AWS::IAM::", "")} ${physicalId}, unchanged (DeletionPolicy Retain)`,
        ] as const,
    ),
  ];
}
