import { clusterRef, parseClusterArn, type ClusterArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { UserEntry } from "./kubeconfig/entries.ts";
import { userContext } from "./kubeconfig.ts";

/** The EKS cluster that a kubeconfig context seems to be; DescribeCluster must confirm the server. */
export interface CurrentCluster {
  readonly context: string;
  readonly server: string;
  readonly name: string;
  readonly region?: string;
  readonly arn?: ClusterArn;
}

/** The cluster of a context, or why there is none. */
export type LookForCluster =
  | { readonly cluster: CurrentCluster; readonly why?: never }
  | { readonly cluster?: never; readonly why: string };

/**
 * Tells the EKS cluster of a context by what `aws eks update-kubeconfig`, eksctl and aws-iam-authenticator write:
 * the cluster's ARN as its name, `name.region.eksctl.io`, or the arguments of the token command. What connecting needs is
 * not looked at.
 * @throws Failure for a kubeconfig or a context that is named and is not there
 */
export function currentEksCluster(file?: string, context?: string): LookForCluster {
  try {
    const { context: chosen, cluster, user } = userContext(file, context);
    const found = byArn(cluster.name) ?? byEksctlName(cluster.name) ?? byTokenCommand(user);
    if (found === undefined)
      return { why: `the context '${chosen.name}' of the kubeconfig does not tell which EKS cluster it is` };
    return { cluster: { ...found, context: chosen.name, server: cluster.server ?? "" } };
  } catch (error) {
    if (isFailure(error) && file === undefined && context === undefined) return { why: error.message };
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

function byTokenCommand({ exec }: UserEntry): Found | undefined {
  const words = exec?.args ?? [];
  const name = after(words, "--cluster-name") ?? after(words, "--cluster-id") ?? after(words, "-i");
  const region = after(words, "--region");
  return name === undefined ? undefined : { name, ...(region !== undefined && { region }) };
}

function after(words: readonly string[], flag: string): string | undefined {
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = words[at];
  return word === flag ? words[at + 1] : word?.slice(flag.length + 1);
}
