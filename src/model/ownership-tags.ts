import type { ClusterRef } from "./arn.ts";
import { base32Digest } from "./digest.ts";
import type { Tags } from "./iam-objects.ts";
import type { ServiceAccount } from "./kubernetes-objects.ts";
import { parseServiceAccountPath, type ServiceAccountRef } from "./service-account-ref.ts";

/**
 * How a later run recognizes what irsa manages: AWS tags on roles and providers, a label and an annotation on
 * ServiceAccounts. Anyone who can edit the object can forge them, so nothing is deleted because of one alone.
 */
export const TAG = {
  managedBy: "irsa/managed-by",
  origin: "irsa/origin",
  clusterArn: "irsa/cluster-arn",
  namespace: "irsa/namespace",
  serviceAccount: "irsa/service-account",
  attached: "irsa/attached",
  /** Hashes of the inline policies that irsa adopted with the role; those that it writes itself have a fixed name. */
  inline: "irsa/inline",
  set: "irsa/set",
  /** The state of a role before its CloudFormation stack is deleted (`snapshotTag`); removed once it is confirmed. */
  releasing: "irsa/releasing",
} as const;

/** The tags whose values are lists: of two concurrent writes, neither loses an entry (`mergeHashes`). */
export const LIST_TAGS = [TAG.attached, TAG.inline] as const;

/** Label on the ServiceAccounts that we created. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
/** Annotation on every ServiceAccount that we look after: `created` or `adopted`. */
export const ORIGIN_ANNOTATION = "irsa/account";
/** The value of `irsa/managed-by`. */
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
    ...(inline.length > 0 && { [TAG.inline]: inlineHashes(inline) }),
  };
}

/** The tags of a provider or an add-on that we created for a cluster. */
export function clusterOwnershipTags(cluster: ClusterRef): Tags {
  return { [TAG.managedBy]: OUR_NAME, [TAG.clusterArn]: cluster.arn };
}

/** True for a provider or an add-on with the ownership tags of this cluster. */
export function isOursFor(cluster: ClusterRef, { tags }: { readonly tags: Tags }): boolean {
  return tags[TAG.managedBy] === OUR_NAME && tags[TAG.clusterArn] === cluster.arn;
}

/** The ServiceAccount in a role's ownership tags; `undefined` without tags. */
export function taggedServiceAccount({ tags }: { readonly tags: Tags }): ServiceAccountRef | undefined {
  if (tags[TAG.managedBy] !== OUR_NAME) return undefined;
  const serviceAccount = parseServiceAccountPath(`${tags[TAG.namespace]}/${tags[TAG.serviceAccount]}`);
  return serviceAccount.ok ? serviceAccount.value : undefined;
}

/**
 * Whether irsa created or adopted a ServiceAccount, by its annotation or label; `undefined` if neither. An adopted one
 * stays adopted, whatever its label.
 */
export function serviceAccountOrigin({ labels, annotations }: ServiceAccount): Origin | undefined {
  if (annotations[ORIGIN_ANNOTATION] === "adopted") return "adopted";
  return labels[MANAGED_BY_LABEL] === OUR_NAME ? "created" : undefined;
}

/** The same where both label and annotation say so: irsa's label alone is anybody's to set. */
export function labeledOrigin(serviceAccount: ServiceAccount): Origin | undefined {
  const origin = serviceAccountOrigin(serviceAccount);
  return serviceAccount.annotations[ORIGIN_ANNOTATION] === origin ? origin : undefined;
}

/** How an attachment of ours is in the tag: 8 base32 characters of its ARN's SHA-256. */
export function attachmentHash(policyArn: string): string {
  return base32Digest(policyArn, 8);
}

/** How many hashes fit into the 256 characters of a tag. */
const MOST_HASHES = 28;

/** The value of the `irsa/inline` tag: hashes of names. What does not fit is not adopted. */
function inlineHashes(names: readonly string[]): string {
  return joinHashes(names.toSorted().slice(0, MOST_HASHES).map(inlineHash));
}

/** The hash of an adopted inline policy's name. */
export function inlineHash(name: string): string {
  return base32Digest(`inline policy ${name}`, 8);
}

/** True if the tag records the inline policy of this name as adopted. */
export function recordsInline(tag: string | undefined, name: string): boolean {
  return hashesIn(tag).has(inlineHash(name));
}

/** The tag's value reduced to these inline policies; `undefined` if none is left. */
export function onlyInline(tag: string | undefined, names: readonly string[]): string | undefined {
  const stay = new Set(names.map(inlineHash));
  return keptHashes(tag, (hash) => stay.has(hash));
}

/** The value of the `irsa/attached` tag: hashes of policy ARNs, sorted, separated by spaces. */
export function attachedTag(policyArns: readonly string[]): string {
  return joinHashes(policyArns.map(attachmentHash));
}

/** The tag's value with further attachments added. */
export function withAttachments(tag: string | undefined, policyArns: readonly string[]): string {
  return joinHashes([...hashesIn(tag), ...policyArns.map(attachmentHash)]);
}

/** The tag's value without these attachments; `undefined` if none is left. */
export function withoutAttachments(
  tag: string | undefined,
  policyArns: readonly string[],
): string | undefined {
  const gone = new Set(policyArns.map(attachmentHash));
  return keptHashes(tag, (hash) => !gone.has(hash));
}

/** The tag's value reduced to these attachments; `undefined` if none is left. */
export function onlyAttachments(tag: string | undefined, policyArns: readonly string[]): string | undefined {
  const stay = new Set(policyArns.map(attachmentHash));
  return keptHashes(tag, (hash) => stay.has(hash));
}

function keptHashes(tag: string | undefined, keep: (hash: string) => boolean): string | undefined {
  return joinHashes([...hashesIn(tag)].filter(keep)) || undefined;
}

/**
 * Merges two concurrent changes of the tag's value: what either added is in it, what either removed is not.
 * @param base the value that both started from
 */
export function mergeHashes(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
): string | undefined {
  const [before, mine, others] = [base, ours, theirs].map(hashesIn) as [Hashes, Hashes, Hashes];
  const kept = [...others].filter((hash) => mine.has(hash) || !before.has(hash));
  const merged = joinHashes([...kept, ...[...mine].filter((hash) => !before.has(hash))]) || undefined;
  return merged === joinHashes([...others]) ? theirs : merged;
}

type Hashes = ReadonlySet<string>;

/** The hashes in a tag's value. */
export function hashesIn(tag: string | undefined): Hashes {
  return new Set(tag?.match(/\S+/g));
}

/** True if the tag says that this attachment is ours. */
export function recordsAttachment(tag: string | undefined, policyArn: string): boolean {
  return hashesIn(tag).has(attachmentHash(policyArn));
}

function joinHashes(hashes: readonly string[]): string {
  return [...new Set(hashes)].toSorted().join(" ");
}

/** That policies recorded in the ownership tags are missing on the role; the tags have no names. */
export function notAttached(count: number): string {
  return count === 1
    ? "a policy that the ownership tags record is not attached"
    : `${count} policies that the ownership tags record are not attached`;
}
