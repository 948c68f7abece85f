import type { ClusterRef } from "./arn.ts";
import { base32Digest } from "./digest.ts";
import type { Tags } from "./iam-objects.ts";
import type { ServiceAccount } from "./kubernetes-objects.ts";
import { parseServiceAccountPath, type ServiceAccountRef } from "./service-account-ref.ts";

/**
 * Our marks: how a later run knows what irsa made. They are AWS tags on roles and providers, a label and an
 * annotation on ServiceAccounts. Whoever may edit the object can forge them, so nothing is deleted on one alone.
 */
export const TAG = {
  managedBy: "irsa/managed-by",
  origin: "irsa/origin",
  clusterArn: "irsa/cluster-arn",
  namespace: "irsa/namespace",
  serviceAccount: "irsa/service-account",
  attached: "irsa/attached",
  /** The inline policies that irsa took over with the role; what it writes itself has one name. */
  inline: "irsa/inline",
  set: "irsa/set",
  /** What a role was before its CloudFormation stack is deleted (`holdingsMark`); it falls once that is confirmed. */
  releasing: "irsa/releasing",
} as const;

/** The tags that hold marks one beside the other: of what two mark at once, neither loses any (`mergeMarks`). */
export const MARK_TAGS = [TAG.attached, TAG.inline] as const;

/** Label on the ServiceAccounts that we created. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
/** Annotation on every ServiceAccount that we look after: `created` or `adopted`. */
export const ORIGIN_ANNOTATION = "irsa/account";
/** How our marks call us. */
export const OUR_NAME = "irsa";

/** Whether we made a thing or took it over. */
export type Origin = "created" | "adopted";

/** The tags of a role that belongs to one ServiceAccount of one cluster. */
export function roleOwnershipTags(
  cluster: ClusterRef,
  serviceAccount: ServiceAccountRef,
  origin: Origin,
  attached: readonly string[],
  inline: readonly string[] = [],
): Tags {
  return {
    [TAG.managedBy]: OUR_NAME,
    [TAG.origin]: origin,
    [TAG.clusterArn]: cluster.arn,
    [TAG.namespace]: serviceAccount.namespace,
    [TAG.serviceAccount]: serviceAccount.name,
    ...(attached.length > 0 && { [TAG.attached]: attachedTag(attached) }),
    ...(inline.length > 0 && { [TAG.inline]: inlineMarks(inline) }),
  };
}

/** The tags of a provider that we created. */
export function providerOwnershipTags(cluster: ClusterRef): Tags {
  return { [TAG.managedBy]: OUR_NAME, [TAG.clusterArn]: cluster.arn };
}

/** The ServiceAccount that irsa's marks on a role name; nothing where it has none. */
export function markedServiceAccount({ tags }: { readonly tags: Tags }): ServiceAccountRef | undefined {
  if (tags[TAG.managedBy] !== OUR_NAME) return undefined;
  const serviceAccount = parseServiceAccountPath(`${tags[TAG.namespace]}/${tags[TAG.serviceAccount]}`);
  return serviceAccount.ok ? serviceAccount.value : undefined;
}

/**
 * How a ServiceAccount came to be ours, by its annotation or its label; `undefined` if it is not. One that was taken
 * over stays so, whatever label it carries.
 */
export function serviceAccountOrigin({ labels, annotations }: ServiceAccount): Origin | undefined {
  if (annotations[ORIGIN_ANNOTATION] === "adopted") return "adopted";
  return labels[MANAGED_BY_LABEL] === OUR_NAME ? "created" : undefined;
}

/** The same where both label and annotation say so: irsa's label alone is anybody's to set. */
export function markedOrigin(serviceAccount: ServiceAccount): Origin | undefined {
  const origin = serviceAccountOrigin(serviceAccount);
  return serviceAccount.annotations[ORIGIN_ANNOTATION] === origin ? origin : undefined;
}

/** How an attachment of ours stands in the tag: 8 base32 characters of its ARN's SHA-256. */
export function attachmentHash(policyArn: string): string {
  return base32Digest(policyArn, 8);
}

/** How many marks a tag's 256 characters take. */
const MOST_MARKS = 28;

/** The value of the `irsa/inline` tag: marks as in `irsa/attached`, of names. What does not fit is not irsa's. */
function inlineMarks(names: readonly string[]): string {
  return joinMarks(names.toSorted().slice(0, MOST_MARKS).map(inlineMark));
}

/** How an inline policy that was taken over stands in the tag. */
export function inlineMark(name: string): string {
  return base32Digest(`inline policy ${name}`, 8);
}

/** True if the tag says that the inline policy of this name was taken over. */
export function marksInline(tag: string | undefined, name: string): boolean {
  return marksIn(tag).has(inlineMark(name));
}

/** The tag's value with these inline policies alone, of those marked before; `undefined` where none is left. */
export function onlyInline(tag: string | undefined, names: readonly string[]): string | undefined {
  const stay = new Set(names.map(inlineMark));
  return keptMarks(tag, (mark) => stay.has(mark));
}

/** The value of the `irsa/attached` tag: the marks of the attachments, sorted, separated by spaces. */
export function attachedTag(policyArns: readonly string[]): string {
  return joinMarks(policyArns.map(attachmentHash));
}

/** The tag's value with further attachments taken in; those marked before stay. */
export function withAttachments(tag: string | undefined, policyArns: readonly string[]): string {
  return joinMarks([...marksIn(tag), ...policyArns.map(attachmentHash)]);
}

/** The tag's value with attachments taken out; `undefined` where none is left. */
export function withoutAttachments(
  tag: string | undefined,
  policyArns: readonly string[],
): string | undefined {
  const gone = new Set(policyArns.map(attachmentHash));
  return keptMarks(tag, (mark) => !gone.has(mark));
}

/** The tag's value with these attachments alone, of those marked before; `undefined` where none is left. */
export function onlyAttachments(tag: string | undefined, policyArns: readonly string[]): string | undefined {
  const stay = new Set(policyArns.map(attachmentHash));
  return keptMarks(tag, (mark) => stay.has(mark));
}

function keptMarks(tag: string | undefined, keep: (mark: string) => boolean): string | undefined {
  return joinMarks([...marksIn(tag)].filter(keep)) || undefined;
}

/**
 * The tag's value after two have changed it at once: what either marked is marked, what either took out is not.
 * @param base what both started from
 */
export function mergeMarks(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
): string | undefined {
  const [before, mine, others] = [base, ours, theirs].map(marksIn) as [Marks, Marks, Marks];
  const kept = [...others].filter((mark) => mine.has(mark) || !before.has(mark));
  const merged = joinMarks([...kept, ...[...mine].filter((mark) => !before.has(mark))]) || undefined;
  return merged === joinMarks([...others]) ? theirs : merged;
}

type Marks = ReadonlySet<string>;

/** The marks that a tag holds, each once. */
export function marksIn(tag: string | undefined): Marks {
  return new Set(tag?.match(/\S+/g));
}

/** True if the tag says that this attachment is ours. */
export function tagsAttachment(tag: string | undefined, policyArn: string): boolean {
  return marksIn(tag).has(attachmentHash(policyArn));
}

function joinMarks(marks: readonly string[]): string {
  return [...new Set(marks)].toSorted().join(" ");
}

/** That policies recorded in the ownership tags are missing on the role; the tags have no names. */
export function notAttached(count: number): string {
  return count === 1
    ? "a policy that the ownership tags record is not attached"
    : `${count} policies that the ownership tags record are not attached`;
}
