import { parseClusterArn } from "../model/arn.ts";
import { excerpt } from "../model/excerpt.ts";
import type { ApiAccess } from "./api-access.ts";

/**
 * Why a context is one of EKS, by all that leads there: its server or the name that its certificate must have, its
 * cluster's name, the command that gets its token; `undefined` where nothing of that shows. What the server itself says
 * is examined once connected.
 */
export function eksSignOf({ context, cluster, identity }: ApiAccess): string | undefined {
  const names = [hostOf(cluster.server), cluster.tlsServerName ?? ""];
  const host = names.find(isEksHost);
  if (host !== undefined) return `its server is ${host}`;
  const named = [cluster.name, context].find((one) => parseClusterArn(one).ok);
  if (named !== undefined) return `it is named ${named}`;
  const command = identity.by === "kubeconfig" ? (identity.command ?? []) : [];
  // Arguments may be secrets.
  return EKS_COMMAND.test(command.join(" "))
    ? `its credential plugin '${excerpt(command[0] ?? "")}' gets tokens for EKS`
    : undefined;
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).hostname : server;
}

/**
 * The hosts of API servers in AWS's partitions, dual stack included, as `ID.gr7.eu-west-1.eks.amazonaws.com` and
 * `ID.eks-cluster.eu-west-1.api.aws`. Source: Amazon EKS User Guide, "Cluster API server endpoint".
 */
function isEksHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return /\.(?:eks|eks-cluster)\.(?:[a-z0-9-]+\.)?(?:amazonaws\.|api\.aws$|api\.amazonwebservices\.|[a-z0-9.]*\b(?:ic|sgov)\.gov$|cloud\.adc-e\.uk$)/.test(
    name,
  );
}

/** Also behind a wrapper, as `aws-vault exec work -- aws eks get-token`. */
const EKS_COMMAND = /\beks\b.*\bget-token\b|aws-iam-authenticator|heptio-authenticator-aws|\beksctl\b/;
