import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { agentUrl, type Sandbox } from "irsa-sandbox";
import { Failure } from "../../model/failure.ts";
import { AGENT_TOKEN_VARIABLE, AGENT_TOKEN_VOLUME, URI_VARIABLE } from "../../model/pod-credentials.ts";
import { AGENT_NAME, AGENT_NAMESPACE } from "../../model/pod-identity-agent.ts";
import type { StoryPod } from "./cluster.ts";
import { NAMESPACE, POD_LABEL, SERVICE_ACCOUNT, STRANGER, STRANGER_POD } from "./manifests.ts";
import {
  AT,
  CREATE,
  projectedToken,
  runPod,
  subjectOf,
  tellNeed,
  tellPlace,
  tellWrites,
  type Scene,
  type Stage,
} from "./scene.ts";

/** The scenes of Pod Identity, in order. */
export const podIdentityScenes: readonly Scene[] = [
  { title: "A cluster and an AWS account", play: introduce },
  { title: "Install the EKS Pod Identity Agent", play: installAgent },
  { title: "Create a role and an association for one ServiceAccount", play: createServiceAccount },
  { title: "A pod picks it up", play: injectPod },
  { title: "Its token is exchanged for the role's credentials", play: exchangeToken },
  { title: "A ServiceAccount in another namespace is refused", play: refuseStranger },
  { title: "What was changed", play: tellWrites },
];

async function introduce(stage: Stage): Promise<void> {
  const { aws } = stage.sandbox;
  const cluster = clusterOf(stage.sandbox);
  tellPlace(stage, [
    ["cluster", cluster.arn],
    ["API server", cluster.endpoint],
    ["AWS", aws.url],
  ]);
}

async function installAgent({ cluster, narrator }: Stage): Promise<void> {
  narrator.text("On each node, an agent gives the pods their credentials. It is an EKS add-on:");
  await narrator.run(["associate-agent", ...AT, "--approve"]);
  const pod = await cluster.firstPod(AGENT_NAMESPACE, `app.kubernetes.io/name=${AGENT_NAME}`);
  narrator.facts([["pod", `${AGENT_NAMESPACE}/${pod.metadata.name}`]]);
}

async function createServiceAccount(stage: Stage): Promise<void> {
  tellNeed(stage);
  await stage.narrator.run([...CREATE, "--pod-identity"]);
  await stage.narrator.run([...CREATE, "--pod-identity", "--approve"]);
}

async function injectPod(stage: Stage): Promise<void> {
  await runPod(stage, {
    noticed: "found the association",
    variables: [URI_VARIABLE, AGENT_TOKEN_VARIABLE],
    volume: AGENT_TOKEN_VOLUME,
  });
}

async function exchangeToken({ sandbox, cluster, narrator }: Stage): Promise<void> {
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const token = await tokenOf(cluster, NAMESPACE, pod);
  const { status, body } = await askAgent(sandbox, token);
  if (status !== 200) throw new Failure("failed", "demo", `the agent refused the pod: ${body}`);
  const { AccessKeyId, Expiration } = JSON.parse(body) as { AccessKeyId: string; Expiration: string };
  narrator.text(
    "The pod's SDK sends the token to the agent, which exchanges it at EKS Auth. EKS assumes the role of the",
    "association, if the role's trust policy allows it:",
  );
  narrator.facts([
    ["token", subjectOf(NAMESPACE)],
    ["EKS Auth", narrator.good("accepted")],
    ["pod is now", sandbox.aws.store.find(AccessKeyId)?.principal.arn ?? ""],
    ["until", Expiration],
  ]);
  narrator.text("verify follows the whole chain, and tries the exchange with the pod's own token:");
  await narrator.run(["verify", `${NAMESPACE}/${SERVICE_ACCOUNT}`, ...AT]);
}

async function refuseStranger({ sandbox, cluster, narrator }: Stage): Promise<void> {
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  await cluster.create("/api/v1/namespaces/default/serviceaccounts", STRANGER);
  await cluster.create("/api/v1/namespaces/default/pods", STRANGER_POD);
  const stranger = await cluster.firstPod("default", POD_LABEL);
  const wanted = projectedToken(pod, AGENT_TOKEN_VOLUME);
  const token = await cluster.token("default", SERVICE_ACCOUNT, wanted, stranger);
  const { status, body } = await askAgent(sandbox, token);
  if (status === 200)
    throw new Failure("failed", "demo", "EKS Auth allowed a ServiceAccount of another namespace");
  narrator.text("Same cluster, same ServiceAccount name, but in the namespace default:");
  narrator.facts([
    ["token", narrator.bad(subjectOf("default"))],
    ["association", subjectOf(NAMESPACE)],
    ["EKS Auth", narrator.bad(/\((\w+)\): (.*), fault/.exec(body)?.slice(1).join(": ") ?? body.trim())],
  ]);
  narrator.text(
    "Even an association of that ServiceAccount with this role would give it nothing: the trust policy",
    "that irsa writes pins cluster, namespace and name by the session tags that EKS sets.",
  );
}

function clusterOf({ clusters: [cluster] }: Sandbox) {
  if (cluster === undefined) throw new Failure("failed", "demo", "the sandbox has no cluster");
  return cluster;
}

async function tokenOf(cluster: Stage["cluster"], namespace: string, pod: StoryPod): Promise<string> {
  return cluster.token(namespace, SERVICE_ACCOUNT, projectedToken(pod, AGENT_TOKEN_VOLUME), pod);
}

/** Asks the agent as an SDK does, directly, whatever proxy the environment names. */
async function askAgent(
  sandbox: Sandbox,
  authorization: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const url = agentUrl(sandbox.aws.url, clusterOf(sandbox));
  const call = request(url, { headers: { authorization }, agent: new Agent() }).end();
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
