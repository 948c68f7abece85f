import { connectAws, type Aws, type AwsChoice } from "../../../aws/clients.ts";
import type { OrganizationPolicy } from "../../../config/organization.ts";
import type { Caller } from "../../../aws/port.ts";
import { issuerEndpoint } from "../../../kubernetes/issuer-endpoint.ts";
import type { ConnectedCluster } from "../../../kubernetes/connect.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";
import { clusterRef } from "../../../model/arn.ts";
import type { Cluster, ClusterWithIssuer } from "../../../model/cluster.ts";
import type { ServiceAccountRef } from "../../../model/service-account-ref.ts";
import { requireIssuer } from "../../../oidc-association/issuer.ts";
import type { Envelope } from "../../../output/envelope.ts";
import type { PlanHeader } from "../../../output/plan-text.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { look, valueOf } from "../../../model/known.ts";
import type { SecondAccount } from "./account.ts";
import { requireAsked, requireOwnAwsAccount } from "./bound-cluster.ts";
import {
  clusterByFlagOrContext,
  clusterByQuestion,
  clusterNeeded,
  requireSameServer,
  type ClusterChoice,
} from "./cluster-choice.ts";
import type { CommandContext } from "../../command-context.ts";
import type { Network } from "./network.ts";
import { clusterFlagsOf } from "./cluster-flags.ts";
import type { ClusterFlags } from "./options.ts";
import { askMfaCode } from "../plan/prompts.ts";

/** What a command that may write works on: AWS, and the cluster unless the AWS account alone is meant. */
export interface AwsSession {
  readonly aws: Aws;
  readonly caller: Caller;
  readonly cluster?: ClusterWithIssuer;
  readonly header: PlanHeader;
  /** Another AWS account, where the command was given a profile of one. */
  readonly second?: SecondAccount;
  close(): void;
}

/** AWS and a cluster, found and read: what nearly every command starts with. */
export interface Session extends AwsSession {
  readonly cluster: ClusterWithIssuer;
  /** The flags that lead here again, for the commands that we print. */
  readonly clusterFlags: readonly string[];
  /** Connects to the cluster's API; the ServiceAccount's token is used to verify a kubeconfig. */
  kubernetes(serviceAccount: ServiceAccountRef): Promise<KubernetesPort>;
  /** The same, with what tells changes. */
  connect(serviceAccount: ServiceAccountRef): Promise<ConnectedCluster>;
}

/** AWS, and which cluster is meant, before anything is read. */
export interface ClusterTarget {
  readonly flags: ClusterFlags;
  readonly aws: Aws;
  readonly network: Network;
  readonly choice: ClusterChoice;
  /** The organization policy in force. */
  readonly organization: OrganizationPolicy | undefined;
  readonly envelope: Envelope;
}

