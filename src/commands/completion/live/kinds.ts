import { parseClusterName, parseRoleArn, roleRef } from "../../../model/arn.ts";
import { keysOf } from "../../../model/keys-of.ts";
import { parseServiceAccountPath } from "../../../model/service-account-ref.ts";

/** What is read for completion, and cached: names of clusters, `namespace/name` of ServiceAccounts, ARNs of roles. */
export const DATASETS = ["clusters", "service-accounts", "roles"] as const;

/** One of `DATASETS`. */
export type Dataset = (typeof DATASETS)[number];

/** A kind of values: what it is made of, and the values that it makes of an entry there. */
interface Kind {
  readonly dataset: Dataset;
  /** @param namespace the one that the command line names */
  readonly valuesOf: (entry: string, namespace: string | undefined) => readonly string[];
}

const nameOf = (path: string): string => path.slice(path.indexOf("/") + 1);
const namespaceOf = (path: string): string => path.slice(0, path.indexOf("/"));

/** What can be completed with the names that the APIs know. */
export const LIVE_KINDS = {
  clusters: { dataset: "clusters", valuesOf: (name) => [name] },
  namespaces: { dataset: "service-accounts", valuesOf: (path) => [namespaceOf(path)] },
  "service-accounts": { dataset: "service-accounts", valuesOf: (path) => [path] },
  "service-account-names": {
    dataset: "service-accounts",
    valuesOf: (path, namespace = "default") => (namespaceOf(path) === namespace ? [nameOf(path)] : []),
  },
  roles: { dataset: "roles", valuesOf: (arn) => [arn.slice(arn.lastIndexOf("/") + 1)] },
  "role-arns": { dataset: "roles", valuesOf: (arn) => [arn] },
} as const satisfies Readonly<Record<string, Kind>>;

/** A name of `LIVE_KINDS`. */
export type LiveKind = keyof typeof LIVE_KINDS;

/** The names of `LIVE_KINDS`. */
export const LIVE_KIND_NAMES = keysOf(LIVE_KINDS);

/**
 * What a value that reaches a shell is made of. IAM takes more in a role's path, and lets a role's name begin as a flag
 * does (`--approve`), as zsh's `=command` or as PowerShell's `@variable`.
 */
const SAFE = /^[A-Za-z0-9_][\w.,=@+:/-]*$/;

const IS_NAME: Readonly<Record<Dataset, (text: string) => boolean>> = {
  clusters: (text) => parseClusterName(text).ok,
  "service-accounts": (text) => parseServiceAccountPath(text).ok,
  roles: (text) => {
    const arn = parseRoleArn(text);
    return arn.ok && SAFE.test(roleRef(arn.value).name);
  },
};

/** The entries that a dataset can have, whoever has given them; the others are no names, or none for a shell. */
export function safeEntries(dataset: Dataset, entries: readonly unknown[]): readonly string[] {
  return entries.filter(
    (entry) =>
      typeof entry === "string" && entry.length <= 2048 && SAFE.test(entry) && IS_NAME[dataset](entry),
  ) as string[];
}

/** The values of a kind that begin with what has been typed, in order, each once. */
export function matching(
  kind: LiveKind,
  entries: readonly string[],
  { typed, namespace }: { readonly typed: string; readonly namespace: string | undefined },
): readonly string[] {
  const { valuesOf }: Kind = LIVE_KINDS[kind];
  const values = new Set(entries.flatMap((entry) => valuesOf(entry, namespace)));
  return [...values].filter((value) => value.startsWith(typed)).toSorted();
}
