import type { Aws } from "../../../aws/clients.ts";
import { isSameServer } from "../../../model/api-endpoint.ts";
import { clusterRef, parseClusterArn, parseClusterName, type ClusterArn } from "../../../model/arn.ts";
import type { Cluster } from "../../../model/cluster.ts";
import { Failure } from "../../../model/failure.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { requireSameRegion } from "./bound-cluster.ts";
import type { ClusterFlags } from "./options.ts";
import { choose } from "../plan/prompts.ts";

/** Which cluster is meant, and who said so. */
export interface ClusterChoice {
  readonly name: string;
  readonly region?: string;
  /** Where an ARN names it: then this cluster is meant and no other of that name. */
  readonly arn?: ClusterArn;
  readonly chosenBy: string;
  /** The server that DescribeCluster must give too, where a context chose the cluster. */
  readonly server?: string;
}

/** A choice, or why the kubeconfig gives none. */
export type ChoiceOrReason =
  | { readonly choice: ClusterChoice; readonly why?: never }
  | { readonly choice?: never; readonly why: string };

/**
 * The cluster that `--cluster` names, else that of a kubeconfig context made for EKS.
 * @throws Failure `other-region` where `--region` contradicts an ARN
 */
export async function clusterByFlagOrContext(flags: ClusterFlags): Promise<ChoiceOrReason> {
  if (flags.cluster !== undefined) return { choice: clusterByName(flags.cluster, flags) };
  const { currentEksCluster } = await import("../../../kubernetes/current-cluster.ts");
  const { cluster: current, why } = currentEksCluster(flags.kubeconfig, flags.context);
  if (current === undefined) return { why };
  const chosenBy = `kubeconfig context ${current.context}`;
  if (current.arn !== undefined) requireSameRegion(flags.region, current.arn, chosenBy);
  return { choice: { ...current, chosenBy } };
}

function clusterByName(
  text: string,
  { region: flag, clusterFrom: chosenBy = "--cluster" }: ClusterFlags,
): ClusterChoice {
  if (!text.startsWith("arn:")) {
    const name = parseClusterName(text);
    if (name.ok) return { name: name.value, chosenBy };
    throw new Failure("input", "invalid-input", `--cluster '${text}' ${name.problem}`);
  }
  const parsed = parseClusterArn(text);
  if (!parsed.ok) throw new Failure("input", "invalid-input", `--cluster '${text}' ${parsed.problem}`);
  requireSameRegion(flag, parsed.value, chosenBy);
  const { arn, name, region } = clusterRef(parsed.value);
  return { arn, name, region, chosenBy };
}

/**
 * The cluster that is chosen from a list, where someone is there to choose.
 * @throws Failure `no-cluster-given`, `no-cluster`
 */
export async function clusterByQuestion(
  aws: Aws,
  terminal: Terminal,
  why: string,
  ask: typeof choose = choose,
): Promise<ClusterChoice> {
  if (!terminal.interactive) throw clusterNeeded(why);
  const names = await aws.eks.listClusters();
  if (names.length === 0) throw new Failure("failed", "no-cluster", `no clusters found in ${aws.region}`);
  return { name: await ask("Which cluster?", names), chosenBy: "selected" };
}

/**
 * The refusal to guess which cluster is meant.
 * @param why why the kubeconfig does not tell
 */
export function clusterNeeded(why?: string): Failure {
  return new Failure("input", "no-cluster-given", "no cluster given", {
    ...(why !== undefined && { facts: [["reason", why]] }),
    advice:
      "Pass --cluster NAME. Without --approve, the current kubeconfig context is also used if it is an EKS cluster",
  });
}

/**
 * Holds the server of a chosen context against the one that EKS names.
 * @throws Failure `wrong-cluster`
 */
export function requireSameServer(cluster: Cluster, server: string): void {
  if (cluster.endpoint !== undefined && isSameServer(server, cluster.endpoint)) return;
  throw new Failure(
    "refused",
    "wrong-cluster",
    `the current context is a different cluster than '${cluster.name}' of these credentials`,
    {
      facts: [
        ["context server", server],
        ["EKS says", cluster.endpoint ?? "no endpoint yet"],
      ],
      advice:
        "Another AWS account or region may have a cluster of the same name. Pass --cluster, --region and --profile",
    },
  );
}
