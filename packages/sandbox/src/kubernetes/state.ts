import { exportJWK, generateKeyPair, type JWK } from "jose";
import { randomBytes } from "node:crypto";
import { createCertificateAuthority, type CertificateWithKey } from "../tls.ts";
import type { User } from "./auth/user.ts";
import type { KubeObject } from "./model/object.ts";

/** All that a cluster is: plain JSON, changed in place while its API runs. Its keys are secrets of this world alone. */
export interface KubernetesState {
  /** The last resourceVersion given out. */
  revision: number;
  /** By resource (`pods`, `deployments.apps`), then by `namespace/name` (`/name` for cluster-wide ones). */
  readonly objects: Record<string, Record<string, KubeObject>>;
  /** Signs the certificates of the API server and of its webhook. */
  readonly authority: CertificateWithKey;
  /** The private RSA key that signs ServiceAccount tokens, with its `kid`. */
  readonly signingKey: JWK;
  /** Who the bearers of these tokens are. */
  readonly users: Record<string, User>;
}

/** A cluster before it first starts: keys, and no objects yet. */
export async function createKubernetesState(): Promise<KubernetesState> {
  const [authority, { privateKey }] = await Promise.all([
    createCertificateAuthority("kubernetes"),
    generateKeyPair("RS256", { extractable: true }),
  ]);
  return {
    revision: 0,
    objects: {},
    authority,
    signingKey: {
      ...(await exportJWK(privateKey)),
      alg: "RS256",
      use: "sig",
      kid: randomBytes(20).toString("hex"),
    },
    users: {},
  };
}
