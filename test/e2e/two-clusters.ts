import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clientEnvironment, kubeconfig, startSandbox, type Sandbox } from "irsa-sandbox";
import { cleanEnvironment } from "../worlds/environment.ts";
import { requireClusterArn } from "../worlds/sandbox-world.ts";
import { clusterOf, type Cluster } from "./cluster.ts";
import { irsa, type Run } from "./irsa.ts";

/** An AWS account with two clusters, each of its own issuer. */
export interface TwoClusters {
  readonly sandbox: Sandbox;
  /** By their names, `blue` and `green`. */
  readonly clusters: { readonly blue: Cluster; readonly green: Cluster };
  readonly run: (args: readonly string[], changes?: Readonly<Record<string, string>>) => Promise<Run>;
}

/** Starts them; `blue` is in another region than `green` if told so. */
export async function startTwoClusters(regionOfGreen = "eu-west-1"): Promise<TwoClusters> {
  const arns = [`eu-west-1:111122223333:cluster/blue`, `${regionOfGreen}:111122223333:cluster/green`];
  const sandbox = await startSandbox({
    clusters: arns.map((one) => requireClusterArn(`arn:aws:eks:${one}`)),
  });
  const { set } = clientEnvironment(sandbox, {});
  const environment = { ...cleanEnvironment(sandbox.folder), ...set };
  const views = await Promise.all(
    sandbox.clusters.map(async ({ name, endpoint: server, caPem, tokenFor }) => {
      const adminKubeconfig = join(sandbox.folder, `${name}.kubeconfig`);
      await writeFile(adminKubeconfig, kubeconfig([{ name, server, caPem, token: tokenFor() }]));
      return clusterOf({ adminKubeconfig });
    }),
  );
  const [blue, green] = views;
  if (blue === undefined || green === undefined) throw new Error("the sandbox lacks a cluster");
  return {
    sandbox,
    clusters: { blue, green },
    run: (args, changes = {}) => irsa(args, { ...environment, ...changes }),
  };
}
