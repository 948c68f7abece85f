import type { ServiceAccountRef } from "./service-account-ref.ts";

/** A ServiceAccount, with what we read of it. */
export interface ServiceAccount {
  readonly ref: ServiceAccountRef;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers named in `metadata.managedFields`. */
  readonly managers: readonly string[];
}

/** A pod, with what we read of it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccountName: string;
  readonly createdAt: string;
  readonly phase: string;
  /** The workload that made it, as `daemonset/name`; ReplicaSets are taken for their Deployment. */
  readonly workload?: string;
  /** `AWS_ROLE_ARN` of the first container that has it. */
  readonly roleArn?: string;
}

/** The annotations of the EKS admission webhook that we write. */
export const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
export const AUDIENCE_ANNOTATION = "eks.amazonaws.com/audience";
