import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  AwsError,
  Faults,
  KeyStore,
  Recorder,
  authenticated,
  newControlToken,
  startGateway,
  stsBackend,
  type AssumableRole,
  type Backend,
  type WebIdentityLookups,
} from "irsa-sandbox/parts";
import { assembleAwsWorld, worldKeys, type AwsWorldOptions } from "../aws-assembly.ts";
import type { AwsWorld, ClusterFacts } from "../aws-world.ts";
import { openNursery, type Nursery } from "../process.ts";
import { AWS_NAME } from "../world.ts";
import { forwardTo } from "./forward.ts";
import { podIdentityBeside, type ClusterHooks } from "./pod-identity.ts";
import { audiencesOf, withOverrides, type Moto, type OverrideState } from "./overrides.ts";
import { startMoto } from "./server.ts";

/** What moto's world is started with. */
export interface MotoWorldOptions extends AwsWorldOptions {
  /** Its cluster; without one, add-ons have no software and every pod is taken for there. */
  readonly hooks?: ClusterHooks;
}

/** moto's world, and what the webhook asks of EKS. */
export interface MotoWorld extends AwsWorld {
  readonly hasAssociation: (namespace: string, serviceAccount: string) => boolean;
}

const NO_CLUSTER: ClusterHooks = { onAddon: async () => undefined, podExists: async () => true };

/**
 * Starts moto with our gateway before it. `stop()` leaves nothing behind.
 * @throws Error when Python is missing, or moto can't be installed or started.
 */
export async function startMotoWorld(options: MotoWorldOptions = {}): Promise<MotoWorld> {
  const nursery = await openNursery(0);
  try {
    return await assemble(nursery, options);
  } catch (error) {
    await nursery.close();
    throw error;
  }
}

async function assemble(nursery: Nursery, options: MotoWorldOptions): Promise<MotoWorld> {
  const { awsAccount = "111122223333", region = "eu-west-1", hooks = NO_CLUSTER } = options;
  const keys = worldKeys(awsAccount);
  const store = new KeyStore(Object.values(keys));
  const clusters = new Map<string, ClusterFacts>();
  const motoUrl = await startMoto(nursery, awsAccount);
  const clientOptions = { endpoint: motoUrl, region, credentials: keys.observer };
  const moto = { iam: new IAMClient(clientOptions), forward: forwardTo(motoUrl) };
  const eks = new EKSClient(clientOptions);
  const state = { clusters, audiences: new Map<string, readonly string[]>() };
  const lookups = lookupsIn(moto, state);
  const sts = stsBackend({ keys: store, lookups });
  const podIdentity = podIdentityBeside({
    iam: moto.iam,
    awsAccount,
    region,
    keys: Object.values(keys),
    sessions: store.find,
    jwks: async (issuer) => lookups.jwks(issuer),
    hooks,
  });
  const handles = { faults: new Faults(), recorder: new Recorder() };
  const gateway = await startGateway({
    controlToken: newControlToken(),
    ...handles,
    jwks: async (issuer) => lookups.jwks(issuer),
    backend: authenticated(store.find, either(sts, podIdentity.before(withOverrides(moto, state)))),
    keys: store.find,
    observers: new Set([keys.observer.accessKeyId]),
    hosts: [AWS_NAME],
  });
  const world = await assembleAwsWorld({
    ...handles,
    awsAccount,
    region,
    keys,
    keyRing: store.find,
    gateway,
    folder: nursery.folder,
    clusters,
    async createCluster(name, facts) {
      podIdentity.declare(name, facts);
      const roleArn = `arn:aws:iam::${awsAccount}:role/cluster`;
      await eks.send(new CreateClusterCommand({ name, roleArn, resourcesVpcConfig: { subnetIds: [] } }));
    },
    // What DescribeCluster says is looked up with each call.
    updateCluster: podIdentity.declare,
    async stop() {
      moto.iam.destroy();
      eks.destroy();
      await nursery.close();
    },
  });
  return { ...world, hasAssociation: podIdentity.hasAssociation };
}

function either(sts: Backend, others: Backend): Backend {
  return async (request) => (request.service === "sts" ? sts(request) : others(request));
}

function lookupsIn(moto: Moto, state: OverrideState): WebIdentityLookups {
  return {
    async clientIds(providerArn) {
      return audiencesOf(providerArn, moto, state).catch((error: unknown) => {
        if (error instanceof AwsError) return undefined;
        throw error;
      });
    },
    async jwks(issuer) {
      return [...state.clusters.values()].find((facts) => facts.issuer === issuer)?.jwks?.();
    },
    role: async (arn) => roleIn(moto.iam, arn),
    now: () => Date.now(),
  };
}

async function roleIn(iam: IAMClient, arn: string): Promise<AssumableRole | undefined> {
  const RoleName = arn.slice(arn.lastIndexOf("/") + 1);
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    return {
      arn: Role?.Arn ?? "",
      roleId: Role?.RoleId ?? "",
      trust: JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")) as unknown,
      maxSessionDuration: Role?.MaxSessionDuration ?? 3600,
    };
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchEntityException") return undefined;
    throw error;
  }
}
