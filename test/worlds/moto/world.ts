import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { authenticated } from "../../../src/sandbox/aws/authentication.ts";
import { AwsError, type Backend } from "../../../src/sandbox/aws/exchange.ts";
import { startFront } from "../../../src/sandbox/aws/front.ts";
import { KeyStore, newSessionKey, newUserKey, uniqueId } from "../../../src/sandbox/aws/key-store.ts";
import type { AccessKey } from "../../../src/sandbox/aws/principals.ts";
import { Recorder } from "../../../src/sandbox/aws/recorder.ts";
import { sessionPrincipal, stsBackend } from "../../../src/sandbox/aws/sts.ts";
import { startTokenReviewer, type AccessEntry } from "../../../src/sandbox/aws/token-review.ts";
import { Weather } from "../../../src/sandbox/aws/weather.ts";
import type { AssumableRole, WebIdentityLookups } from "../../../src/sandbox/aws/web-identity.ts";
import { createCertificateAuthority } from "../../../src/sandbox/tls.ts";
import type { AwsWorld, ClusterFacts, PrincipalName } from "../aws-world.ts";
import { cleanEnvironment } from "../environment.ts";
import { openNursery, type Nursery } from "../process.ts";
import { forwardTo } from "./forward.ts";
import { audiencesOf, withOverrides, type Moto, type OverrideState } from "./overrides.ts";
import { startMoto } from "./server.ts";

/** What a moto world is started with. */
export interface MotoWorldOptions {
  /** Twelve digits; 111122223333 by default, an account that AWS's documentation uses and nobody has. */
  readonly account?: string;
  /** eu-west-1 by default. */
  readonly region?: string;
}

const DAY = 86_400;

/**
 * Starts moto with our front before it. `stop()` leaves nothing behind.
 * @throws Error when Python is missing, or moto can't be installed or started.
 */
export async function startMotoWorld(options: MotoWorldOptions = {}): Promise<AwsWorld> {
  const nursery = await openNursery(0);
  try {
    return await assemble(nursery, options);
  } catch (error) {
    await nursery.close();
    throw error;
  }
}

async function assemble(nursery: Nursery, options: MotoWorldOptions): Promise<AwsWorld> {
  const { account = "111122223333", region = "eu-west-1" } = options;
  const keys = principals(account);
  const store = new KeyStore(Object.values(keys));
  const clusters = new Map<string, ClusterFacts>();
  const motoUrl = await startMoto(nursery, account);
  const clientOptions = { endpoint: motoUrl, region, credentials: keys.observer };
  const moto = { iam: new IAMClient(clientOptions), forward: forwardTo(motoUrl) };
  const eks = new EKSClient(clientOptions);
  const state = { clusters, audiences: new Map<string, readonly string[]>() };
  const sts = stsBackend({ keys: store, lookups: lookupsIn(moto, state) });
  const weather = new Weather();
  const recorder = new Recorder();
  const front = await startFront({
    backend: authenticated(store.find, either(sts, withOverrides(moto, state))),
    weather,
    recorder,
    keys: store.find,
    observers: new Set([keys.observer.accessKeyId]),
  });
  const reviewer = await startTokenReviewer({
    authority: await createCertificateAuthority("token review"),
    accessEntries: (cluster) => clusters.get(cluster)?.accessEntries ?? defaultEntries(keys),
    stsHosts: new Set([new URL(front.url).host]),
    keys: store.find,
  });
  const environmentOf = (principal: PrincipalName) => ({
    ...cleanEnvironment(nursery.folder),
    ...endpointVariables(front.url, region, keys[principal]),
  });
  const observer = new IAMClient({ endpoint: front.url, region, credentials: keys.observer });
  return {
    url: front.url,
    account,
    region,
    keys,
    environment: environmentOf("admin"),
    environmentOf,
    async createCluster(name, facts) {
      const roleArn = `arn:aws:iam::${account}:role/cluster`;
      await eks.send(new CreateClusterCommand({ name, roleArn, resourcesVpcConfig: { subnetIds: [] } }));
      clusters.set(name, facts);
    },
    updateCluster(name, facts) {
      const known = clusters.get(name);
      if (known === undefined) throw new Error(`no such cluster: ${name}`);
      clusters.set(name, { ...known, ...facts });
    },
    tokenReview: (cluster) => ({ url: reviewer.url(cluster), caPem: reviewer.caPem }),
    calls: () => recorder.calls(),
    clearCalls: () => recorder.clear(),
    fail: (rule) => weather.fail(rule),
    deny: (rule) => weather.deny(rule),
    setLatency: (milliseconds) => weather.setLatency(milliseconds),
    before: (action, run, nth) => weather.before(action, run, nth),
    clearWeather: () => weather.clear(),
    iam: () => observer,
    async stop() {
      for (const client of [moto.iam, eks, observer]) client.destroy();
      await Promise.all([front.stop(), reviewer.stop(), nursery.close()]);
    },
  };
}

function either(sts: Backend, others: Backend): Backend {
  return async (request) => (request.service === "sts" ? sts(request) : others(request));
}

function principals(account: string): Readonly<Record<PrincipalName | "observer", AccessKey>> {
  const user = (name: string) =>
    newUserKey({ arn: `arn:aws:iam::${account}:user/${name}`, account, userId: uniqueId("AIDA") });
  const role = { arn: `arn:aws:iam::${account}:role/deployer`, roleId: uniqueId("AROA") };
  return {
    admin: user("ci"),
    viewer: user("viewer"),
    session: newSessionKey(sessionPrincipal(role, "ci"), DAY, Date.now()),
    observer: user("observer"),
  };
}

function defaultEntries(keys: Readonly<Record<PrincipalName, AccessKey>>): readonly AccessEntry[] {
  const account = keys.admin.principal.account;
  return [
    { principalArn: keys.admin.principal.arn, groups: ["system:masters"] },
    { principalArn: `arn:aws:iam::${account}:role/deployer`, groups: ["system:masters"] },
    { principalArn: keys.viewer.principal.arn, groups: [] },
  ];
}

function endpointVariables(url: string, region: string, key: AccessKey): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    ...(key.sessionToken !== undefined && { AWS_SESSION_TOKEN: key.sessionToken }),
  };
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
