import { awsWords } from "../model/aws-words.ts";
import type { Cluster, ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";

/** What a cluster was looked for by. */
export interface AskedCluster {
  readonly name: string;
  readonly region: string;
  readonly profile?: string | undefined;
}

/**
 * The cluster, which must be there and have an issuer.
 * @throws Failure `no-cluster`, `no-issuer` or `cluster-status`
 */
export function requireIssuer(cluster: Cluster | undefined, asked: AskedCluster): ClusterWithIssuer {
  if (cluster === undefined) throw noCluster(asked);
  if (cluster.status === "DELETING" || cluster.status === "FAILED") {
    throw new Failure("refused", "cluster-status", `cluster '${cluster.name}' is ${cluster.status}`, {
      facts: [["cluster", cluster.arn]],
    });
  }
  if (cluster.issuer === undefined) throw noIssuer(cluster);
  return { ...cluster, issuer: cluster.issuer };
}

/** The failure to find a cluster of that name. */
export function noCluster({ name, region, profile }: AskedCluster): Failure {
  const place = ["--region", region, ...(profile === undefined ? [] : ["--profile", profile])];
  return new Failure("failed", "no-cluster", `cluster '${name}' not found in ${region}`, {
    advice: "Check --cluster, --region and --profile. To list the clusters:",
    command: awsWords(["eks", "list-clusters"], {}, place),
  });
}

function noIssuer(cluster: Cluster): Failure {
  const advice = cluster.local
    ? "It is a local cluster on AWS Outposts; these have no OIDC issuer and don't support IRSA"
    : cluster.status === "CREATING" || cluster.status === "PENDING"
      ? "It is still being created. Wait until it is active:"
      : "IAM can't trust its tokens without an issuer";
  return new Failure("refused", "no-issuer", `cluster '${cluster.name}' has no OIDC issuer`, {
    facts: [
      ["cluster", cluster.arn],
      ["status", cluster.status],
    ],
    advice,
    ...(cluster.status === "CREATING" && {
      command: awsWords(["eks", "wait", "cluster-active"], { name: cluster.name }, [
        "--region",
        cluster.region,
      ]),
    }),
  });
}
