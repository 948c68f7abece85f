import { generateKeyPair } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import {
  createCertificateAuthority,
  issueServerCertificate,
  type CertificateWithKey,
} from "irsa-sandbox/parts";
import { issueClientCertificate } from "./client-certificate.ts";

/** The files that the components are pointed at; each world has its own, made again. */
export interface CredentialFiles {
  readonly authority: CertificateWithKey;
  /** The authority's certificate: for clients, for servers and inside pods. */
  readonly authorityFile: string;
  readonly serverCertificateFile: string;
  readonly serverKeyFile: string;
  /** RSA, since EKS signs its tokens with RS256. */
  readonly tokenKeyFile: string;
}

/** Where a bearer token's user is looked up, as EKS's own authenticator does. */
export interface TokenWebhook {
  /** HTTPS; gets TokenReviews of authentication.k8s.io/v1 by POST. */
  readonly url: string;
  readonly caPem: string;
}

const RSA_BITS = 2048;
const SERVER_NAMES = ["127.0.0.1", "localhost", "kubernetes.default.svc"];

/** Makes a CA, the API server's certificate and the key of ServiceAccount tokens, in `folder`. */
export async function createCredentials(folder: string): Promise<CredentialFiles> {
  const authority = await createCertificateAuthority("control plane of a test");
  const server = await issueServerCertificate(authority, SERVER_NAMES);
  const token = await promisify(generateKeyPair)("rsa", { modulusLength: RSA_BITS });
  return {
    authority,
    authorityFile: await writeSecret(folder, "ca.crt", authority.certificatePem),
    serverCertificateFile: await writeSecret(folder, "server.crt", server.certificatePem),
    serverKeyFile: await writeSecret(folder, "server.key", server.keyPem),
    tokenKeyFile: await writeSecret(
      folder,
      "service-account.key",
      token.privateKey.export({ type: "pkcs8", format: "pem" }),
    ),
  };
}

/** Writes a kubeconfig (context and user named after `user`) with a certificate for them; gives its path. */
export async function writeUserKubeconfig(
  folder: string,
  server: string,
  authority: CertificateWithKey,
  user: string,
  groups: readonly string[],
): Promise<string> {
  const client = await issueClientCertificate(authority, user, groups);
  const cluster = { server, "certificate-authority-data": base64(authority.certificatePem) };
  const credentials = {
    "client-certificate-data": base64(client.certificatePem),
    "client-key-data": base64(client.keyPem),
  };
  const fileName = encodeURIComponent([user, ...groups].join(" "));
  return writeSecret(folder, `${fileName}.kubeconfig`, kubeconfig(user, cluster, credentials));
}

/** Writes the kubeconfig by which the API server reaches `webhook`; gives its path. */
export async function writeTokenWebhookKubeconfig(folder: string, webhook: TokenWebhook): Promise<string> {
  const cluster = { server: webhook.url, "certificate-authority-data": base64(webhook.caPem) };
  return writeSecret(folder, "token-webhook.kubeconfig", kubeconfig("api-server", cluster, {}));
}

function kubeconfig(user: string, cluster: object, credentials: object): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": user,
    clusters: [{ name: "control-plane", cluster }],
    contexts: [{ name: user, context: { cluster: "control-plane", user } }],
    users: [{ name: user, user: credentials }],
  });
}

async function writeSecret(folder: string, name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
