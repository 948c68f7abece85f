import type { Aws } from "../../aws/clients.ts";
import { clusterRef, parseClusterArn, parseClusterName, type ClusterArn } from "../../model/arn.ts";
import type { Cluster } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import { requireSameRegion } from "./bound-cluster.ts";
import type { ReachFlags } from "./options.ts";
import { choose } from "../walk/prompts.ts";

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

/**
 * The cluster that `--cluster` names, else that of a kubeconfig context made for EKS; `undefined` where neither is.
 * @throws Failure `other-region` where `--region` contradicts an ARN
 */
export async function clusterByFlagOrContext(flags: ReachFlags): Promise<ClusterChoice | undefined> {
  if (flags.cluster !== undefined) return clusterByName(flags.cluster, flags);
  const { currentEksCluster } = await import("../../kubernetes/current-cluster.ts");
  const current = currentEksCluster(flags.kubeconfig, flags.context);
  if (current === undefined) return undefined;
  const chosenBy = `kubeconfig context ${current.context}`;
  if (current.arn !== undefined) requireSameRegion(flags.region, current.arn, chosenBy);
  return { ...current, chosenBy };
}

function clusterByName(
  text: string,
  { region: flag, clusterFrom: chosenBy = "--cluster" }: ReachFlags,
): ClusterChoice {
  if (!text.startsWith("arn:")) {
    const name = parseClusterName(text);
    if (name.ok) return { name: name.value, chosenBy };
    throw new Failure("input", "invalid-input", `--cluster '${text}': ${name.problem}`);
  }
  const parsed = parseClusterArn(text);
  if (!parsed.ok) throw new Failure("input", "invalid-input", `--cluster '${text}': ${parsed.problem}`);
  requireSameRegion(flag, parsed.value, chosenBy);
  const { arn, name, region } = clusterRef(parsed.value);
  return { arn, name, region, chosenBy };
}

/**
 * The cluster that is chosen from a list, where someone is there to choose.
 * @throws Failure `no-cluster-given`, `no-cluster`
 */
export async function clusterByQuestion(aws: Aws, terminal: Terminal): Promise<ClusterChoice> {
  if (!terminal.interactive) throw clusterNeeded();
  const names = await aws.eks.listClusters();
  if (names.length === 0) throw new Failure("failed", "no-cluster", `there are no clusters in ${aws.region}`);
  return { name: await choose("Which cluster?", names), chosenBy: "chosen from the list" };
}

/** The refusal to guess which cluster is meant. */
export function clusterNeeded(): Failure {
  return new Failure("input", "no-cluster-given", "no cluster is named", {
    advice:
      "Name it: --cluster NAME. A plan (not --approve) may also take it from a kubeconfig context made for EKS",
  });
}

/**
 * Holds the server of a chosen context against the one that EKS names.
 * @throws Failure `wrong-cluster`
 */
export function requireSameServer(cluster: Cluster, server: string): void {
  if (normal(server) === normal(cluster.endpoint ?? "")) return;
  throw new Failure(
    "refused",
    "wrong-cluster",
    `the current context is not the cluster '${cluster.name}' of these credentials`,
    {
      facts: [
        ["context's server", server],
        ["EKS says", cluster.endpoint ?? "no endpoint yet"],
      ],
      advice:
        "Another account or region may have a cluster of the same name. Name the one you mean with --cluster, --region and --profile",
    },
  );
}

function normal(server: string): string {
  return server.toLowerCase().replace(/\/+$/, "").replace(/:443$/, "");
}
