import type { JWK } from "jose";
import { randomBytes } from "node:crypto";
import { issueServerCertificate } from "../tls.ts";
import type { Authenticator } from "./auth/authentication.ts";
import { publicKey } from "./auth/tokens.ts";
import { systemUser, type User } from "./auth/user.ts";
import type { Cluster } from "./cluster.ts";
import { CONTROLLERS } from "./controllers/all.ts";
import { isReady } from "./controllers/pods.ts";
import { runControllers } from "./controllers/loop.ts";
import { route, type Around } from "./http/router.ts";
import { listenHttps } from "./https.ts";
import type { KubeObject, StringMap } from "./model/object.ts";
import { RESOURCES, groupVersionOf, PODS, SERVICE_ACCOUNTS, type Resource } from "./model/resources.ts";
import { matchesLabels } from "./model/selectors.ts";
import { equalJson } from "./patch/json.ts";
import { seed } from "./seed.ts";
import type { KubernetesState } from "./state.ts";
import { openStore } from "./store.ts";
import { createWriter } from "./writer.ts";

/** What an API is started with. */
export interface KubernetesApiOptions {
  /** The cluster; changed in place. One that is new gets what every cluster has. */
  readonly state: KubernetesState;
  /** The `iss` of ServiceAccount tokens. */
  readonly issuer: string;
  /** `ISSUER/keys` by default. */
  readonly jwksUri?: string;
  /** The audiences that are the API itself; `https://kubernetes.default.svc` by default. */
  readonly audiences?: readonly string[];
  /** Knows the bearers of tokens that are not the cluster's own. */
  readonly authenticator?: Authenticator;
  /** The cluster's version; `v1.33.1` by default. */
  readonly gitVersion?: string;
  /** A free one on 127.0.0.1 by default. */
  readonly port?: number;
  /** Called after every change of the state. */
  readonly onChange?: () => void;
  /** Comes between every request and its answer. */
  readonly around?: Around;
}

/** A Kubernetes API that runs. */
export interface KubernetesApi {
  readonly url: string;
  /** The CA that its certificate is signed by. */
  readonly caPem: string;
  readonly issuer: string;
  /** A bearer token for a user of these groups, who may do what RBAC grants; one of `system:masters` may everything. */
  readonly tokenFor: (username: string, groups?: readonly string[]) => string;
  /** The public keys of ServiceAccount tokens. */
  readonly jwks: () => { readonly keys: readonly JWK[] };
  /** The annotations of a ServiceAccount, as the admission webhook looks them up. */
  readonly annotations: (namespace: string, name: string) => Promise<StringMap | undefined>;
  /** Creates an object, or replaces it, as an administrator. @throws ApiError. */
  readonly ensure: (object: KubeObject) => Promise<void>;
  /** Removes an object, if it is there, and waits for the controllers. */
  readonly remove: (object: KubeObject) => Promise<void>;
  /** True if the pod of a token, and the ServiceAccount that it is for, are still there. */
  readonly podExists: (identity: TokenIdentity) => boolean;
  /** True if a ready pod has these labels. */
  readonly hasReadyPod: (namespace: string, labels: StringMap) => boolean;
  /** Resolves when the controllers have nothing left to do. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const NODE_NAME = "ip-10-0-0-10.internal";
const DAY = 86_400;

/**
 * Starts the emulation of the Kubernetes API on loopback, with its controllers and a node of its own.
 * @throws Error when the port can't be listened on.
 */
export async function startKubernetesApi(options: KubernetesApiOptions): Promise<KubernetesApi> {
  const { state, issuer, around, port } = options;
  const cluster = clusterOf(options);
  const { store, writer } = cluster;
  const unsubscribe = store.subscribe(() => options.onChange?.());
  if (state.revision === 0) await seed(writer, NODE_NAME);
  const caPem = state.authority.certificatePem;
  const listener = await listenHttps({
    certificate: await issueServerCertificate(state.authority, [
      "127.0.0.1",
      "localhost",
      "kubernetes.default.svc",
    ]),
    handle: (request, response) => route(cluster, request, response, around),
    ...(port !== undefined && { port }),
  });
  const controllers = runControllers({ store, writer, caPem }, CONTROLLERS);
  await controllers.settled();
  return {
    url: listener.url,
    caPem,
    issuer,
    tokenFor: (username, groups = []) => tokenFor(state, { username, groups }),
    jwks: () => ({ keys: [publicKey(state.signingKey)] }),
    annotations: async (namespace, name) => annotationsOf(cluster, namespace, name),
    ensure: (object) => ensure(cluster, object),
    async remove(object) {
      const resource = resourceOf(object);
      const { namespace = "", name } = object.metadata;
      const current = store.get(resource, namespace, name);
      if (current !== undefined) writer.remove(resource, current);
      await controllers.settled();
    },
    podExists: (identity) => podExists(cluster, identity),
    hasReadyPod: (namespace, labels) =>
      store
        .list(PODS, namespace)
        .some((pod) => isReady(pod) && matchesLabels({ matchLabels: labels }, pod.metadata.labels)),
    settled: controllers.settled,
    async stop() {
      await listener.stop();
      await controllers.stop();
      unsubscribe();
    },
  };
}

function clusterOf(options: KubernetesApiOptions): Cluster {
  const { state, issuer, authenticator } = options;
  const {
    audiences = ["https://kubernetes.default.svc"],
    jwksUri = `${issuer}/keys`,
    gitVersion = "v1.33.1",
  } = options;
  const store = openStore(state);
  return {
    store,
    writer: createWriter(store),
    tokenIssuer: { issuer, signingKey: state.signingKey, audiences },
    jwksUri,
    maximumTokenSeconds: DAY,
    users: state.users,
    gitVersion,
    ...(authenticator && { authenticator }),
  };
}

/** A user keeps their token. */
function tokenFor(state: KubernetesState, user: User): string {
  const known = Object.entries(state.users).find(([, candidate]) => equalJson(candidate, user));
  if (known !== undefined) return known[0];
  const token = randomBytes(24).toString("base64url");
  state.users[token] = user;
  return token;
}

/** A ServiceAccount without annotations has none; one that does not exist is not known. */
function annotationsOf({ store }: Cluster, namespace: string, name: string): StringMap | undefined {
  const serviceAccount = store.get(SERVICE_ACCOUNTS, namespace, name);
  return serviceAccount && (serviceAccount.metadata.annotations ?? {});
}

/** Whom a token names. */
interface TokenIdentity {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod: { readonly name: string; readonly uid: string };
}

function podExists({ store }: Cluster, { namespace, serviceAccount, pod }: TokenIdentity): boolean {
  const owner = store.get(SERVICE_ACCOUNTS, namespace, serviceAccount.name);
  const found = store.get(PODS, namespace, pod.name);
  return owner?.metadata.uid === serviceAccount.uid && found?.metadata.uid === pod.uid;
}

function resourceOf(object: KubeObject): Resource {
  const resource = RESOURCES.find(
    (candidate) => candidate.kind === object.kind && groupVersionOf(candidate) === object.apiVersion,
  );
  if (resource === undefined) throw new Error(`no such kind: ${object.apiVersion} ${object.kind}`);
  return resource;
}

async function ensure({ store, writer }: Cluster, object: KubeObject): Promise<void> {
  const resource = resourceOf(object);
  const options = { user: systemUser("admin"), dryRun: false, manager: "irsa-sandbox" };
  const current = store.get(resource, object.metadata.namespace ?? "", object.metadata.name);
  if (current === undefined) await writer.create(resource, object, options);
  else await writer.update(resource, current, object, options);
}
