import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { agentUrl, startLocalPod } from "irsa-sandbox";
import { connect, type Connection } from "../../kubernetes/connection.ts";
import { connectableAccess } from "../../kubernetes/kubeconfig.ts";
import { clusterRef, type ClusterArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { CommandContext } from "../command-context.ts";
import { sandboxFailure } from "../shared/command-sandbox.ts";
import { exitCodeOf } from "./run.ts";

/** The run of `sandbox exec`: exits as the command did. */
export async function execInSandbox(
  serviceAccount: ServiceAccountRef,
  words: readonly string[],
  context: CommandContext,
): Promise<void> {
  const own = process.env;
  const place = sandboxIn(own);
  const { KUBECONFIG } = own;
  const api = connect(connectableAccess(KUBECONFIG, undefined));
  try {
    const arn = await clusterBehind(api, place);
    await context.takeInterrupts();
    const pod = await startLocalPod({
      api,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      agentUrl: agentUrl(place.url, clusterRef(arn)),
    }).catch((error: unknown) => {
      throw sandboxFailure(error);
    });
    try {
      const environment = { ...withoutIdentity(own), ...pod.environment, ...noFiles(pod.folder) };
      context.exitWith(await exitCodeOf(words, environment, context.signal));
    } finally {
      await pod.stop();
    }
  } finally {
    api.close();
  }
}

interface SandboxPlace {
  readonly url: string;
  readonly token: string;
}

/** @throws Failure `not-the-sandbox` where the environment does not lead to one on this machine */
function sandboxIn({
  AWS_ENDPOINT_URL: url = "",
  IRSA_SANDBOX_TOKEN: token = "",
}: NodeJS.ProcessEnv): SandboxPlace {
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(url) || token === "") throw astray();
  return { url, token };
}

/** The cluster of the sandbox that the kubeconfig leads to. @throws Failure `not-the-sandbox` */
async function clusterBehind({ server }: Connection, { url, token }: SandboxPlace): Promise<ClusterArn> {
  const headers = { authorization: `Bearer ${token}` };
  // Directly, whatever proxy the environment names.
  const call = request(`${url}/_irsa/clusters`, { headers, agent: new Agent() }).end();
  const [answer] = (await once(call, "response").catch(() => {
    throw astray();
  })) as [IncomingMessage];
  if (answer.statusCode !== 200) throw astray();
  const clusters = (await json(answer)) as readonly { readonly arn: ClusterArn; readonly endpoint: string }[];
  const found = clusters.find(({ endpoint }) => endpoint === server);
  if (found === undefined) throw astray();
  return found.arn;
}

/** A pod has no keys, profiles and kubeconfig of whoever runs the sandbox. */
const OWN =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|(DEFAULT_)?PROFILE|ROLE_.*|WEB_IDENTITY_.*|CONTAINER_.*)|KUBE.*|IRSA_SANDBOX_TOKEN)$/;

function withoutIdentity(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !OWN.test(name)));
}

/** Files that are not there, so that SDKs don't fall back on the user's own. */
function noFiles(folder: string) {
  return {
    AWS_CONFIG_FILE: join(folder, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-aws-credentials"),
  };
}

function astray(): Failure {
  return new Failure("refused", "not-the-sandbox", "this is not the environment of a running sandbox", {
    advice: "Start a sandbox, and run the command in its environment:",
    command: ["irsa", "sandbox", "start"],
  });
}
