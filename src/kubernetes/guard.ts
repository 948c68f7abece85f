import { randomBytes } from "node:crypto";
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet } from "jose";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure, isFailure } from "../model/failure.ts";
import type { IssuerUrl } from "../model/issuer.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { shownServer, throughProxy, trustingOnly, type ApiAccess } from "./api-access.ts";
import { kubernetesAdapter } from "./client.ts";
import { connect, type Connection } from "./connection.ts";
import { publishedKeys } from "./issuer-keys.ts";
import type { KubernetesPort } from "./port.ts";

/** Reads the keys that an issuer publishes. */
export type ReadKeys = (issuer: IssuerUrl) => Promise<JSONWebKeySet>;

/**
 * The wrong-cluster guard: a connection by the user's kubeconfig that is proved to be the cluster that EKS describes
 * (decision 15). TLS is verified in any case. Proofs, either of them:
 * - the certificate is of the authority that DescribeCluster gives, and is one for the endpoint that it gives;
 * - a token minted there for an audience that nobody could foresee is signed by the keys that the issuer publishes.
 * What the server says of itself (its discovery document, a token's unverified `iss`) can only speak against it.
 * @throws Failure `unverified-tls`; `wrong-cluster` if it is another one; `unproved-cluster` if no proof can be had
 */
export async function provedConnection(
  access: ApiAccess,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
  readKeys: ReadKeys = publishedKeys,
): Promise<Connection> {
  const byAuthority = await connectionByAuthority(access, cluster);
  if (byAuthority !== undefined) return byAuthority;
  const connection = connect(throughProxy(access));
  try {
    await proveByToken(kubernetesAdapter(connection), { access, cluster, serviceAccount, readKeys });
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * The API server's certificate is for the endpoint that EKS names, whatever name or tunnel leads to it. That of a node
 * is of the same authority, and is not.
 */
async function connectionByAuthority(
  access: ApiAccess,
  { caPem, endpoint }: ClusterWithIssuer,
): Promise<Connection | undefined> {
  if (caPem === undefined || endpoint === undefined) return undefined;
  const pinned = connect(throughProxy(trustingOnly(access, caPem)), new URL(endpoint).hostname);
  try {
    await pinned.send({ method: "GET", path: "/version" });
    return pinned;
  } catch (error) {
    pinned.close();
    if (isFailure(error, "tls")) return undefined;
    throw error;
  }
}

interface ClusterProof {
  readonly access: ApiAccess;
  readonly cluster: ClusterWithIssuer;
  readonly serviceAccount: ServiceAccountRef;
  readonly readKeys: ReadKeys;
}

/** By a token of the ServiceAccount, else of the namespace's default one. */
async function proveByToken(api: KubernetesPort, proof: ClusterProof): Promise<void> {
  const { cluster, serviceAccount } = proof;
  const refusals: string[] = [];
  const discovered = await answerOf(() => api.discoverIssuer(), refusals);
  if (discovered !== undefined && discovered !== cluster.issuer) throw wrongCluster(proof, discovered);
  const audience = `irsa-proof-${randomBytes(16).toString("hex")}`;
  for (const name of [serviceAccount.name, "default" as ServiceAccountRef["name"]]) {
    const ref = { ...serviceAccount, name };
    const token = await answerOf(() => api.requestToken(ref, audience, 600), refusals);
    if (token === undefined) continue;
    const issuer = issuerIn(token);
    if (issuer !== cluster.issuer)
      throw wrongCluster(proof, issuer ?? "none: its token is not a JSON Web Token");
    const keys = await keysOf(proof);
    return verifySigned(token, { audience, subject: subjectOf(ref) }, keys, proof);
  }
  throw unproved(proof, refusals);
}

async function answerOf<T>(ask: () => Promise<T>, refusals: string[]): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === "unreachable" || error.code === "tls") throw error;
    refusals.push(error.message);
    return undefined;
  }
}

async function keysOf(proof: ClusterProof): Promise<JSONWebKeySet> {
  try {
    return await proof.readKeys(proof.cluster.issuer);
  } catch (error) {
    if (isFailure(error) && error.kind !== "input") throw unproved(proof, [error.message]);
    throw error;
  }
}

function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Seconds by which clocks may differ; AWS allows as much. */
const CLOCK_TOLERANCE = 300;

async function verifySigned(
  token: string,
  expected: { readonly audience: string; readonly subject: string },
  keys: JSONWebKeySet,
  proof: ClusterProof,
): Promise<void> {
  try {
    await jwtVerify(token, createLocalJWKSet(keys), {
      ...expected,
      issuer: proof.cluster.issuer,
      algorithms: ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
      requiredClaims: ["exp"],
      clockTolerance: CLOCK_TOLERANCE,
    });
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
    throw forged(proof, error.message);
  }
}

function contextOf(access: ApiAccess): string {
  return `${access.context}     ${shownServer(access)}`;
}

const ADVICE =
  "Omit --kubeconfig and --context to connect to the endpoint from EKS, or choose the right context";

function wrongCluster({ access, cluster }: ClusterProof, issuer: string): Failure {
  return new Failure("refused", "wrong-cluster", "this kubeconfig context is a different cluster", {
    facts: [
      ["requested", `${cluster.name}     issuer ${cluster.issuer}`],
      ["context", `${access.context}     issuer ${issuer}`],
    ],
    advice: ADVICE,
  });
}

function forged({ access, cluster }: ClusterProof, reason: string): Failure {
  return new Failure("refused", "wrong-cluster", "this kubeconfig context is a different cluster", {
    facts: [
      ["requested", `${cluster.name}     issuer ${cluster.issuer}`],
      ["context", contextOf(access)],
      ["its token", `is not signed by the issuer's published keys, or does not match the request: ${reason}`],
    ],
    advice: ADVICE,
  });
}

function unproved({ access, cluster }: ClusterProof, refusals: readonly string[]): Failure {
  return new Failure(
    "refused",
    "unproved-cluster",
    "this kubeconfig context can't be verified to be the cluster",
    {
      facts: [
        ["requested", `${cluster.name}     ${cluster.endpoint ?? ""}`],
        ["context", contextOf(access)],
        ["certificate", "not signed by the cluster's certificate authority in EKS"],
        ...refusals.map((refusal) => ["token", refusal] as const),
      ],
      advice: "Omit --kubeconfig and --context to connect to the endpoint from EKS",
    },
  );
}
