import type { JSONWebKeySet } from "jose";
import type { AgentOptions } from "./agent.ts";
import { authenticated } from "./authentication.ts";
import { authorized, IdentityPolicies } from "./authorization.ts";
import { STACK_OPERATIONS } from "./cloudformation/operations.ts";
import { eksAuthBackend, type EksAuthOptions } from "./eks-auth/backend.ts";
import { EC2_OPERATIONS } from "./ec2/operations.ts";
import { EKS_OPERATIONS } from "./eks/operations.ts";
import { maybeText, type AwsService, type Backend } from "./exchange.ts";
import { newControlToken } from "./control.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { EKS_AUTH_OPERATIONS } from "./eks-routes.ts";
import { recordUse } from "./iam/last-accessed.ts";
import { IAM_OPERATIONS } from "./iam/operations.ts";
import { operationsBackend } from "./operation.ts";
import { Recorder } from "./recorder.ts";
import type { AssumableRole } from "./session-request.ts";
import type { StateStore } from "./state-store.ts";
import { at, type AwsState } from "./state.ts";
import { STS_OPERATIONS, stsBackend } from "./sts.ts";
import { Faults } from "./faults.ts";
import type { WebIdentityLookups } from "./web-identity.ts";

/** What an emulated AWS is started with. */
export interface AwsEmulationOptions {
  /** Accounts, clusters and keys; whoever starts the emulation puts them there. */
  readonly store: StateStore;
  /** An issuer's signing keys, as STS fetches them; `undefined` when they can't be had. */
  readonly jwks: (issuer: string) => Promise<JSONWebKeySet | undefined>;
  /** True if a cluster, by ARN, still has a token's pod and ServiceAccount; not asked by default. */
  readonly podExists?: EksAuthOptions["podExists"];
  /** True if an agent of Pod Identity is ready in a cluster, by ARN; taken for granted by default. */
  readonly agentReady?: AgentOptions["agentReady"];
  /** Called once an add-on is installed, changed or deleted, before that is answered. */
  readonly onAddon?: (event: AddonEvent) => Promise<void>;
  /** Keys whose calls are neither recorded nor disturbed. */
  readonly observers?: ReadonlySet<string>;
  /** Names by which it may be called, besides 127.0.0.1 and localhost. */
  readonly hosts?: readonly string[];
  /** What the control endpoint takes; one that nobody else can know by default. */
  readonly controlToken?: string;
  /** A free one by default. */
  readonly port?: number;
}

/** What became of an add-on. */
export interface AddonEvent {
  readonly clusterArn: string;
  readonly name: string;
  /** False for one whose software is to be removed. */
  readonly installed: boolean;
}

/** A running emulation, and its handles. */
export interface AwsEmulation extends Gateway {
  /** Names by which it may be called, besides 127.0.0.1 and localhost. */
  readonly hosts: readonly string[];
  readonly controlToken: string;
  readonly store: StateStore;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** Limits keys to what a policy allows. */
  readonly policies: IdentityPolicies;
}

/**
 * Starts IAM, EKS, EKS Auth, STS and CloudFormation on one loopback port, with the state of the store.
 * @throws Error when a fixed port is taken.
 */
export async function startAwsEmulation(options: AwsEmulationOptions): Promise<AwsEmulation> {
  const { store, observers, hosts = [], port } = options;
  const { controlToken = newControlToken() } = options;
  const handles = {
    store,
    faults: new Faults(),
    recorder: new Recorder(),
    policies: new IdentityPolicies(),
    controlToken,
  };
  const gateway = await startGateway({
    ...handles,
    jwks: options.jwks,
    clusters: () =>
      Object.values(store.current().awsAccounts)
        .flatMap(({ clusters }) => Object.values(clusters))
        .map(({ arn, endpoint }) => ({ arn, endpoint })),
    agents: { store, agentReady: options.agentReady },
    backend: authenticated(
      store.find,
      authorized(handles.policies, store.find, store, emulationBackend(options)),
    ),
    keys: store.find,
    recordUse: (use) =>
      store.write(use.roleArn.split(":")[4] ?? "", (draft) => recordUse(draft, use, new Date())),
    setLag: (milliseconds) => store.setLag(milliseconds),
    ...(observers !== undefined && { observers }),
    hosts,
    ...(port !== undefined && { port }),
  });
  return { ...gateway, ...handles, hosts };
}

