import type { Caller } from "../../aws/port.ts";
import type { ClusterRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import { providerArn, type IssuerUrl } from "../../model/issuer.ts";
import type { Target } from "../../model/target.ts";
import type { MoveEndpoint } from "../../trust-migration/move.ts";
import { openTarget, type TargetWorld } from "../shared/targets/open-target.ts";
import { ownTarget } from "../shared/targets/read-targets.ts";
import { describedEnd, ownAwsAccount, requireTwoIssuers, type Endpoints } from "./endpoints.ts";
import type { EndpointInput } from "./parse-endpoint.ts";

/** An end of a move before it is known in which AWS account the roles are. */
export interface SharedEnd {
  readonly issuer: IssuerUrl;
  readonly cluster?: ClusterWithIssuer;
}

/** The two ends of a move, the same for all AWS accounts. */
export interface SharedEnds {
  readonly from: SharedEnd;
  readonly to: SharedEnd;
}

/**
 * Finds the clusters that are named by ARN, each in its own AWS account: with the credentials of that target, or the caller's.
 * @throws Failure `no-cluster`, `no-issuer`, `other-aws-account` or `same-issuer`
 */
export async function sharedEnds(
  { from, to }: Endpoints,
  targets: readonly Target[],
  world: TargetWorld,
): Promise<SharedEnds> {
  const [old, next] = await Promise.all([
    sharedEnd("--from", from, targets, world),
    sharedEnd("--to", to, targets, world),
  ]);
  requireTwoIssuers(old, next);
  return { from: old, to: next };
}

async function sharedEnd(
  flag: string,
  end: EndpointInput,
  targets: readonly Target[],
  world: TargetWorld,
): Promise<SharedEnd> {
  if (end.kind === "issuer") return { issuer: end.issuer };
  if (end.ref === undefined) throw new TypeError(`${flag} is not an ARN`);
  const home = await homeOf(flag, end.ref, targets, world);
  const open = await openTarget({ ...home, regions: [end.ref.region] }, world, true);
  try {
    const cluster = await describedEnd(flag, end, open.aws, open.caller);
    return { issuer: cluster.issuer, cluster };
  } finally {
    open.close();
  }
}

async function homeOf(
  flag: string,
  { arn, awsAccount, region }: ClusterRef,
  targets: readonly Target[],
  { base }: TargetWorld,
): Promise<Target> {
  const found = targets.find((target) => target.awsAccount === awsAccount);
  if (found !== undefined) return found;
  const caller = await base.sts.getCaller();
  if (caller.awsAccount === awsAccount) return ownTarget(caller, [region], {});
  throw new Failure(
    "input",
    "other-aws-account",
    `${flag} is in AWS account ${awsAccount}, which is neither the caller's nor a target`,
    {
      facts: [
        ["requested", arn],
        ["caller", caller.arn],
      ],
      advice: `Pass its issuer URL (${flag} https://…), or add the AWS account to the targets`,
    },
  );
}

/** The ends for the roles of the caller's AWS account: a role trusts the providers of its own AWS account alone. */
export function endsFor({ from, to }: SharedEnds, caller: Caller): Record<"from" | "to", MoveEndpoint> {
  return { from: endFor(from, caller), to: endFor(to, caller) };
}

function endFor({ issuer, cluster }: SharedEnd, caller: Caller): MoveEndpoint {
  const own = ownAwsAccount(caller);
  return {
    issuer,
    provider: providerArn(own, issuer),
    ...(cluster !== undefined && { cluster: { ...cluster, ...own } }),
  };
}
