import type { KubernetesPort } from "../../kubernetes/port.ts";
import { eachOf } from "../../model/each-of.ts";
import { Failure } from "../../model/failure.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import { Problems } from "../../model/problems.ts";
import {
  accountPath,
  parseNamespaceName,
  type NamespaceName,
  type ServiceAccountName,
} from "../../model/service-account-ref.ts";
import { unlessFailed } from "../../model/unless-failed.ts";
import { during } from "../../output/progress.ts";
import { staleLines, staleResult } from "../../output/stale-text.ts";
import type { Terminal } from "../../output/terminal.ts";
import { findStale, type StaleGroup } from "../../workload/find-stale.ts";
import { planRestarts } from "../../workload/plan-restarts.ts";
import type { CommandContext } from "../command-context.ts";
import type { Session } from "../session/session.ts";
import type { StalePodsFlags } from "./stale-pods.ts";
import { walk, type Planned } from "../walk/walk.ts";
import { watchRollouts } from "../proof/watch-rollouts.ts";

/** How many pods are tried at once. */
const AT_ONCE = 8;
/** How long rollouts are watched, in milliseconds. */
const PATIENCE_MS = 600_000;

/** The run of `stale-pods`: list, and restart what a restart mends. */
export async function runStalePods(flags: StalePodsFlags, context: CommandContext): Promise<void> {
  if (flags.approve === true && flags.restart !== true)
    throw new Failure("input", "invalid-input", "--approve approves a plan of --restart: give both");
  const problems = new Problems();
  const namespace = problems.maybe("--namespace", flags.namespace, parseNamespaceName);
  problems.throwIfAny();
  await walk("stale-pods", flags, context, (session, terminal) =>
    plan(namespace, flags, session, terminal, context.signal),
  );
}

async function plan(
  namespace: NamespaceName | undefined,
  flags: StalePodsFlags,
  session: Session,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Planned> {
  const kubernetes = await session.kubernetes({
    namespace: namespace ?? ("default" as NamespaceName),
    name: "default" as ServiceAccountName,
  });
  const accounts = await during(terminal, "reading accounts", kubernetes.listServiceAccounts(namespace));
  const scope = namespace === undefined ? {} : { namespace };
  const pods = await during(terminal, "reading pods", kubernetes.listPods(scope));
  const stale = findStale(pods, accounts, session.cluster);
  const restarts =
    flags.restart === true ? await planFor(stale, accounts, kubernetes) : { changes: [], notes: [] };
  const result = staleResult(stale);
  const { reach } = session;
  return {
    ...restarts,
    kubernetes,
    async end({ state }) {
      const workloads = restarts.changes.flatMap((change) =>
        change.kind === "restart-workload" ? [change.workload] : [],
      );
      if (state === "done")
        await watchRollouts(kubernetes, workloads, { patienceMs: PATIENCE_MS, terminal, signal, reach });
      const left = state === "done" ? stale.filter(({ restart }) => restart === undefined) : stale;
      return {
        result,
        lines: state === "done" ? ["", `  Restarted: ${workloads.length}.`] : staleLines(stale, terminal.out),
        exitCode: left.length === 0 ? 0 : 3,
      };
    },
  };
}

/** Before anything is restarted, a pod of each account is tried: one that gets no role now mends nothing. */
async function planFor(
  stale: readonly StaleGroup[],
  accounts: readonly ServiceAccount[],
  kubernetes: KubernetesPort,
) {
  const refs = [...new Map(stale.map(({ account }) => [accountPath(account), account])).values()];
  const tries = await eachOf(refs, AT_ONCE, (ref) => unlessFailed(() => kubernetes.tryPod(ref)));
  const byPath = new Map(refs.map((ref, at) => [accountPath(ref), tries[at]]));
  const roles = new Map(
    accounts.map(({ ref, annotations }) => [accountPath(ref), annotations[ROLE_ANNOTATION]]),
  );
  return planRestarts(
    stale,
    (account) => roles.get(accountPath(account)) ?? "",
    (account) => byPath.get(accountPath(account)),
  );
}
