import { Failure } from "../../model/failure.ts";
import { ROLE_VARIABLE, TOKEN_VARIABLE, TOKEN_VOLUME } from "../../model/pod-credentials.ts";
import { exchange } from "./exchange.ts";
import { NAMESPACE, POD_LABEL, SERVICE_ACCOUNT, STRANGER } from "./manifests.ts";
import {
  AT,
  CREATE,
  projectedToken,
  runPod,
  subjectOf,
  tellNeed,
  tellPlace,
  tellWrites,
  variable,
  type Scene,
  type Stage,
} from "./scene.ts";

/** The scenes of IRSA, in order. */
export const irsaScenes: readonly Scene[] = [
  { title: "A cluster that IAM does not trust yet", play: introduce },
  { title: "Register the cluster's issuer in IAM", play: associate },
  { title: "Create a role for one ServiceAccount", play: createServiceAccount },
  { title: "A pod picks it up", play: injectPod },
  { title: "Its token is exchanged for the role's credentials", play: exchangeToken },
  { title: "A ServiceAccount in another namespace is refused", play: refuseStranger },
  { title: "What was changed", play: tellWrites },
];

async function introduce(stage: Stage): Promise<void> {
  const { aws, clusters } = stage.sandbox;
  const [cluster] = clusters;
  tellPlace(stage, [
    ["cluster", cluster?.arn ?? ""],
    ["API server", cluster?.endpoint ?? ""],
    ["issuer", `${cluster?.issuer}`],
    ["", "signs the tokens of the cluster's ServiceAccounts"],
    ["AWS", aws.url],
  ]);
}

async function associate({ narrator }: Stage): Promise<void> {
  narrator.text("Without --approve, every command shows its plan and changes nothing:");
  await narrator.run(["associate-oidc", ...AT]);
  await narrator.run(["associate-oidc", ...AT, "--approve"]);
}

async function createServiceAccount(stage: Stage): Promise<void> {
  tellNeed(stage);
  await stage.narrator.run([...CREATE, "--approve"]);
}

async function injectPod(stage: Stage): Promise<void> {
  await runPod(stage, {
    noticed: "saw the ServiceAccount's annotation",
    variables: [ROLE_VARIABLE, TOKEN_VARIABLE],
    volume: TOKEN_VOLUME,
  });
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
