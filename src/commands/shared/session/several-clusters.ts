import type { ClusterSource } from "../../../audit/observe-cluster.ts";
import { Failure } from "../../../model/failure.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../../model/service-account-ref.ts";
import { openSession, type Session, type SessionContext } from "./session.ts";
import type { ClusterFlags } from "./options.ts";

/** The flags by which a command finds AWS and one cluster or more. */
export interface ClustersFlags extends Omit<ClusterFlags, "cluster"> {
  readonly cluster?: readonly string[];
}

/** The clusters that are looked at, all of one AWS account. */
export interface Sessions {
  readonly first: Session;
  readonly all: readonly Session[];
  readonly sources: readonly ClusterSource[];
  close(): void;
}

/** Finds and reads every cluster that is named, or the one of the current context. */
export async function openSessions(flags: ClustersFlags, context: SessionContext): Promise<Sessions> {
  const { cluster: names = [], ...rest } = flags;
  const common = { ...rest, adaptiveRetry: true };
  if (names.length > 1 && (flags.kubeconfig ?? flags.context) !== undefined)
    throw new Failure(
      "input",
      "invalid-input",
      "--kubeconfig and --context can't be used with more than one cluster",
    );
  const each = names.length === 0 ? [common] : [...new Set(names)].map((cluster) => ({ ...common, cluster }));
  const opened = await Promise.allSettled(each.map((one) => openSession(one, context, false)));
  const all = opened.filter((one) => one.status === "fulfilled").map(({ value }) => value);
  const close = (): void => all.forEach((session) => session.close());
  // They open side by side, and each names itself alone.
  context.envelope.identify({ clusters: all.map(({ cluster }) => cluster) });
  const failed = opened.find((one) => one.status === "rejected");
  const [first] = all;
  if (failed !== undefined || first === undefined) {
    close();
    throw failed?.reason;
  }
  return { first, all, sources: all.map(sourceOf), close };
}

function sourceOf(session: Session): ClusterSource {
  const { cluster, aws } = session;
  return {
    cluster,
    eks: aws.eks,
    ec2: aws.ec2,
    kubernetes: () => session.kubernetes(DEFAULT_SERVICE_ACCOUNT),
  };
}
