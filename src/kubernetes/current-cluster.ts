import type { KubeConfig, User } from "@kubernetes/client-node";
import { clusterRef, parseClusterArn, type ClusterArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import { userKubeConfig } from "./kubeconfig.ts";

/** The EKS cluster that a kubeconfig context seems to be; DescribeCluster must confirm the server. */
export interface CurrentCluster {
  readonly context: string;
  readonly server: string;
  readonly name: string;
  readonly region?: string;
  readonly arn?: ClusterArn;
}

/**
 * Tells the EKS cluster of a context by what `aws eks update-kubeconfig`, eksctl and aws-iam-authenticator write:
 * the cluster's ARN as its name, `name.region.eksctl.io`, or the arguments of the token command.
 * `undefined` when there is no kubeconfig, no context, or it is not one of EKS.
 */
export function currentEksCluster(file?: string, context?: string): CurrentCluster | undefined {
  const config = configIfAny(file, context);
  const cluster = config?.getCurrentCluster();
  if (config === undefined || !cluster) return undefined;
  const found = byArn(cluster.name) ?? byEksctlName(cluster.name) ?? byTokenCommand(config.getCurrentUser());
  return found && { ...found, context: config.getCurrentContext(), server: cluster.server };
}

function configIfAny(file: string | undefined, context: string | undefined): KubeConfig | undefined {
  try {
    return userKubeConfig(file, context);
  } catch (error) {
    if (isFailure(error) && file === undefined && context === undefined) return undefined;
    throw error;
  }
}

type Found = Pick<CurrentCluster, "name" | "region" | "arn">;

function byArn(text: string): Found | undefined {
  const parsed = parseClusterArn(text);
  if (!parsed.ok) return undefined;
  const { arn, name, region } = clusterRef(parsed.value);
  return { arn, name, region };
}

function byEksctlName(text: string): Found | undefined {
  const [, name, region] = /^([^.]+)\.([a-z0-9-]+)\.eksctl\.io$/.exec(text) ?? [];
  return name === undefined || region === undefined ? undefined : { name, region };
}

function byTokenCommand(user: User | null): Found | undefined {
  const args: unknown = (user?.exec as { args?: unknown } | undefined)?.args;
  if (!Array.isArray(args)) return undefined;
  const words = args.map(String);
  const name = after(words, "--cluster-name") ?? after(words, "--cluster-id") ?? after(words, "-i");
  const region = after(words, "--region");
  return name === undefined ? undefined : { name, ...(region !== undefined && { region }) };
}

function after(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag);
  return at === -1 ? undefined : words[at + 1];
}
