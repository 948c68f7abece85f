import { awsWords } from "../../model/aws-words.ts";
import type { Caller } from "../../aws/port.ts";
import type { Cluster } from "../../model/cluster.ts";
import { isOfEndpoint } from "../../model/api-endpoint.ts";
import { Failure } from "../../model/failure.ts";
import type { Seen } from "../../model/known.ts";
import { fromFailure, passed, passedOver, type CheckResult, type Remark } from "../check.ts";

/** Who we are. */
export function checkCredentials(caller: Seen<Caller>, source: string): CheckResult {
  if (caller.state === "unasked") return passedOver("AWS was not called");
  if (caller.state === "unknown") return fromFailure(caller.failure);
  return passed(`${caller.value.arn}     (${source})`);
}

/**
 * Whether the cluster exists and can be used. `undefined` if EKS does not find it.
 * @param why why the kubeconfig does not tell which cluster is meant
 */
export function checkCluster(
  cluster: Seen<Cluster | undefined>,
  asked: { readonly name: string; readonly region: string } | undefined,
  why?: string,
): CheckResult {
  if (asked === undefined)
    return passedOver(`no cluster given, use --cluster NAME${why === undefined ? "" : ` (${why})`}`);
  if (cluster.state === "unasked") return passedOver("not checked: no credentials");
  if (cluster.state === "unknown") return fromFailure(cluster.failure);
  const { value } = cluster;
  if (value === undefined) return fromFailure(absent(asked));
  if (value.status !== "ACTIVE" && value.status !== "UPDATING")
    return fromFailure(new Failure("refused", "cluster-status", `${value.name} is ${value.status}`));
  if (value.issuer === undefined)
    return fromFailure(new Failure("refused", "no-issuer", `${value.name} has no OIDC issuer`));
  return passed(
    `${value.name}, Kubernetes ${value.version}, ${value.status}, endpoint ${endpointText(value)}`,
  );
}

function absent({ name, region }: { name: string; region: string }): Failure {
  return new Failure("failed", "no-cluster", `cluster '${name}' not found in ${region}`, {
    advice: "Check --cluster, --region and --profile. To list the clusters:",
    command: awsWords(["eks", "list-clusters"], {}, ["--region", region]),
  });
}

/** From where the API may be reached, in a few words. */
function endpointText({ access }: Cluster): string {
  const cidrs = access.publicCidrs.filter((cidr) => cidr !== "0.0.0.0/0" && cidr !== "::/0");
  const from = cidrs.length === 0 ? "public" : `public, from ${access.publicCidrs.join(", ")}`;
  if (!access.public) return "private";
  return access.private ? `${from}, and private` : from;
}

/** Whether the cluster's API answers us. `seen` brings what it did. */
export function checkApi(
  answer: Seen<unknown>,
  cluster: Cluster | undefined,
  caller: Caller | undefined,
): CheckResult {
  if (answer.state === "unasked") return passedOver("not checked: no cluster");
  if (answer.state === "known") return passed("reachable, credentials accepted");
  const { failure } = answer;
  if (failure.code === "unauthorized") return fromFailure(failure, { fix: grantAccess(cluster, caller) });
  const isUnreachable = failure.code === "unreachable" && cluster !== undefined;
  if (!isUnreachable || !isOfEndpoint(failure, cluster)) return fromFailure(failure);
  return fromFailure(failure, { fix: { kind: "advice", text: wayTo(cluster) } });
}

function wayTo({ access }: Cluster): string {
  if (!access.public) return "The endpoint is private. Connect from the cluster's VPC or a connected network";
  if (access.publicCidrs.includes("0.0.0.0/0")) return "Check the network and HTTPS_PROXY";
  return `The endpoint only allows ${access.publicCidrs.join(", ")}. Check that this machine's address is allowed`;
}

/** The command that lets the caller in. An access entry is for a role or user, not for a session of a role. */
function grantAccess(cluster: Cluster | undefined, caller: Caller | undefined): Remark["fix"] {
  const principal = (caller?.arn ?? "ARN").replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ":iam:$1:role/$2");
  const entry = {
    clusterName: cluster?.name ?? "CLUSTER",
    principalArn: principal,
    kubernetesGroups: "irsa-operators",
  };
  const command = awsWords(["eks", "create-access-entry"], entry, ["--region", cluster?.region ?? "REGION"]);
  const note =
    "Ask a cluster administrator to create an access entry with the group that irsa permissions grants access to:";
  return { kind: "command", command, note };
}
