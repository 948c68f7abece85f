import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseClusterArn } from "../../src/model/arn.ts";
import { kubeconfig, startSandbox, type Sandbox } from "irsa-sandbox";
import { createKubernetesState, declareCluster, startKubernetesApi } from "irsa-sandbox/parts";
import { assembleAwsWorld, defaultEntries, worldKeys } from "./aws-assembly.ts";
import type { AwsWorld, ClusterFacts } from "./aws-world.ts";
import { AWS_NAME, CLUSTER_NAME, type StrangerCluster, type World } from "./world.ts";

const AWS_ACCOUNT = "111122223333";
const REGION = "eu-west-1";

/** The embedded world, in this process: Node is all that it needs. */
export async function startSandboxWorld(): Promise<World> {
  const keys = worldKeys(AWS_ACCOUNT);
  const sandbox = await startSandbox({
    clusters: [requireClusterArn(`arn:aws:eks:${REGION}:${AWS_ACCOUNT}:cluster/${CLUSTER_NAME}`)],
    accessEntries: defaultEntries(AWS_ACCOUNT),
    observers: new Set([keys.observer.accessKeyId]),
    hosts: [AWS_NAME],
  });
  const [cluster] = sandbox.clusters;
  if (cluster === undefined) throw new Error("the sandbox has no cluster");
  for (const key of Object.values(keys)) sandbox.aws.store.add(key);
  const accessEntries = defaultEntries(AWS_ACCOUNT);
  const aws = await awsOf(sandbox, keys, new Map([[CLUSTER_NAME, { ...cluster, accessEntries }]]));
  const write = async (user: string, groups: readonly string[]) => {
    const file = join(sandbox.folder, `${encodeURIComponent([user, ...groups].join(" "))}.kubeconfig`);
    const { endpoint: server, caPem } = cluster;
    await writeFile(file, kubeconfig([{ name: user, server, caPem, token: cluster.tokenFor(user, groups) }]));
    return file;
  };
  return {
    aws,
    cluster,
    adminKubeconfig: await write("admin", ["system:masters"]),
    kubeconfigFor: async (user, groups = []) => write(user, groups),
    environmentOf: aws.environmentOf,
    stop: aws.stop,
  };
}

async function awsOf(
  sandbox: Sandbox,
  keys: ReturnType<typeof worldKeys>,
  clusters: Map<string, ClusterFacts>,
): Promise<AwsWorld> {
  const { aws, folder } = sandbox;
  const declare = (name: string, { jwks: _kept, ...facts }: ClusterFacts) => {
    declareCluster({ store: aws.store, awsAccount: AWS_ACCOUNT, region: REGION }, { name, ...facts });
  };
  const world = await assembleAwsWorld({
    awsAccount: AWS_ACCOUNT,
    region: REGION,
    keys,
    keyRing: aws.store.find,
    gateway: { url: aws.url, stop: async () => undefined },
    folder,
    clusters,
    faults: aws.faults,
    recorder: aws.recorder,
    createCluster: async (name, facts) => declare(name, facts),
    updateCluster: declare,
    stop: sandbox.stop,
  });
  // Those of the clusters are recorded too; this is AWS alone.
  return { ...world, calls: () => world.calls().filter(({ service }) => service !== "kubernetes") };
}

/** The ARN of a cluster. @throws Error when it is none */
export function requireClusterArn(text: string) {
  const parsed = parseClusterArn(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** An emulated cluster that no AWS knows. */
export async function startEmbeddedStranger(issuer: string): Promise<StrangerCluster> {
  const api = await startKubernetesApi({ state: await createKubernetesState(), issuer });
  const folder = await mkdtemp(join(tmpdir(), "irsa-"));
  const adminKubeconfig = join(folder, "kubeconfig");
  const token = api.tokenFor("admin", ["system:masters"]);
  await writeFile(adminKubeconfig, kubeconfig([{ name: "admin", server: api.url, caPem: api.caPem, token }]));
  return {
    adminKubeconfig,
    async stop() {
      await api.stop();
      await rm(folder, { recursive: true });
    },
  };
}
