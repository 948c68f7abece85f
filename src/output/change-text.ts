import type { ChalkInstance } from "chalk";
import { isAwsManaged, policyName, roleRef, type PolicyArn } from "../model/arn.ts";
import type { Change, CreateRole, EditAccount, EditProvider, EditRole } from "../model/change.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { OUR_NAME } from "../model/marks.ts";
import { listOf, type PolicyDocument } from "../model/trust-policy/document.ts";
import { documentDiff, documentLines } from "./documents.ts";

/** What a change is called while it is being done and when it is done. */
export function stepLabel(change: Change): { readonly doing: string; readonly done: string } {
  switch (change.kind) {
    case "create-provider":
      return { doing: "registering the identity provider", done: "identity provider registered" };
    case "edit-provider":
      return { doing: "changing the identity provider", done: "identity provider changed" };
    case "create-role":
      return { doing: "creating the role", done: "role created" };
    case "edit-role":
      return { doing: "changing the role", done: "role changed" };
    case "attach-policy":
      return {
        doing: `attaching ${policyName(change.policy)}`,
        done: `${policyName(change.policy)} attached`,
      };
    case "put-inline-policy":
      return { doing: "writing the inline policy", done: "inline policy written" };
    case "create-namespace":
      return { doing: "creating the namespace", done: "namespace created" };
    case "create-account":
      return { doing: "creating the ServiceAccount", done: "ServiceAccount created" };
    case "edit-account":
      return { doing: "annotating the ServiceAccount", done: "ServiceAccount annotated" };
  }
}

/** One line of a plan, and what belongs below it. */
export interface ChangeText {
  readonly sign: "+" | "~";
  readonly kind: string;
  readonly name: string;
  readonly details: readonly (readonly [string, string])[];
  readonly documents: readonly string[];
}

/** How a change stands in a plan; attachments and inline policies are told with their role (see `plan-text`). */
export function changeText(change: Change, colour: ChalkInstance, withDocuments: boolean): ChangeText {
  switch (change.kind) {
    case "create-provider":
      return {
        ...line("+", "provider", change.url),
        details: [
          ["audience", change.clientIds.join(", ")],
          ...tagRows(change.tags),
          ...(change.thumbprints.length > 0 ? [["thumbprint", change.thumbprints.join(", ")] as const] : []),
        ],
      };
    case "edit-provider":
      return { ...line("~", "provider", change.arn), details: providerEdits(change) };
    case "create-role":
      return {
        ...line("+", "role", roleRef(change.arn).name),
        details: newRoleRows(change),
        documents: withDocuments ? documentLines(change.trust) : [],
      };
    case "edit-role":
      return {
        ...line("~", "role", roleRef(change.arn).name),
        details: roleEdits(change),
        documents:
          change.trust === undefined ? [] : documentDiff(change.trust.before, change.trust.after, colour),
      };
    case "attach-policy":
      return {
        ...line("~", "role", roleRef(change.role).name),
        details: [["may", policyText(change.policy)]],
      };
    case "put-inline-policy":
      return {
        ...line("~", "role", roleRef(change.role).name),
        details: [["may", `inline policy '${change.name}'`]],
        documents: inlineDocuments(change, colour, withDocuments),
      };
    case "create-namespace":
      return line("+", "namespace", change.namespace);
    case "create-account":
      return {
        ...line("+", "account", `${change.account.namespace}/${change.account.name}`),
        details: pairRows(change.annotations, change.labels),
      };
    case "edit-account":
      return {
        ...line("~", "account", `${change.account.namespace}/${change.account.name}`),
        details: accountEdits(change),
      };
  }
}

function line(sign: "+" | "~", kind: string, name: string): ChangeText {
  return { sign, kind, name, details: [], documents: [] };
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

function roleEdits({ trust, boundary, maxSessionSeconds, setTags }: EditRole): (readonly [string, string])[] {
  return [
    ...(trust === undefined ? [] : [["trust policy", "changes:"] as const]),
    ...(boundary === undefined ? [] : [["boundary", arrow(boundary.before, boundary.after)] as const]),
    ...(maxSessionSeconds === undefined
      ? []
      : [["session", arrow(`${maxSessionSeconds.before} s`, `${maxSessionSeconds.after} s`)] as const]),
    ...tagRows(setTags ?? {}),
  ];
}

function providerEdits({ addClientIds, setTags, thumbprints }: EditProvider): (readonly [string, string])[] {
  return [
    ...addClientIds.map((id) => ["audience", `+ ${id}`] as const),
    ...tagRows(setTags),
    ...(thumbprints === undefined ? [] : [["thumbprint", thumbprints.join(", ")] as const]),
  ];
}

function accountEdits({ setAnnotations, setLabels, before }: EditAccount): (readonly [string, string])[] {
  return Object.entries({ ...setLabels, ...setAnnotations }).map(([key, value]) => [
    shortKey(key),
    arrow(before[key], value),
  ]);
}

/** Labels and annotations of a new account, less our own marks. */
function pairRows(...groups: readonly Readonly<Record<string, string>>[]): (readonly [string, string])[] {
  return groups.flatMap((pairs) =>
    Object.entries(pairs)
      .filter(([key, value]) => !key.startsWith("irsa/") && value !== OUR_NAME)
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
    .filter(([key]) => !key.startsWith("irsa/"))
    .map(([key, value]) => ["tag", `${key}=${value}`] as const);
}

function policyText(policy: PolicyArn): string {
  return isAwsManaged(policy) ? `${policyName(policy)} (AWS managed)` : policyName(policy);
}

function inlineDocuments(
  change: Extract<Change, { kind: "put-inline-policy" }>,
  colour: ChalkInstance,
  withDocuments: boolean,
): string[] {
  if (change.before !== undefined) return documentDiff(change.before, change.after, colour);
  return withDocuments ? documentLines(change.after) : [];
}

function arrow(before: string | undefined, after: string): string {
  return `${before ?? "none"} → ${after}`;
}
