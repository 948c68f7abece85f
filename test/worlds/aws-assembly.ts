import { IAMClient } from "@aws-sdk/client-iam";
import {
  ISSUERS_PATH,
  createCertificateAuthority,
  newSessionKey,
  newUserKey,
  sessionPrincipal,
  startTokenReviewer,
  uniqueId,
  type AccessEntry,
  type AccessKey,
  type Faults,
  type Gateway,
  type KeyRing,
  type Recorder,
} from "irsa-sandbox/parts";
import type { AwsWorld, ClusterFacts, PrincipalName } from "./aws-world.ts";
import { cleanEnvironment } from "./environment.ts";

/** What a world is started with. */
export interface AwsWorldOptions {
  /** Twelve digits; 111122223333 by default, an account that AWS's documentation uses and nobody has. */
  readonly awsAccount?: string;
  /** eu-west-1 by default. */
  readonly region?: string;
}

/** The keys of a world: those that tests act with, and one to look in with. */
export type WorldKeys = Readonly<Record<PrincipalName | "observer", AccessKey>>;

/** What differs between the worlds. */
export interface AwsParts {
  readonly awsAccount: string;
  readonly region: string;
  readonly keys: WorldKeys;
  readonly keyRing: KeyRing;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** A folder of the world's own, as home for child processes. */
  readonly folder: string;
  /** The declared clusters; assembling fills it. */
  readonly clusters: Map<string, ClusterFacts>;
  readonly createCluster: (name: string, facts: ClusterFacts) => Promise<void>;
  readonly updateCluster: (name: string, facts: ClusterFacts) => void;
  readonly stop: () => Promise<void>;
}

const DAY = 86_400;

/** New throw-away keys for a world's principals. */
export function worldKeys(awsAccount: string): WorldKeys {
  const user = (name: string) =>
    newUserKey({ arn: `arn:aws:iam::${awsAccount}:user/${name}`, awsAccount, userId: uniqueId("AIDA") });
  const role = { arn: `arn:aws:iam::${awsAccount}:role/deployer`, roleId: uniqueId("AROA") };
  return {
    admin: user("ci"),
    viewer: user("viewer"),
    session: newSessionKey(sessionPrincipal(role, "ci"), DAY, Date.now()),
    observer: user("observer"),
  };
}

/** The world around a gateway: what all of them have alike. */
export async function assembleAwsWorld(parts: AwsParts): Promise<AwsWorld> {
  const { awsAccount, region, keys, keyRing, gateway, faults, recorder, clusters } = parts;
  const reviewer = await startTokenReviewer({
    authority: await createCertificateAuthority("token review"),
    accessEntries: (cluster) => clusters.get(cluster)?.accessEntries ?? defaultEntries(awsAccount),
    stsHosts: new Set([new URL(gateway.url).host]),
    keys: keyRing,
  });
  const observer = new IAMClient({ endpoint: gateway.url, region, credentials: keys.observer });
  const environmentOf = (principal: PrincipalName) => ({
    ...cleanEnvironment(parts.folder),
    ...endpointVariables(gateway.url, region, keys[principal]),
  });
  return {
    url: gateway.url,
    awsAccount,
    region,
    keys,
    environment: environmentOf("admin"),
    environmentOf,
    async createCluster(name, facts) {
      await parts.createCluster(name, facts);
      clusters.set(name, facts);
    },
    updateCluster(name, changes) {
      const known = clusters.get(name);
      if (known === undefined) throw new Error(`no such cluster: ${name}`);
      const facts = { ...known, ...changes };
      parts.updateCluster(name, facts);
      clusters.set(name, facts);
    },
    tokenReview: (cluster) => ({ url: reviewer.url(cluster), caPem: reviewer.caPem }),
    calls: () => recorder.calls(),
    clearCalls: () => recorder.clear(),
    fail: (rule) => faults.fail(rule),
    deny: (rule) => faults.deny(rule),
    setLatency: (milliseconds) => faults.setLatency(milliseconds),
    before: (action, run, nth) => faults.before(action, run, nth),
    clearFaults: () => faults.clear(),
    iam: () => observer,
    async stop() {
      observer.destroy();
      await Promise.all([gateway.stop(), reviewer.stop(), parts.stop()]);
    },
  };
}

/** Who may log in to a cluster by default: the admin and the session as masters, the viewer without groups. */
export function defaultEntries(awsAccount: string): readonly AccessEntry[] {
  const iam = `arn:aws:iam::${awsAccount}:`;
  return [
    { principalArn: `${iam}user/ci`, groups: ["system:masters"] },
    { principalArn: `${iam}role/deployer`, groups: ["system:masters"] },
    { principalArn: `${iam}user/viewer`, groups: [] },
  ];
}

function endpointVariables(url: string, region: string, key: AccessKey): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    IRSA_ISSUER_ENDPOINT_URL: `${url}${ISSUERS_PATH}`,
    AWS_REGION: region,
    // What the first generation of the aws CLI reads.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    ...(key.sessionToken !== undefined && { AWS_SESSION_TOKEN: key.sessionToken }),
  };
}
