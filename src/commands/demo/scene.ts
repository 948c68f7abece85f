import type { Row } from "../../output/columns.ts";
import { Failure } from "../../model/failure.ts";
import type { ClusterArn } from "../../model/arn.ts";
import type { RecordedCall, Sandbox } from "irsa-sandbox";
import type { ProjectedToken, StoryCluster, StoryPod } from "./cluster.ts";
import { DAEMON_SET, NAMESPACE, POD_LABEL, POLICY, SERVICE_ACCOUNT } from "./manifests.ts";
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

/** The first scene: what there is. */
export function tellPlace({ narrator }: Stage, facts: readonly Row[]): void {
  narrator.text(
    "An EKS cluster and an AWS account, emulated on this machine.",
    "The commands below are the real ones; they can't reach any other AWS account.",
  );
  narrator.facts(facts);
}

/** Why the ServiceAccount needs a role. */
export function tellNeed({ narrator }: Stage): void {
  narrator.text("The CloudWatch agent must write metrics and logs, and nothing else in the cluster should:");
}

/** What the webhook does to a pod. */
interface Injection {
  /** By what it knows which pods to inject, as `saw the ServiceAccount's annotation`. */
  readonly noticed: string;
  readonly variables: readonly string[];
  /** The name of the token's volume. */
  readonly volume: string;
}

/** Runs a pod, and tells what the webhook injected into it. */
export async function runPod(
  { cluster, narrator }: Stage,
  { noticed, variables, volume }: Injection,
): Promise<void> {
  await cluster.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, DAEMON_SET);
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const { audience } = projectedToken(pod, volume);
  narrator.text(
    `A DaemonSet with serviceAccountName: ${SERVICE_ACCOUNT} and no AWS configuration. The EKS webhook`,
    `${noticed} and injected what AWS SDKs look for into its pod:`,
  );
  narrator.facts([
    ["pod", `${NAMESPACE}/${pod.metadata.name}`],
    ...variables.map((name) => [name, variable(pod, name)] as const),
    [`volume ${volume}`, `a token for ${audience}, about a day`],
  ]);
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
