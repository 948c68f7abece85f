import type { Row } from "../../output/columns.ts";
import { Failure } from "../../model/failure.ts";
import type { ClusterArn } from "../../model/arn.ts";
import { ROLE_VARIABLE, TOKEN_VARIABLE, TOKEN_VOLUME } from "../../model/pod-credentials.ts";
import type { RecordedCall, Sandbox } from "irsa-sandbox";
import type { ProjectedToken, StoryCluster, StoryPod } from "./cluster.ts";
import { exchange } from "./exchange.ts";
import { SERVICE_ACCOUNT, DAEMON_SET, NAMESPACE, POD_LABEL, POLICY, STRANGER } from "./manifests.ts";
import type { Narrator } from "./narrator.ts";

/** What the scenes play on. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly cluster: StoryCluster;
  readonly narrator: Narrator;
}

/** One step of the story. */
export interface Scene {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** The story's cluster. */
export const CLUSTER_ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/demo" as ClusterArn;

/** Where the story's commands run. */
export const AT = ["--cluster", "demo"];
/** The command that gives the ServiceAccount its role, without approval. */
export const CREATE = [
  "create-sa",
  ...AT,
  "-n",
  NAMESPACE,
  "--name",
  SERVICE_ACCOUNT,
  "--policy-arn",
  POLICY,
];

/** The scenes, in order. */
export const scenes: readonly Scene[] = [
  { title: "A cluster that IAM does not trust yet", play: introduce },
  { title: "Register the cluster's issuer in IAM", play: associate },
  { title: "Create a role for one ServiceAccount", play: createServiceAccount },
  { title: "A pod picks it up", play: runPod },
  { title: "Its token is exchanged for the role's credentials", play: exchangeToken },
  { title: "A ServiceAccount in another namespace is refused", play: refuseStranger },
  { title: "What was changed", play: tellWrites },
];

async function introduce({ sandbox, narrator }: Stage): Promise<void> {
  const [cluster] = sandbox.clusters;
  narrator.text(
    "An EKS cluster and an AWS account, emulated on this machine.",
    "The commands below are the real ones; they can't reach any other AWS account.",
  );
  narrator.facts([
    ["cluster", cluster?.arn ?? ""],
    ["API server", cluster?.endpoint ?? ""],
    ["issuer", `${cluster?.issuer}`],
    ["", "signs the tokens of the cluster's ServiceAccounts"],
    ["AWS", sandbox.aws.url],
  ]);
}

async function associate({ narrator }: Stage): Promise<void> {
  narrator.text("Without --approve, every command shows its plan and changes nothing:");
  await narrator.run(["associate-oidc", ...AT]);
  await narrator.run(["associate-oidc", ...AT, "--approve"]);
}

async function createServiceAccount({ narrator }: Stage): Promise<void> {
  narrator.text("The CloudWatch agent must write metrics and logs, and nothing else in the cluster should:");
  await narrator.run([...CREATE, "--approve"]);
}

async function runPod({ cluster, narrator }: Stage): Promise<void> {
  await cluster.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, DAEMON_SET);
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const { audience } = projectedToken(pod, TOKEN_VOLUME);
  narrator.text(
    `A DaemonSet with serviceAccountName: ${SERVICE_ACCOUNT} and no AWS configuration. The EKS webhook`,
    "saw the ServiceAccount's annotation and injected what AWS SDKs look for into its pod:",
  );
  narrator.facts([
    ["pod", `${NAMESPACE}/${pod.metadata.name}`],
    ...[ROLE_VARIABLE, TOKEN_VARIABLE].map((name) => [name, variable(pod, name)] as const),
    [`volume ${TOKEN_VOLUME}`, `a token for ${audience}, about a day`],
  ]);
}

