import type { Row } from "../../output/columns.ts";
import { Failure } from "../../model/failure.ts";
import type { ClusterArn } from "../../model/arn.ts";
import type { RecordedCall } from "../../sandbox/aws/recorder.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
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

const AT = ["--cluster", "demo"];
const CREATE = ["create-sa", ...AT, "-n", NAMESPACE, "--name", SERVICE_ACCOUNT, "--policy-arn", POLICY];

/** The scenes, in order. */
export const scenes: readonly Scene[] = [
  { title: "A cluster that IAM does not know", play: introduce },
  { title: "IAM gets to know the cluster's issuer", play: associate },
  { title: "A role for one ServiceAccount", play: createServiceAccount },
  { title: "A pod gets it", play: runPod },
  { title: "Its token is good for the role's credentials", play: exchangeToken },
  { title: "A ServiceAccount of another namespace is refused", play: refuseStranger },
  { title: "What was written where", play: tellWrites },
];

async function introduce({ sandbox, narrator }: Stage): Promise<void> {
  const [cluster] = sandbox.clusters;
  narrator.text(
    "An EKS cluster and an AWS account, emulated in this process, on loopback.",
    "The commands below are the real ones; they can't reach any other ServiceAccount.",
  );
  narrator.facts([
    ["cluster", cluster?.arn ?? ""],
    ["its API", cluster?.endpoint ?? ""],
    ["its issuer", `${cluster?.issuer}`],
    ["", "signs the tokens of the cluster's ServiceAccounts"],
    ["AWS", sandbox.aws.url],
  ]);
}

async function associate({ narrator }: Stage): Promise<void> {
  narrator.text("Without --approve every command shows what it would do, and writes nothing:");
  await narrator.run(["associate-oidc", ...AT]);
  await narrator.run(["associate-oidc", ...AT, "--approve"]);
}

async function createServiceAccount({ narrator }: Stage): Promise<void> {
  narrator.text(
    "The CloudWatch agent has to write metrics and logs, and nothing else in the cluster should:",
  );
  await narrator.run([...CREATE, "--approve"]);
}

async function runPod({ cluster, narrator }: Stage): Promise<void> {
  await cluster.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, DAEMON_SET);
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const { audience, expirationSeconds } = projectedToken(pod);
  narrator.text(
    `A DaemonSet with serviceAccountName: ${SERVICE_ACCOUNT}, which says nothing of AWS. EKS's webhook`,
    "has seen the ServiceAccount's annotation and has put into its pod what AWS's SDKs look for:",
  );
  narrator.facts([
    ["pod", `${NAMESPACE}/${pod.metadata.name}`],
    ...["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"].map((name) => [name, variable(pod, name)] as const),
    ["volume aws-iam-token", `a token for ${audience}, ${expirationSeconds / 3600} hours`],
  ]);
}

async function exchangeToken({ sandbox, cluster, narrator }: Stage): Promise<void> {
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const token = await cluster.token(NAMESPACE, SERVICE_ACCOUNT, projectedToken(pod), pod);
  const answer = await exchange(sandbox.aws.url, variable(pod, "AWS_ROLE_ARN"), token);
  if (!answer.accepted) throw new Failure("failed", "demo", `STS refused the pod: ${answer.message}`);
  narrator.text("The pod's SDK sends the token to STS, which verifies it and asks the role's trust policy:");
  narrator.facts([
    ["the token says", subjectOf(NAMESPACE)],
    ["STS", narrator.good("accepted")],
    ["the pod is now", answer.arn],
    ["until", answer.expiration],
  ]);
}

async function refuseStranger({ sandbox, cluster, narrator }: Stage): Promise<void> {
  await cluster.create("/api/v1/namespaces/default/serviceaccounts", STRANGER);
  const pod = await cluster.firstPod(NAMESPACE, POD_LABEL);
  const token = await cluster.token("default", SERVICE_ACCOUNT, projectedToken(pod));
  const answer = await exchange(sandbox.aws.url, variable(pod, "AWS_ROLE_ARN"), token);
  if (answer.accepted) throw new Failure("failed", "demo", "STS let an account of another namespace in");
  narrator.text(
    "The same cluster, the same ServiceAccount name, the same role; but made in the namespace default:",
  );
  narrator.facts([
    ["the token says", narrator.bad(subjectOf("default"))],
    ["the role trusts", subjectOf(NAMESPACE)],
    ["STS", narrator.bad(`${answer.code}: ${answer.message}`)],
  ]);
  narrator.text(
    "Whoever may make ServiceAccounts in one namespace can't get at the roles of another: the trust",
    "policy that irsa writes pins issuer, audience, namespace and name.",
  );
}

async function tellWrites({ sandbox, narrator }: Stage): Promise<void> {
  const writes = sandbox.aws.recorder.calls().filter(({ write, status }) => write && status < 300);
  narrator.facts([
    ...writes.filter(({ service }) => service !== "kubernetes").map(describeAwsCall),
    ...writes.filter(isOfIrsa).map(({ action, object = "" }) => [`cluster  ${action}`, object] as const),
  ]);
  narrator.text(
    "That is all. It was written to an emulation that is gone now. One that stays until Ctrl-C:",
    "",
    "    irsa sandbox start",
  );
}

function projectedToken(pod: StoryPod): ProjectedToken {
  const volume = pod.spec.volumes?.find(({ name }) => name === "aws-iam-token");
  const token = volume?.projected?.sources[0]?.serviceAccountToken;
  if (token === undefined) throw new Failure("failed", "demo", "the webhook has not injected the pod");
  return token;
}

function variable(pod: StoryPod, name: string): string {
  return pod.spec.containers[0]?.env?.find((one) => one.name === name)?.value ?? "";
}

function subjectOf(namespace: string): string {
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
  const named = ["Url", "RoleName", "PolicyArn"].map((name) => parameters[name]);
  const values = named.filter((value) => typeof value === "string");
  return [`${service.toUpperCase()}      ${action}`, values];
}
