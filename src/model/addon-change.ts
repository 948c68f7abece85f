import type { ClusterArn } from "./arn.ts";
import type { Tags } from "./iam-objects.ts";
import type { FromOperator } from "./source.ts";

/** What a plan can do to an EKS add-on. */
export type AddonChange = CreateAddon | UpdateAddon | DeleteAddon;

/** Whether EKS overwrites objects in the cluster that differ from the add-on's (`resolveConflicts`), or fails. */
export type ConflictMode = "NONE" | "OVERWRITE";

/** The ways to resolve conflicts, as the EKS API names them; PRESERVE does what NONE does when an add-on is created. */
export const CONFLICT_MODES: readonly ConflictMode[] = ["NONE", "OVERWRITE"];

/** An add-on of a cluster. */
interface OfAddon {
  readonly cluster: ClusterArn;
  readonly addon: string;
}

/** Installs an add-on. */
export interface CreateAddon extends OfAddon {
  readonly kind: "create-addon";
  /** Absent where EKS is to choose its default, which can't be read. */
  readonly version?: string;
  readonly isDefaultVersion: boolean;
  readonly resolveConflicts: ConflictMode;
  readonly tags: Tags;
}

/** Changes an add-on; what is absent stays. */
export interface UpdateAddon extends OfAddon {
  readonly kind: "update-addon";
  readonly arn: string;
  readonly version?: FromOperator<string>;
  /** OVERWRITE also has EKS apply the add-on again. */
  readonly resolveConflicts: ConflictMode;
  readonly setTags: Tags;
  readonly tagsBefore: Tags;
  /** The version that the edit replaces, for show. */
  readonly before: string;
  readonly observed: string;
}

/** Deletes an add-on, with what it has in the cluster. */
export interface DeleteAddon extends OfAddon {
  readonly kind: "delete-addon";
  readonly observed: string;
}
