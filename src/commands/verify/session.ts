import type { Cluster } from "../../model/cluster.ts";
import { isFailure, type Failure } from "../../model/failure.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { noCluster } from "../../oidc-association/issuer.ts";
import { look, known, UNASKED, type Seen } from "../../model/known.ts";
import type { Sources } from "../../verification/sources.ts";
import { requireOwnAwsAccount } from "../shared/session/bound-cluster.ts";
import type { ClusterFlags } from "../shared/session/options.ts";
import {
  describeChosen,
  openTarget,
  requireChosenAwsAccount,
  sessionOn,
  type ClusterTarget,
  type Session,
  type SessionContext,
} from "../shared/session/session.ts";
import { withSecond, type SecondProfile } from "../shared/session/second-account.ts";
import { clusterFlagsOf } from "../shared/session/cluster-flags.ts";

/** What chains are observed through; and the session, where the cluster is one to work with. */
export interface View {
  readonly sources: Sources;
  readonly session: Session | undefined;
  close(): void;
}

/**
 * As `openSession`, but a cluster that can't be read, is about to go or has no issuer is something to tell, not an
 * end.
 * @param serviceAccount what a kubeconfig is proved by
 * @param named the profile of a second AWS account, whose roles are read too
 * @throws Failure `no-cluster`; `wrong-cluster` and the like where a kubeconfig leads elsewhere
 */
export async function openView(
  flags: ClusterFlags & { readonly approve?: boolean },
  context: SessionContext,
  serviceAccount: ServiceAccountRef,
  named: SecondProfile | undefined,
): Promise<View> {
  const reached = await openTarget(flags, context, flags.approve === true);
  try {
    return await viewOn(reached, serviceAccount, (session) =>
      named === undefined ? Promise.resolve(session) : withSecond(session, flags, named, context),
    );
  } catch (error) {
    reached.aws.close();
    throw error;
  }
}

async function viewOn(
  reached: ClusterTarget,
  serviceAccount: ServiceAccountRef,
  widen: (session: Session) => Promise<Session>,
): Promise<View> {
  const { aws, choice, flags } = reached;
  const [described, caller, overrides] = await Promise.all([
    look(() => describeChosen(reached)),
    aws.sts.getCaller(),
    aws.overrides(),
  ]);
  reached.envelope.identify({ caller: caller.arn, overrides });
  requireChosenAwsAccount(reached, caller);
  if (described.state === "unknown" && isNoCluster(described.failure)) throw described.failure;
  if (described.state !== "known") return partial(reached, described);
  const cluster = described.value;
  if (cluster === undefined) {
    const { profile } = flags;
    throw noCluster({ name: choice.name, region: aws.region, profile });
  }
  requireOwnAwsAccount(cluster, caller, choice.chosenBy);
  reached.envelope.identify({ clusters: [cluster], clusterChosenBy: choice.chosenBy });
  const { issuer } = cluster;
  if (issuer === undefined) return partial(reached, known(cluster));
  const session = await widen(sessionOn(reached, { ...cluster, issuer }, { caller, overrides }));
  const kubernetes = await look(() => session.kubernetes(serviceAccount));
  if (kubernetes.state === "unknown" && leadsAstray(kubernetes.failure)) throw kubernetes.failure;
  const { clusterFlags } = session;
  return {
    sources: { aws, kubernetes, cluster: known(cluster), clusterFlags, second: secondView(session) },
    session,
    close: () => session.close(),
  };
}

/** The second AWS account of a session, if it has one. */
function secondView({ second }: Session): Sources["second"] {
  if (second === undefined) return undefined;
  const { awsAccount } = second.caller;
  return { awsAccount, iam: second.aws.iam, flags: second.flags };
}

/** What can be told of a cluster that is not one to work with. */
function partial({ aws, choice, flags }: ClusterTarget, cluster: Seen<Cluster>): View {
  const sources = { aws, kubernetes: UNASKED, cluster, clusterFlags: clusterFlagsOf(flags, choice) };
  return { sources, session: undefined, close: () => aws.close() };
}

/** An answer that is not the cluster that was asked for, or no cluster at all, is nothing to follow a chain from. */
function isNoCluster(failure: Failure): boolean {
  return leadsAstray(failure) || isFailure(failure, "unexpected-answer");
}

/** A wrong cluster or an invalid kubeconfig is an error, not something unreadable. */
function leadsAstray(failure: Failure): boolean {
  return (
    failure.kind === "input" || ["wrong-cluster", "unproved-cluster", "unverified-tls"].includes(failure.code)
  );
}
