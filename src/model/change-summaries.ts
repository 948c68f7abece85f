import { policyName, roleRef } from "./arn.ts";
import { isNotOwnership } from "./attributes.ts";
import type { Progress } from "./change-kind-row.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "./kubernetes-objects.ts";
import { MANAGED_BY_LABEL, ORIGIN_ANNOTATION, OUR_NAME } from "./ownership-tags.ts";
import type { EditProvider } from "./provider-change.ts";
import { editedLabels } from "./shown-settings.ts";
import type { DeleteInlinePolicy, EditRole, PutInlinePolicy } from "./role-change.ts";
import type { EditServiceAccount } from "./service-account-change.ts";

/** What an edit changes of a provider. */
export function providerSummary({ addClientIds, setTags, thumbprints }: EditProvider): string {
  return [
    ...addClientIds.map((audience) => `+ audience ${audience}`),
    ...(Object.keys(setTags).length > 0 ? ["~ tags"] : []),
    ...(thumbprints === undefined ? [] : ["~ thumbprints"]),
  ].join(", ");
}

/** What an edit changes of a role. */
export function roleSummary(edit: EditRole): string {
  return `role ${roleRef(edit.arn).name}: ~ ${facets(edit).join(", ~ ")}`;
}

function facets(edit: EditRole): string[] {
  const { trust, setTags, unsetTags } = edit;
  const tags = [...Object.keys(setTags ?? {}), ...(unsetTags ?? [])];
  return [
    ...(trust === undefined ? [] : ["trust policy"]),
    ...editedLabels(edit),
    ...(setTags === undefined && unsetTags === undefined
      ? []
      : [tags.some(isNotOwnership) ? "tags" : "ownership tags"]),
  ];
}

/** The inline policy that irsa writes has the same name on every role. */
export function inlineName({ name }: PutInlinePolicy | DeleteInlinePolicy): string {
  return name === OUR_NAME ? "" : ` ${name}`;
}

/** An edit of a ServiceAccount, by what matters most in it. */
export function serviceAccountProgress({ setAnnotations }: EditServiceAccount): Progress {
  if (Object.keys(setAnnotations).join() === ORIGIN_ANNOTATION)
    return { doing: "labeling the ServiceAccount", done: "ServiceAccount labeled" };
  return ROLE_ANNOTATION in setAnnotations
    ? { doing: "annotating the ServiceAccount", done: "ServiceAccount annotated" }
    : { doing: "changing the ServiceAccount", done: "ServiceAccount changed" };
}

/** Which role its pods get and with which audience is told by its value, the rest by what it is. */
export function serviceAccountSummary(edit: EditServiceAccount): string {
  const { setAnnotations, setLabels, unsetAnnotations = [], unsetLabels = [] } = edit;
  const role = setAnnotations[ROLE_ANNOTATION];
  const audience = setAnnotations[AUDIENCE_ANNOTATION];
  const keys = [...Object.keys({ ...setLabels, ...setAnnotations }), ...unsetLabels, ...unsetAnnotations];
  const words = [
    ...(role === undefined ? [] : [`~ ServiceAccount role-arn ${policyName(role)}`]),
    ...(audience === undefined ? [] : [`~ ServiceAccount audience ${audience}`]),
    ...(unsetAnnotations.includes(ROLE_ANNOTATION) ? ["- ServiceAccount role-arn"] : []),
    ...(unsetAnnotations.includes(AUDIENCE_ANNOTATION) ? ["- ServiceAccount audience"] : []),
    ...(keys.every((key) => TOLD_KEYS.has(key)) ? [] : ["~ ServiceAccount metadata"]),
  ];
  return words.length > 0 ? words.join(", ") : "~ ServiceAccount ownership label";
}

const TOLD_KEYS: ReadonlySet<string> = new Set([
  ROLE_ANNOTATION,
  AUDIENCE_ANNOTATION,
  ORIGIN_ANNOTATION,
  MANAGED_BY_LABEL,
]);
