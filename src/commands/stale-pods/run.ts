import type { KubernetesPort } from "../../kubernetes/port.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import type { Pod, ServiceAccount } from "../../model/kubernetes-objects.ts";
import { Problems } from "../../model/problems.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { DEFAULT_SERVICE_ACCOUNT, serviceAccountPath } from "../../model/service-account-ref.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { listed, look, type Known } from "../../model/known.ts";
import type { Note } from "../../model/plan.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { recoverFailure } from "../../model/recover-failure.ts";
import { STALE_PODS } from "../../output/list-shapes.ts";
import { during } from "../../output/progress.ts";
import { staleLines, staleResult } from "../../output/stale-text.ts";
import type { Terminal } from "../../output/terminal.ts";
import { findStale, type StaleGroup } from "../../workload/find-stale.ts";
import { BY_ASSOCIATION, planRestarts, type WantedRole } from "../../workload/plan-restarts.ts";
import type { CommandContext } from "../command-context.ts";
import type { Session } from "../shared/session/session.ts";
import { checkAllNamespaces, planOutput, takeSelector } from "../shared/list-options.ts";
import { takeScope, type ServiceAccountScope } from "../shared/service-account-argument.ts";
import type { StalePodsFlags } from "./flags.ts";
import { checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import { watchRollouts } from "../shared/proof/watch-rollouts.ts";

/** How many dry-run pods are created concurrently. */
const AT_ONCE = 8;
/** How long rollouts are watched, in milliseconds. */
const PATIENCE_MS = 600_000;

/** The run of `stale-pods`: list, and restart what a restart fixes. */
export async function runStalePods(
  serviceAccount: string | undefined,
  flags: StalePodsFlags,
  context: CommandContext,
): Promise<void> {
  if (flags.approve === true && flags.restart !== true)
    throw new Failure("input", "invalid-input", "--approve requires --restart");
  const problems = new Problems();
  const scope = takeScope(serviceAccount, flags, problems);
  const selector = takeSelector(flags, problems);
  checkAllNamespaces(flags, scope.namespace !== undefined, problems);
  checkTargetsFlags(flags, problems, { text: "text", alone: { restart: flags.restart } });
  problems.throwIfAny();
  const planFlags = { ...flags, output: planOutput(flags.output) };
  const chosen = { ...scope, ...(selector !== undefined && { selector }) };
  if (coversTargets(flags)) return listInTargets(chosen, flags, context);
  await runPlanCommand(planFlags, context, (session, terminal) =>
    prepare(chosen, flags, session, terminal, context.signal),
  );
}

/** Which pods are asked about. */
type Scope = ServiceAccountScope & { readonly selector?: SelectorText };

/** `stale-pods` of many clusters and AWS accounts; nothing is restarted. */
async function listInTargets(scope: Scope, flags: StalePodsFlags, context: CommandContext): Promise<void> {
  const { answerByCluster } = await import("../shared/targets/by-cluster.ts");
  await answerByCluster(flags, context, {
    shape: STALE_PODS,
    columns:
      "NAMESPACE:.serviceAccount.namespace,SERVICEACCOUNT:.serviceAccount.name,KIND:.workload.kind,WORKLOAD:.workload.name,PODS:.pods[*],PROBLEMS:.problems[*].message",
    noun: "stale workload",
    byField: "restartable",
    values: [],
    contents: { scope },
    async read(cluster) {
      const { stale, associations } = await observe(scope, cluster, (_, reading) => reading);
      const gaps =
        associations.state === "unknown"
          ? [{ what: "Pod Identity associations", failure: associations.failure }]
          : [];
      return {
        result: staleResult(stale),
        gaps,
        code: stale.length === 0 ? 0 : EXIT_CODES.findings,
      };
    },
  });
}

async function observe(
  scope: Scope,
  session: Pick<Session, "aws" | "cluster" | "kubernetes">,
  waiting: <T>(what: string, reading: Promise<T>) => Promise<T>,
) {
  const { namespace, name, selector } = scope;
  const kubernetes = await session.kubernetes({
    ...DEFAULT_SERVICE_ACCOUNT,
    ...(namespace !== undefined && { namespace }),
  });
  const serviceAccounts = await waiting(
    "reading ServiceAccounts",
    kubernetes.listServiceAccounts(namespace, selector),
  );
  const found = await waiting("reading pods", kubernetes.listPods(scope));
  const pods = selector === undefined ? found : podsOf(serviceAccounts, found);
  const associations = await look(
    () =>
      session.aws.eks.describePodIdentities(
        session.cluster.name,
        namespace === undefined || name === undefined ? undefined : { namespace, name },
      ),
    ({ kind }) => kind === "denied" || kind === "failed",
  );
  const stale = findStale(pods, serviceAccounts, session.cluster, { associations, now: new Date() });
  return { kubernetes, serviceAccounts, associations, stale };
}

async function prepare(
  scope: Scope,
  flags: StalePodsFlags,
  session: Session,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Planned> {
  const { kubernetes, serviceAccounts, associations, stale } = await observe(
    scope,
    session,
    (what, reading) => during(terminal, what, reading),
  );
  const { clusterFlags } = session;
  const restarts =
    flags.restart === true
      ? await prepareRestarts(stale, { serviceAccounts, associations }, kubernetes, clusterFlags)
      : { changes: [], notes: [] };
  const result = staleResult(stale);
  return {
    changes: restarts.changes,
    notes: [...unreadNotes(associations), ...restarts.notes],
    kubernetes,
    async report({ state }) {
      const workloads = restarts.changes.flatMap((change) =>
        change.kind === "restart-workload" ? [change.workload] : [],
      );
      if (state === "done")
        await watchRollouts(kubernetes, workloads, {
          patienceMs: PATIENCE_MS,
          terminal,
          signal,
          clusterFlags,
        });
      const left = state === "done" ? stale.filter(({ restart }) => restart === undefined) : stale;
      return {
        result,
        ...(flags.output.format === "list" && { document: flags.output.write(result, flags.headers) }),
        lines: state === "done" ? ["", `  Restarted: ${workloads.length}.`] : staleLines(stale, terminal.out),
        exitCode: left.length === 0 ? 0 : 3,
      };
    },
  };
}

/** Without the associations, only what annotations give can be told. */
function unreadNotes(associations: Known<unknown>): readonly Note[] {
  if (associations.state === "known") return [];
  const message = `Pod Identity associations could not be read, so pods that lack one are not listed: ${associations.failure.message}`;
  return [{ level: "warning", code: "associations-unread", message }];
}

function podsOf(serviceAccounts: readonly ServiceAccount[], pods: readonly Pod[]): readonly Pod[] {
  const paths = new Set(serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
  return pods.filter((pod) => paths.has(`${pod.namespace}/${pod.serviceAccountName}`));
}

/** Before anything is restarted, a dry-run pod of each ServiceAccount is created: if that gets no role, a restart fixes nothing. */
async function prepareRestarts(
  stale: readonly StaleGroup[],
  {
    serviceAccounts,
    associations,
  }: {
    readonly serviceAccounts: readonly ServiceAccount[];
    readonly associations: Known<readonly PodIdentityAssociation[]>;
  },
  kubernetes: KubernetesPort,
  clusterFlags: readonly string[],
) {
  const refs = [
    ...new Map(
      stale.map(({ serviceAccount }) => [serviceAccountPath(serviceAccount), serviceAccount]),
    ).values(),
  ];
  const tries = await mapConcurrent(refs, AT_ONCE, (ref) => recoverFailure(() => kubernetes.tryPod(ref)));
  const byPath = new Map(refs.map((ref, at) => [serviceAccountPath(ref), tries[at]]));
  const roles = new Map<string, WantedRole>([
    ...serviceAccounts.map((one) => [serviceAccountPath(one.ref), annotatedRole(one).text] as const),
    ...listed(associations).map((one) => [serviceAccountPath(one.serviceAccount), BY_ASSOCIATION] as const),
  ]);
  return planRestarts(
    stale,
    (serviceAccount) => roles.get(serviceAccountPath(serviceAccount)) ?? "",
    (serviceAccount) => byPath.get(serviceAccountPath(serviceAccount)),
    clusterFlags,
  );
}
