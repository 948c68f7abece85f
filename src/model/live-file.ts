import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** A list of a file that has ServiceAccounts, each by another way. */
export type LiveList = "serviceAccounts" | "podIdentityAssociations";

/** What is live as an eksctl ClusterConfig. */
export interface LiveFile {
  /** The file; its lists are the entries of those ServiceAccounts that have one in it, in their order. */
  readonly file: object;
  readonly serviceAccounts: readonly LiveServiceAccount[];
}

/** A ServiceAccount of the cluster in a file. */
export interface LiveServiceAccount {
  readonly serviceAccount: ServiceAccountRef;
  /** Its entry; absent where a file can't have one. */
  readonly entry?: object;
  /** The list of its entry: `serviceAccounts` unless given. */
  readonly list?: LiveList;
  /** What the file does not say of it. */
  readonly unsaid: readonly Unsaid[];
}

/** What a file can't say: in words, and the flags that they lead to or the document in question. */
export interface Unsaid {
  readonly what: string;
  readonly flags?: readonly string[];
  readonly document?: PolicyDocument;
}
