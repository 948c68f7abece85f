import type { FailureCode } from "../model/failure-codes.ts";
import type { AwsPort, Caller } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Cluster } from "../model/cluster.ts";
import { askAccess } from "../model/access.ts";
import { providerArn } from "../model/issuer.ts";
import { rightsOf, type CommandName } from "../permissions/commands.ts";
import type { Scope } from "../permissions/scope.ts";
import { look, UNASKED, valueOf, type Seen } from "../model/known.ts";
import { askAws, askCluster } from "./ask-rights.ts";
import {
  CHECKS,
  fromFailure,
  passed,
  passedOver,
  type CheckName,
  type CheckReport,
  type CheckResult,
} from "./check.ts";
import { checkEnvironment } from "./checks/environment.ts";
import { checkQuotas } from "./checks/quotas.ts";
import { checkApi, checkCluster, checkCredentials } from "./checks/connection.ts";
import { checkRights } from "./checks/rights.ts";

/** What the operator has, as far as it is known before anything is asked. */
export interface DoctorInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** AWS, or why it can't be reached. */
  readonly aws: Seen<AwsPort & { readonly region: string }>;
  /** Endpoints that are not AWS's own, by service. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Where the credentials are looked for, in a few words. */
  readonly source: string;
  /** The cluster's name, where one is named. */
  readonly clusterName: string | undefined;
  /** Why the kubeconfig does not tell which cluster is meant, where none is named. */
  readonly noCluster?: string;
  /** Throws a Failure where what EKS describes is not the cluster that was asked for, or not one of the caller's. */
  readonly requireMeant: (described: Cluster | undefined, caller: Caller) => void;
  /** Connects to the cluster's API. */
  readonly connect: (cluster: Cluster) => Promise<KubernetesPort>;
  readonly commands: readonly CommandName[];
  readonly namespace: string | undefined;
  /** How roles are named. */
  readonly roles: Pick<Scope, "rolePrefix" | "rolePath">;
}

/** Looks at everything that commands rely on, and never throws for what can't be seen. */
export async function examine(input: DoctorInput): Promise<readonly CheckReport[]> {
  const results = await resultsOf(input);
  return CHECKS.map((check) => ({ check, ...results[check] }));
}

async function resultsOf(input: DoctorInput): Promise<Readonly<Record<CheckName, CheckResult>>> {
  const { environment, overrides, source, clusterName, commands } = input;
  const aws = valueOf(input.aws);
  const caller = aws === undefined ? UNASKED : await look(() => aws.sts.getCaller());
  const isKnown = aws !== undefined && caller.state === "known";
  const cluster: Seen<Cluster | undefined> =
    isKnown && clusterName !== undefined
      ? await look(async () => {
          const described = await aws.eks.describeCluster(clusterName);
          input.requireMeant(described, caller.value);
          return described;
        })
      : UNASKED;
  const found = valueOf(cluster);
  const [inCluster, inAws] = await Promise.all([
    examineCluster(input, found),
    isKnown ? examineAws(input, aws, caller.value, cluster) : undefined,
  ]);
  const asked = clusterName === undefined ? undefined : { name: clusterName, region: aws?.region ?? "" };
  return {
    environment: checkEnvironment(environment, overrides),
    ...checkConnection(input.aws, caller, source),
    cluster: checkCluster(cluster, asked, input.noCluster),
    api: checkApi(inCluster.answer, found, valueOf(caller)),
    "aws-rights": checkRights("aws-rights", inAws?.rights, commands, found?.arn),
    "cluster-rights": checkRights("cluster-rights", inCluster.rights, commands, found?.arn),
    quotas: inAws === undefined ? passedOver("not checked") : checkQuotas(inAws.counts),
  };
}

const PROFILE_FAILURES = new Set<FailureCode>(["no-profile", "bad-profile"]);

/** Without a connection it is either the profile or the region that is in the way. */
function checkConnection(
  aws: DoctorInput["aws"],
  caller: Seen<Caller>,
  source: string,
): Readonly<Record<"region" | "credentials", CheckResult>> {
  if (aws.state !== "unknown")
    return { region: passed(valueOf(aws)?.region ?? ""), credentials: checkCredentials(caller, source) };
  const fault = fromFailure(aws.failure);
  return PROFILE_FAILURES.has(aws.failure.code)
    ? { region: passedOver("not checked: the profile is invalid"), credentials: fault }
    : { region: fault, credentials: checkCredentials(caller, source) };
}

async function examineCluster({ commands, namespace, connect }: DoctorInput, cluster: Cluster | undefined) {
  if (cluster === undefined) return { answer: UNASKED, rights: undefined };
  const kubernetes = await look(() => connect(cluster));
  if (kubernetes.state !== "known") return { answer: kubernetes, rights: undefined };
  const api = kubernetes.value;
  const answer = await askAccess(api, { verb: "get", resource: "serviceaccounts" });
  const isOut = answer.state === "unknown" && answer.failure.code !== "forbidden";
  if (isOut) return { answer, rights: undefined };
  return { answer: kubernetes, rights: await askCluster(rightsOf(commands).cluster, namespace, api) };
}

async function examineAws(
  input: DoctorInput,
  aws: AwsPort & { readonly region: string },
  caller: Caller,
  described: Seen<Cluster | undefined>,
) {
  const { commands, clusterName, roles } = input;
  const cluster = valueOf(described);
  const issuer = cluster?.issuer;
  const [providers, summary, provider] = await Promise.all([
    look(() => aws.iam.listProviders()),
    look(() => aws.iam.getAccountSummary()),
    cluster !== undefined && issuer !== undefined
      ? look(() => aws.iam.getProvider(providerArn(cluster, issuer)))
      : UNASKED,
  ]);
  const denied = new Set([
    ...deniedBy(described, "eks:DescribeCluster"),
    ...deniedBy(providers, "iam:ListOpenIDConnectProviders"),
    ...deniedBy(provider, "iam:GetOpenIDConnectProvider"),
    ...deniedBy(summary, "iam:GetAccountSummary"),
  ]);
  const scope: Scope = {
    partition: caller.arn.split(":")[1] ?? "aws",
    region: aws.region,
    account: caller.awsAccount,
    ...roles,
    ...(clusterName !== undefined && { cluster: clusterName }),
  };
  const rights = await askAws(rightsOf(commands).aws, scope, caller, aws, denied);
  const count =
    providers.state === "known" ? ({ state: "known", value: providers.value.length } as const) : providers;
  return { rights, counts: { providers: count, summary } };
}

function deniedBy(read: Seen<unknown>, action: string): string[] {
  return read.state === "unknown" && read.failure.kind === "denied" ? [action] : [];
}
