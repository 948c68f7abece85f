import { Health, KubeConfig, OpenidApi } from "@kubernetes/client-node";
import type { JSONWebKeySet } from "jose";
import { findFreePort, openNursery, waitFor, type Child, type Nursery } from "../process.ts";
import { findBinaries, type Binaries } from "./binaries.ts";
import {
  API_AUDIENCE,
  apiServerCommand,
  controllerManagerCommand,
  etcdCommand,
  kwokCommand,
  schedulerCommand,
} from "./components.ts";
import {
  createCredentials,
  writeTokenWebhookKubeconfig,
  writeUserKubeconfig,
  type CredentialFiles,
  type TokenWebhook,
} from "./credentials.ts";
import { issueServerCertificate, type CertificateWithKey } from "irsa-sandbox/parts";
import { addNodes, applyYaml, areWorkloadsPossible } from "./objects.ts";
import { settled } from "./settled.ts";

/** What the control plane should be like. */
export interface ControlPlaneOptions {
  /** `true` brings controllers, a scheduler and fake nodes: pods are made and run. `false` is the API alone. */
  readonly workloads: boolean;
  /** How many fake nodes, with `workloads`; one by default. */
  readonly nodes?: number;
  /** The `iss` of ServiceAccount tokens; `https://kubernetes.default.svc` by default. */
  readonly issuer?: string;
  /** The `jwks_uri` that OIDC discovery names; the API server's own address by default. */
  readonly jwksUri?: string;
  /** Who knows the bearer tokens that aren't ServiceAccounts'; nobody by default. */
  readonly tokenWebhook?: TokenWebhook;
}

/** A running Kubernetes control plane, alone in its temporary folder and on loopback. */
export interface ControlPlane {
  /** `https://127.0.0.1:PORT`; the certificate holds for `localhost` too. */
  readonly server: string;
  readonly caPem: string;
  readonly issuer: string;
  /** A kubeconfig's path; its user may do anything. */
  readonly adminKubeconfig: string;
  /** Writes a kubeconfig for a user of these groups, who may do what RBAC grants; gives its path. */
  readonly kubeconfigFor: (user: string, groups?: readonly string[]) => Promise<string>;
  /** The public keys that verify ServiceAccount tokens. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** A server certificate of the cluster's own authority, as EKS gives its webhook. */
  readonly issueCertificate: (hosts: readonly string[]) => Promise<CertificateWithKey>;
  /**
   * Applies YAML documents as the administrator, and waits until the API server goes by them, with `workloads`.
   * @throws ApiException as the API server answers.
   */
  readonly apply: (yaml: string) => Promise<void>;
  /** Ends all processes and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** What the steps of a start share. */
interface World {
  readonly nursery: Nursery;
  readonly binaries: Binaries;
  readonly credentials: CredentialFiles;
}

type ApiServerOptions = ControlPlaneOptions & { readonly issuer: string };
type ApiServer = Pick<ControlPlane, "server" | "adminKubeconfig">;

/** A busy machine may need minutes for what takes seconds; a component that ends is not waited for. */
const READY_SECONDS = 300;
const PROBE_TIMEOUT = 5_000;
const PORT_ATTEMPTS = 3;
const ADMINISTRATORS = "system:masters";

/**
 * Starts a control plane and waits until it is ready, workloads included.
 * @throws Error with the component's output when one doesn't get ready; nothing is left running then.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const nursery = await openNursery(0);
  try {
    return await startIn(nursery, options);
  } catch (error) {
    await nursery.close();
    throw error;
  }
}

async function startIn(nursery: Nursery, options: ControlPlaneOptions): Promise<ControlPlane> {
  const binaries = await findBinaries(nursery, options.workloads);
  const credentials = await createCredentials(nursery.folder);
  const world: World = { nursery, binaries, credentials };
  const issuer = options.issuer ?? API_AUDIENCE;
  const { server, adminKubeconfig } = await startApiServer(world, { ...options, issuer });
  const admin = loadKubeconfig(adminKubeconfig);
  if (options.workloads) {
    await addNodes(admin, options.nodes ?? 1);
    await startWorkloads(world, adminKubeconfig, admin);
  }
  return {
    server,
    caPem: credentials.authority.certificatePem,
    issuer,
    adminKubeconfig,
    kubeconfigFor: async (user, groups = []) => writeKubeconfig(world, server, user, groups),
    jwks: async () => readKeys(admin),
    issueCertificate: (hosts) => issueServerCertificate(credentials.authority, hosts),
    apply: async (yaml) => {
      const objects = await applyYaml(admin, yaml);
      if (options.workloads) for (const object of objects) await settled(admin, object);
    },
    stop: nursery.close,
  };
}

/** Starts etcd and the API server, and waits until that is ready. */
async function startApiServer(world: World, options: ApiServerOptions): Promise<ApiServer> {
  const { nursery, binaries, credentials } = world;
  const { issuer, jwksUri, tokenWebhook } = options;
  const tokenWebhookKubeconfig =
    tokenWebhook && (await writeTokenWebhookKubeconfig(nursery.folder, tokenWebhook));
  const etcd = nursery.start(etcdCommand(binaries, nursery.folder));
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const settings = { port, issuer, jwksUri, tokenWebhookKubeconfig };
    const child = nursery.start(apiServerCommand(binaries, nursery.folder, credentials, settings));
    const server = `https://127.0.0.1:${port}`;
    const adminKubeconfig = await writeKubeconfig(world, server, "admin", [ADMINISTRATORS]);
    try {
      await waitUntilReady([etcd, child], loadKubeconfig(adminKubeconfig));
      return { server, adminKubeconfig };
    } catch (error) {
      // Between the search and the start another process may take the port.
      if (attempt === PORT_ATTEMPTS || !child.stderr().includes("address already in use")) throw error;
    }
  }
}

async function waitUntilReady(children: readonly Child[], admin: KubeConfig): Promise<void> {
  const health = new Health(admin);
  const isReady = async (): Promise<boolean> => health.readyz({ signal: AbortSignal.timeout(PROBE_TIMEOUT) });
  await waitFor("the API server was ready", children, isReady, READY_SECONDS);
}

async function startWorkloads(
  { nursery, binaries, credentials }: World,
  kubeconfig: string,
  admin: KubeConfig,
): Promise<void> {
  const children = [
    controllerManagerCommand(binaries, kubeconfig, credentials),
    schedulerCommand(binaries, kubeconfig),
    kwokCommand(binaries, kubeconfig),
  ].map(nursery.start);
  await waitFor("pods could run", children, async () => areWorkloadsPossible(admin), READY_SECONDS);
}

async function writeKubeconfig(
  { nursery, credentials }: World,
  server: string,
  user: string,
  groups: readonly string[],
): Promise<string> {
  return writeUserKubeconfig(nursery.folder, server, credentials.authority, user, groups);
}

async function readKeys(config: KubeConfig): Promise<JSONWebKeySet> {
  // The client's types say that it is text, yet it parses every JSON answer.
  const keys: unknown = await config.makeApiClient(OpenidApi).getServiceAccountIssuerOpenIDKeyset();
  return keys as JSONWebKeySet;
}

function loadKubeconfig(path: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}