/** What is read of AWS to begin with. */
export interface CallerInfo {
  readonly caller: Caller;
  /** Endpoints that are not AWS's own, by service. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** What a session needs of a command's surroundings. */
export type SessionContext = Pick<CommandContext, "terminal" | "network" | "organization" | "envelope">;

/** The real one; its second half is loaded when it is needed. */
export const NETWORK: Network = {
  connectAws,
  connectKubernetes: async (reach) => (await kubernetesCode()).connectKubernetes(reach),
};

/** Connects to AWS, in that region or the one that environment and profile name. */
export function connectAwsAccount(
  flags: ClusterFlags,
  region: string | undefined,
  { terminal, network = NETWORK }: Pick<SessionContext, "terminal" | "network">,
): Promise<Aws> {
  return network.connectAws(awsChoice(flags, region, terminal));
}

/**
 * Finds out which cluster is meant, and connects to AWS.
 * @param writes whether the command may write: then a cluster must be named, unless someone is there to see which it is
 */
export async function openTarget(
  flags: ClusterFlags,
  { terminal, network = NETWORK, organization, envelope }: SessionContext,
  writes: boolean,
): Promise<ClusterTarget> {
  // Before anything is called: rules that can't be read or trusted stop every command.
  const rules = await organization();
  const { choice: named, why } = await clusterByFlagOrContext(flags);
  if (named?.server !== undefined && writes && !terminal.interactive) throw clusterNeeded();
  const region = flags.region ?? named?.region;
  const aws = await connectAwsAccount(flags, region, { terminal, network });
  const choice = named ?? (await clusterByQuestion(aws, terminal, why));
  return { flags, aws, network, choice, organization: rules, envelope };
}

/** Reads the cluster and the caller concurrently. `writes` as for `reachAws`. */
export async function openSession(
  flags: ClusterFlags,
  context: SessionContext,
  writes: boolean,
): Promise<Session> {
  const target = await openTarget(flags, context, writes);
  try {
    return await sessionOf(target);
  } catch (error) {
    target.aws.close();
    throw error;
  }
}

async function sessionOf(target: ClusterTarget): Promise<Session> {
  const { aws, choice, flags } = target;
  const [described, caller, overrides] = await Promise.all([
    look(() => describeChosen(target)),
    aws.sts.getCaller(),
    aws.overrides(),
  ]);
  target.envelope.identify({ caller: caller.arn, overrides });
  requireChosenAwsAccount(target, caller);
  if (described.state === "unknown") throw described.failure;
  const asked = { name: choice.name, region: aws.region, profile: flags.profile };
  const cluster = requireIssuer(valueOf(described), asked);
  return sessionOn(target, cluster, { caller, overrides });
}

/** The chosen cluster as EKS describes it. @throws Failure `other-cluster` where EKS describes another */
export async function describeChosen({ aws, choice }: ClusterTarget): Promise<Cluster | undefined> {
  const described = await aws.eks.describeCluster(choice.name);
  if (described !== undefined) requireAsked(described, { ...choice, region: aws.region });
  return described;
}

/**
 * Holds an ARN that was given against the credentials, whatever EKS says: what they find by the name is another one.
 * @throws Failure `other-aws-account`
 */
export function requireChosenAwsAccount({ choice }: Pick<ClusterTarget, "choice">, caller: Caller): void {
  if (choice.arn !== undefined) requireOwnAwsAccount(clusterRef(choice.arn), caller, choice.chosenBy);
}

/**
 * The session on a cluster that has been read.
 * @throws Failure `wrong-cluster` where the chosen context has another server, `other-aws-account`
 */
export function sessionOn(
  target: ClusterTarget,
  cluster: ClusterWithIssuer,
  callerInfo: CallerInfo,
): Session {
  const { flags, aws, network, choice, envelope } = target;
  const { caller } = callerInfo;
  requireOwnAwsAccount(cluster, caller, choice.chosenBy);
  if (choice.server !== undefined) requireSameServer(cluster, choice.server);
  const header = headerOf(target, cluster, callerInfo);
  envelope.identify({ clusters: [cluster], clusterChosenBy: choice.chosenBy, overrides: header.overrides });
  const connections: { close(): void }[] = [aws];
  const connect = async (serviceAccount: ServiceAccountRef): Promise<ConnectedCluster> => {
    const connected = await network.connectKubernetes({
      flags,
      cluster,
      serviceAccount,
      token: () => aws.sts.clusterToken(cluster.name),
    });
    connections.push(connected);
    return connected;
  };
  return {
    aws,
    cluster,
    caller,
    clusterFlags: clusterFlagsOf(flags, cluster),
    header,
    connect,
    kubernetes: async (serviceAccount) => (await connect(serviceAccount)).api,
    close: () => connections.forEach((connection) => connection.close()),
  };
}

function headerOf(
  { flags, choice, organization }: ClusterTarget,
  cluster: ClusterWithIssuer,
  { caller, overrides }: CallerInfo,
): PlanHeader {
  return {
    caller: caller.arn,
    ...(flags.profile !== undefined && { profile: flags.profile }),
    cluster: { name: cluster.arn, chosenBy: choice.chosenBy },
    ...connectionOf(flags),
    ...rulesOf(organization),
    overrides: { ...overrides, ...issuerOverride(flags) },
  };
}

const kubernetesCode = () => import("../../../kubernetes/connect.ts");

/** Loads the code that reaches a cluster while AWS is still answering, for commands that will need it. */
export function loadKubernetesAhead(): void {
  // Whatever fails here fails again where it is needed.
  kubernetesCode().catch(() => undefined);
}

function awsChoice(
  { profile, adaptiveRetry = false, stacks = false, onAwsCall }: ClusterFlags,
  region: string | undefined,
  terminal: Terminal,
): AwsChoice {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(terminal.interactive && { askMfaCode }),
    ...(onAwsCall !== undefined && { onCall: onAwsCall }),
    adaptiveRetry,
    stacks,
  };
}

/** For the header of plans: which file's rules hold. */
export function rulesOf(organization: OrganizationPolicy | undefined): { organizationFile?: string } {
  return organization === undefined ? {} : { organizationFile: organization.file };
}

/** Issuers' keys prove a kubeconfig; where they are not read from the issuers, that is said as of AWS's endpoints. */
function issuerOverride({ kubeconfig, context }: ClusterFlags): { "issuer keys"?: string } {
  const endpoint = kubeconfig === undefined && context === undefined ? undefined : issuerEndpoint();
  return endpoint === undefined ? {} : { "issuer keys": new URL(endpoint).origin };
}

function connectionOf({ kubeconfig, context }: ClusterFlags): { connection?: string } {
  if (kubeconfig === undefined && context === undefined) return {};
  const which = context === undefined ? "current context" : `context ${context}`;
  return { connection: `${kubeconfig ?? "the default kubeconfig"}, ${which}` };
}
