import type { KubeConfig } from "@kubernetes/client-node";
import { decodeJwt } from "jose";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure, isFailure } from "../model/failure.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { sharedCertificates } from "../network/certificates.ts";
import { kubernetesAdapter } from "./client.ts";
import { connect, type Connection } from "./connection.ts";
import { authorityOf, throughProxy, trustingOnly } from "./kubeconfig.ts";

/**
 * The wrong-cluster guard: a connection by the user's kubeconfig that is proved to be the cluster that EKS describes.
 * Proofs, any of them: TLS verified against a CA certificate that DescribeCluster names too; discovery's issuer; the
 * `iss` of a token of the account.
 * @throws Failure `wrong-cluster` if it is another one, `unproved-cluster` if none of the proofs can be had
 */
export async function provedConnection(
  config: KubeConfig,
  cluster: ClusterWithIssuer,
  account: ServiceAccountRef,
): Promise<Connection> {
  const byCertificate = await connectionBySharedCertificate(config, cluster);
  if (byCertificate !== undefined) return byCertificate;
  const connection = connect(throughProxy(config));
  const refusals: string[] = [];
  const issuer = await firstIssuer(connection, account, refusals);
  if (issuer === cluster.issuer) return connection;
  connection.close();
  throw issuer === undefined ? unproved(config, cluster, refusals) : wrongCluster(config, cluster, issuer);
}

async function connectionBySharedCertificate(
  config: KubeConfig,
  cluster: ClusterWithIssuer,
): Promise<Connection | undefined> {
  if (config.getCurrentCluster()?.skipTLSVerify === true) return undefined;
  const shared = sharedCertificates(authorityOf(config), cluster.caPem ?? "");
  if (shared === "") return undefined;
  const pinned = connect(throughProxy(trustingOnly(config, shared)));
  try {
    await pinned.send({ method: "GET", path: "/version" });
    return pinned;
  } catch (error) {
    pinned.close();
    if (isFailure(error, "tls")) return undefined;
    throw error;
  }
}

/** The issuer by discovery, else by a token of the account, else of the namespace's default account. */
async function firstIssuer(
  connection: Connection,
  account: ServiceAccountRef,
  refusals: string[],
): Promise<string | undefined> {
  const api = kubernetesAdapter(connection);
  const tokenIssuer = async (name: string): Promise<string | undefined> => {
    const ref = { ...account, name: name as ServiceAccountRef["name"] };
    return decodeJwt(await api.requestToken(ref, undefined, 600)).iss;
  };
  for (const ask of [
    () => api.discoverIssuer(),
    () => tokenIssuer(account.name),
    () => tokenIssuer("default"),
  ]) {
    try {
      const issuer = await ask();
      if (issuer !== undefined) return issuer;
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === "unreachable" || error.code === "tls") throw error;
      refusals.push(error.message);
    }
  }
  return undefined;
}

function wrongCluster(config: KubeConfig, cluster: ClusterWithIssuer, issuer: string): Failure {
  return new Failure("refused", "wrong-cluster", "this kubeconfig context is another cluster", {
    facts: [
      ["asked for", `${cluster.name}     issuer ${cluster.issuer}`],
      ["context", `${config.getCurrentContext()}     issuer ${issuer}`],
    ],
    advice:
      "Leave out --kubeconfig and --context to connect as EKS describes the cluster, or choose the right context",
  });
}

function unproved(config: KubeConfig, cluster: ClusterWithIssuer, refusals: readonly string[]): Failure {
  return new Failure(
    "refused",
    "unproved-cluster",
    "this kubeconfig context can't be proved to be the cluster",
    {
      facts: [
        ["asked for", `${cluster.name}     ${cluster.endpoint ?? ""}`],
        ["context", `${config.getCurrentContext()}     ${config.getCurrentCluster()?.server ?? ""}`],
        ["certificates", "none in common with those that EKS names"],
        ...refusals.map((refusal) => ["issuer", refusal] as const),
      ],
      advice: "Leave out --kubeconfig and --context to connect as EKS describes the cluster",
    },
  );
}
