import { awsWords } from "../../model/aws-words.ts";
import type { Aws } from "../../aws/clients.ts";
import type { Caller } from "../../aws/port.ts";
import { splitArn, type ClusterRef } from "../../model/arn.ts";
import { Failure, isFailure } from "../../model/failure.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { providerArn } from "../../model/issuer.ts";
import { requireIssuer } from "../../oidc-association/issuer.ts";
import type { Move, MoveEndpoint } from "../../trust-migration/move.ts";
import {
  otherAwsAccount,
  requireAsked,
  requireOwnAwsAccount,
  requireSameRegion,
} from "../shared/session/bound-cluster.ts";
import {
  connectAwsAccount,
  rulesOf,
  type AwsSession,
  type SessionContext,
} from "../shared/session/session.ts";
import type { ClusterFlags } from "../shared/session/options.ts";
import type { ClusterEnd, EndpointInput } from "./parse-endpoint.ts";

const FROM = "--from";
const TO = "--to";

/** The two ends of a move as they were named. */
export interface Endpoints {
  readonly from: EndpointInput;
  readonly to: EndpointInput;
}

/** AWS, and the two ends found there. */
export interface MoveSession extends AwsSession {
  readonly ends: Pick<Move, "from" | "to">;
}

/**
 * Connects to AWS, finds out who we are, and reads the clusters that are named.
 * @throws Failure `no-cluster`, `no-issuer`, `other-aws-account`, or `same-issuer`
 */
export async function openMove(
  { from, to }: Endpoints,
  flags: ClusterFlags,
  context: SessionContext,
): Promise<MoveSession> {
  requireRegionOfOne(flags.region, [
    [FROM, from],
    [TO, to],
  ]);
  const organization = await context.organization();
  const region = flags.region ?? regionOf(to) ?? regionOf(from);
  const aws = await connectAwsAccount(flags, region, context);
  try {
    const connect = (other: string): Promise<Aws> => connectAwsAccount(flags, other, context);
    const [caller, overrides] = await Promise.all([aws.sts.getCaller(), aws.overrides()]);
    context.envelope.identify({ caller: caller.arn, overrides });
    const [old, next] = await Promise.all([
      found(FROM, from, aws, caller, connect),
      found(TO, to, aws, caller, connect),
    ]);
    requireTwoIssuers(old, next);
    return {
      aws,
      caller,
      ends: { from: old, to: next },
      header: {
        caller: caller.arn,
        ...(flags.profile !== undefined && { profile: flags.profile }),
        ...rulesOf(organization),
        about: { from: shown(old, FROM), to: shown(next, TO) },
        overrides,
      },
      close: () => aws.close(),
    };
  } catch (error) {
    aws.close();
    throw error;
  }
}

/** `--region` is for an end that is named without one; where both have their own, it must be one of theirs. */
function requireRegionOfOne(
  region: string | undefined,
  ends: readonly (readonly [flag: string, end: EndpointInput])[],
): void {
  const refs = ends.flatMap(([flag, end]) =>
    end.kind === "cluster" && end.ref ? [[flag, end.ref] as const] : [],
  );
  const takesAny = ends.some(([, end]) => end.kind === "cluster" && end.ref === undefined);
  const [first] = refs;
  if (takesAny || first === undefined || refs.some(([, ref]) => ref.region === region)) return;
  const [flag, { arn }] = first;
  requireSameRegion(region, arn, flag);
}

function regionOf(end: EndpointInput): string | undefined {
  return end.kind === "cluster" ? end.ref?.region : undefined;
}

async function found(
  flag: string,
  end: EndpointInput,
  aws: Aws,
  caller: Caller,
  connect: (region: string) => Promise<Aws>,
): Promise<MoveEndpoint> {
  if (end.kind === "issuer") {
    if (end.awsAccount !== undefined && end.awsAccount !== caller.awsAccount)
      throw otherAwsAccount(flag, end.awsAccount, caller);
    return { issuer: end.issuer, provider: providerArn(ownAwsAccount(caller), end.issuer) };
  }
  if (end.ref !== undefined) requireOwnAwsAccount(end.ref, caller, flag);
  const region = end.ref?.region ?? aws.region;
  const there = region === aws.region ? aws : await connect(region);
  try {
    const cluster = await describedEnd(flag, end, there, caller);
    return { issuer: cluster.issuer, provider: providerArn(ownAwsAccount(caller), cluster.issuer), cluster };
  } finally {
    if (there !== aws) there.close();
  }
}

/**
 * The cluster at an end of a move, which must be of the caller's AWS account.
 * @throws Failure `no-cluster`, `no-issuer`, `other-cluster` or `other-aws-account`
 */
export async function describedEnd(
  flag: string,
  { name, ref }: Pick<ClusterEnd, "name" | "ref">,
  { eks, region }: Pick<Aws, "eks" | "region">,
  caller: Caller,
): Promise<ClusterWithIssuer> {
  try {
    const described = await eks.describeCluster(name);
    if (described !== undefined) {
      const arn = ref === undefined ? {} : { arn: ref.arn };
      requireAsked(described, { name, region, chosenBy: flag, ...arn });
      requireOwnAwsAccount(described, caller, flag);
    }
    // A cluster that is being deleted is just what trust is taken from.
    const leaving = flag === FROM && described?.issuer !== undefined;
    return leaving ? { ...described, issuer: described.issuer } : requireIssuer(described, { name, region });
  } catch (error) {
    throw isFailure(error, "no-cluster") ? gone(flag, name, region, error) : error;
  }
}

/** The caller's own AWS account, where the roles and their providers are. */
export function ownAwsAccount({ arn, awsAccount }: Caller): Pick<ClusterRef, "partition" | "awsAccount"> {
  return { awsAccount, partition: splitArn(arn)?.partition ?? "aws" };
}

function shown({ issuer, cluster }: MoveEndpoint, flag: string): { name: string; chosenBy: string } {
  return { name: issuer, chosenBy: cluster === undefined ? flag : `${flag}: ${cluster.arn}` };
}

function gone(flag: string, name: string, region: string, cause: Failure): Failure {
  return new Failure("failed", "no-cluster", `cluster '${name}' not found in ${region}`, {
    advice: `If it was deleted, pass its issuer URL (${flag} https://…). To list the AWS account's identity providers, whose ARNs end with it:`,
    command: awsWords(["iam", "list-open-id-connect-providers"]),
    cause,
  });
}

/** @throws Failure `same-issuer` */
export function requireTwoIssuers(
  from: Pick<MoveEndpoint, "issuer">,
  to: Pick<MoveEndpoint, "issuer">,
): void {
  if (from.issuer.toLowerCase() !== to.issuer.toLowerCase()) return;
  throw new Failure("input", "same-issuer", "--from and --to have the same issuer", {
    facts: [["issuer", from.issuer]],
  });
}
