import type { RoleArn } from "./arn.ts";

/** An AWS account that a run covers, and how it is reached; the regions and clusters in it that are meant. */
export interface Target {
  /** What it is called in answers. */
  readonly name: string;
  /** The AWS account that the credentials must be of. */
  readonly awsAccount: string;
  readonly access: TargetAccess;
  /** Empty for the default one. */
  readonly regions: readonly string[];
  readonly clusters: ClusterSelector;
}

/** With which credentials a target is read: the caller's own, those of a profile, and with these those of roles. */
export interface TargetAccess {
  readonly profile?: string;
  /** Assumed one after the other; the last one is of the target's AWS account. */
  readonly roles: readonly RoleArn[];
  readonly externalId?: string;
}

/** Which clusters are meant: all, those of these names, those with all of these tags. */
export interface ClusterSelector {
  readonly names?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** True for a cluster that is meant. */
export function selectsCluster(
  { names, tags = {} }: ClusterSelector,
  cluster: { readonly name: string; readonly tags?: Readonly<Record<string, string>> },
): boolean {
  if (names?.includes(cluster.name) === false) return false;
  const own = new Map(Object.entries(cluster.tags ?? {}));
  return Object.entries(tags).every(([key, value]) => own.get(key) === value);
}