/** What is emulated, as the actions of a policy are written. */
export const EMULATED_ACTIONS: readonly string[] = Object.entries({
  iam: Object.keys(IAM_OPERATIONS),
  ec2: Object.keys(EC2_OPERATIONS),
  eks: Object.keys(EKS_OPERATIONS),
  "eks-auth": EKS_AUTH_OPERATIONS,
  sts: Object.keys(STS_OPERATIONS),
  cloudformation: Object.keys(STACK_OPERATIONS),
}).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));

/** The services over one store. */
function emulationBackend({ store, jwks, podExists, onAddon }: AwsEmulationOptions): Backend {
  const services: Readonly<Record<AwsService, Backend>> = {
    iam: operationsBackend(IAM_OPERATIONS, store),
    ec2: operationsBackend(EC2_OPERATIONS, store),
    eks: eksBackend({ store, onAddon }),
    "eks-auth": eksAuthBackend({ store, jwks, podExists }),
    sts: stsBackend({ keys: store, lookups: lookupsIn(store, jwks) }),
    cloudformation: operationsBackend(STACK_OPERATIONS, store),
  };
  return async (request) => services[request.service](request);
}

/** EKS alone, over a store. */
export function eksBackend({
  store,
  onAddon,
}: {
  readonly store: StateStore;
  readonly onAddon?: AwsEmulationOptions["onAddon"] | undefined;
}): Backend {
  return tellingAddons(operationsBackend(EKS_OPERATIONS, store), store, onAddon);
}

const ADDON_WRITE = /^(Create|Update|Delete)Addon$/;

/** A backend that tells what its calls do to add-ons; software that is to be preserved stays. */
function tellingAddons(backend: Backend, store: StateStore, tell: AwsEmulationOptions["onAddon"]): Backend {
  return async (request) => {
    const response = await backend(request);
    const { action, parameters, region, accessKeyId = "" } = request;
    const [, write] = ADDON_WRITE.exec(action) ?? [];
    const awsAccount = store.find(accessKeyId)?.principal.awsAccount ?? "";
    const key = `${region}/${maybeText(parameters, "clusterName") ?? ""}`;
    const cluster = at(store.current().awsAccounts[awsAccount]?.clusters ?? {}, key);
    if (write === undefined || cluster === undefined || tell === undefined) return response;
    const { preserve } = parameters;
    const installed = write !== "Delete" || preserve === true || preserve === "true";
    await tell({ clusterArn: cluster.arn, name: maybeText(parameters, "addonName") ?? "", installed });
    return response;
  };
}

/** STS looks at what has become visible, so it lags behind IAM's writes as the real one does. */
function lookupsIn(store: StateStore, jwks: AwsEmulationOptions["jwks"]): WebIdentityLookups {
  return {
    clientIds: async (arn) => awsAccountOf(arn, store.visible())?.providers[arn]?.clientIds,
    role: async (arn) => roleIn(arn, store.visible()),
    jwks,
    now: () => Date.now(),
  };
}

function awsAccountOf(arn: string, state: AwsState) {
  return at(state.awsAccounts, arn.split(":")[4] ?? "");
}

function roleIn(arn: string, state: AwsState): AssumableRole | undefined {
  const name = arn.slice(arn.lastIndexOf("/") + 1).toLowerCase();
  const role = at(awsAccountOf(arn, state)?.roles ?? {}, name);
  if (role === undefined) return undefined;
  const { id: roleId, maxSessionDuration } = role;
  return { arn: role.arn, roleId, trust: JSON.parse(role.trust) as unknown, maxSessionDuration };
}
