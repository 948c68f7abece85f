import type { JSONWebKeySet } from "jose";
import type { AwsWorld, PrincipalName } from "./aws-world.ts";

/** An AWS account with one EKS cluster, its webhook injecting: all that the main job needs. */
export interface World {
  readonly aws: AwsWorld;
  readonly cluster: WorldCluster;
  /** Kubeconfig of an administrator who is not an AWS principal. */
  readonly adminKubeconfig: string;
  /** Kubeconfig of a user who may only what RBAC grants them. */
  readonly kubeconfigFor: (user: string, groups?: readonly string[]) => Promise<string>;
  /** A complete environment for a child process that acts as this principal. */
  readonly environmentOf: (principal: PrincipalName) => Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** The cluster as DescribeCluster tells it. */
export interface WorldCluster {
  readonly name: string;
  readonly endpoint: string;
  readonly caPem: string;
  readonly issuer: string;
  readonly jwks: () => Promise<JSONWebKeySet>;
}

/** The cluster's name in every world. */
export const CLUSTER_NAME = "eks-work-cluster";

/** A name by which every world's AWS may be called, for those who come through a proxy. */
export const AWS_NAME = "aws.corp.invalid";

/** Another cluster, which AWS does not know. */
export interface StrangerCluster {
  /** Kubeconfig of its administrator. */
  readonly adminKubeconfig: string;
  readonly stop: () => Promise<void>;
}