async function exchangeToken({ sandbox, cluster, narrator }: Stage): Promise<void> {
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const token = await cluster.token(NAMESPACE, SERVICE_ACCOUNT, projectedToken(pod, TOKEN_VOLUME), pod);
  const answer = await exchange(sandbox.aws.url, variable(pod, ROLE_VARIABLE), token);
  if (!answer.accepted) throw new Failure("failed", "demo", `STS refused the pod: ${answer.message}`);
  narrator.text("The pod's SDK sends the token to STS, which verifies it against the role's trust policy:");
  narrator.facts([
    ["token", subjectOf(NAMESPACE)],
    ["STS", narrator.good("accepted")],
    ["pod is now", answer.arn],
    ["until", answer.expiration],
  ]);
}

async function refuseStranger({ sandbox, cluster, narrator }: Stage): Promise<void> {
  await cluster.create("/api/v1/namespaces/default/serviceaccounts", STRANGER);
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const token = await cluster.token("default", SERVICE_ACCOUNT, projectedToken(pod, TOKEN_VOLUME));
  const answer = await exchange(sandbox.aws.url, variable(pod, ROLE_VARIABLE), token);
  if (answer.accepted)
    throw new Failure("failed", "demo", "STS allowed a ServiceAccount of another namespace");
  narrator.text("Same cluster, same ServiceAccount name, same role, but in the namespace default:");
  narrator.facts([
    ["token", narrator.bad(subjectOf("default"))],
    ["role trusts", subjectOf(NAMESPACE)],
    ["STS", narrator.bad(`${answer.code}: ${answer.message}`)],
  ]);
  narrator.text(
    "Creating ServiceAccounts in one namespace gives no access to the roles of another: the trust",
    "policy that irsa writes pins issuer, audience, namespace and name.",
  );
}

/** The last scene: what the commands wrote. */
export async function tellWrites({ sandbox, narrator }: Stage): Promise<void> {
  const writes = sandbox.aws.recorder.calls().filter(({ write, status }) => write && status < 300);
  narrator.facts([
    ...writes.filter(({ service }) => service !== "kubernetes").map(describeAwsCall),
    ...writes.filter(isOfIrsa).map(({ action, object = "" }) => [`cluster  ${action}`, object] as const),
  ]);
  narrator.text(
    "That's it. The emulation has been stopped. To start one that runs until Ctrl-C:",
    "",
    "    irsa sandbox start",
  );
}

/** The token that the webhook gave to a pod as a volume of that name. @throws Failure `demo` if it did not */
export function projectedToken(pod: StoryPod, volumeName: string): ProjectedToken {
  const volume = pod.spec.volumes?.find(({ name }) => name === volumeName);
  const token = volume?.projected?.sources[0]?.serviceAccountToken;
  if (token === undefined) throw new Failure("failed", "demo", "the webhook did not inject the pod");
  return token;
}

/** The value of a variable of the pod's container. */
export function variable(pod: StoryPod, name: string): string {
  return pod.spec.containers[0]?.env?.find((one) => one.name === name)?.value ?? "";
}

/** The ServiceAccount of the story's name in a namespace, as its tokens have it. */
export function subjectOf(namespace: string): string {
  return `system:serviceaccount:${namespace}:${SERVICE_ACCOUNT}`;
}

/** What irsa, not the story, has made in the cluster. */
function isOfIrsa({ service, action, object }: RecordedCall): boolean {
  const made = {
    "create namespaces": NAMESPACE,
    "create serviceaccounts": `${NAMESPACE}/${SERVICE_ACCOUNT}`,
  };
  return (
    service === "kubernetes" && Object.entries(made).some(([one, name]) => action === one && object === name)
  );
}

function describeAwsCall({ service, action, parameters }: RecordedCall): Row {
  const named = ["Url", "RoleName", "PolicyArn", "addonName", "namespace", "serviceAccount"].map(
    (name) => parameters[name],
  );
  const values = named.filter((value) => typeof value === "string");
  return [`${service.toUpperCase()}      ${action}`, values];
}
