import type { NotRead } from "./access-answers.ts";
import type { ClusterRef, RoleArn } from "./arn.ts";
import type { CommandWords } from "./command-words.ts";
import type { ServiceUse } from "./last-accessed.ts";
import type { DroppedAction, KeptAction, PolicyOfRole, UsePeriod } from "./narrowed.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** What pods can do with the role of their node: `possible` where a network policy may prevent it; `unknown` where no options are known. */
export type OffNodeReach = "certain" | "possible" | "unknown";

/**
 * How a workload stands to the role of its nodes: it uses or may use it; a restart would give its pods another role; its pods have
 * another; they can't get it; it has no pods, or none that are scheduled; or there is no such workload.
 */
export type OffNodeState =
  | "on-node-role"
  | "restart-needed"
  | "has-identity"
  | "not-reached"
  | "no-pods"
  | "not-found";

/** A workload that was asked for. */
export interface OffNodeWorkload {
  readonly namespace: string;
  /** As `deployment/web`. */
  readonly workload: string;
  readonly state: OffNodeState;
  /** Of the pods that get most; only if `on-node-role`. */
  readonly reach?: OffNodeReach;
  /** The ServiceAccount that its pods run with now. */
  readonly serviceAccount: string | undefined;
  readonly pods: number;
  readonly nodes: readonly string[];
  /** The ServiceAccount that is to get a role; only for one that is to move. */
  readonly target?: ServiceAccountRef;
  /** Why the commands need attention. */
  readonly notes: readonly string[];
  readonly commands: readonly CommandWords[];
}

/** A role of nodes from which workloads are to move. */
export interface OffNodeRole {
  readonly role: RoleArn;
  /** As `node group workers of demo`. */
  readonly sources: readonly string[];
  readonly period: UsePeriod;
  /** The policies that allow more than nodes need, each with the actions; `undefined` if the document could not be read. */
  readonly policies: readonly {
    readonly policy: PolicyOfRole;
    readonly beyond: readonly string[] | undefined;
  }[];
  readonly services: readonly ServiceUse[];
}

/** A workload that may use what the role allows beyond the baseline, so that it breaks if that is removed. */
export interface Breaking {
  readonly namespace: string;
  readonly workload: string;
  readonly serviceAccount: string;
  readonly reach: OffNodeReach;
  readonly hostNetwork: boolean;
  readonly pods: number;
  readonly role: RoleArn;
}

/** The proposed policy: what the roles allow beyond the baseline, without what was not used. */
export interface OffNodePolicy {
  /** `undefined` if nothing is left. */
  readonly document: PolicyDocument | undefined;
  readonly kept: readonly KeptAction[];
  readonly dropped: readonly DroppedAction[];
  /** Actions that nodes need themselves, allowed by a wildcard alone: they are not in the document. */
  readonly ofNodes: readonly string[];
  /** Condition keys in it that only credentials of instances have. */
  readonly instanceKeys: readonly string[];
}

/** The answer of `move-off-node`. */
export interface OffNodeAnswer extends OffNodePolicy {
  readonly cluster: ClusterRef;
  readonly roles: readonly OffNodeRole[];
  readonly workloads: readonly OffNodeWorkload[];
  readonly breaks: readonly Breaking[];
  readonly notKnown: readonly string[];
  readonly namesAsOf: string;
  /** The file that the commands name. */
  readonly file: string;
  readonly notRead: readonly NotRead[];
}
