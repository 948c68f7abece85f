import { Failure } from "../../model/failure.ts";
import { childEnvironment, clientEnvironment } from "irsa-sandbox";
import type { CommandContext } from "../command-context.ts";
import { startCommandSandbox } from "../shared/command-sandbox.ts";
import { clusterByKubeconfig } from "./cluster.ts";
import { irsaScenes } from "./irsa-scenes.ts";
import { waitForKey } from "./key.ts";
import { narratorOn } from "./narrator.ts";
import { podIdentityScenes } from "./pod-identity-scenes.ts";
import { requireSandbox } from "./require-sandbox.ts";
import { CLUSTER_ARN } from "./scene.ts";

/** Tells the story, scene by scene. @throws Failure when a command of it fails, or `interrupted` */
export async function runDemo(pause: boolean, podIdentity: boolean, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  await context.takeInterrupts();
  const sandbox = await startCommandSandbox({ clusters: [CLUSTER_ARN] });
  const client = clientEnvironment(sandbox, process.env);
  const cluster = clusterByKubeconfig(client.set["KUBECONFIG"] ?? "");
  try {
    const environment = childEnvironment(process.env, client);
    await requireSandbox(environment, sandbox);
    const narrator = narratorOn(terminal, environment);
    for (const [at, { title, play }] of (podIdentity ? podIdentityScenes : irsaScenes).entries()) {
      const key = at > 0 && pause && terminal.interactive ? await waitForKey(terminal, signal) : "next";
      if (signal.aborted || key === "interrupt")
        throw new Failure("interrupted", "interrupted", "interrupted");
      if (key === "leave") return;
      narrator.title(at + 1, title);
      await play({ sandbox, cluster, narrator });
    }
  } finally {
    cluster.close();
    await sandbox.stop();
  }
}
