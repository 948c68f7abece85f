import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { CommandWords } from "../../model/command-words.ts";
import { Failure } from "../../model/failure.ts";
import type { WorkloadRef } from "../../model/kubernetes-objects.ts";
import { WORKLOAD_KINDS } from "../../model/workload-kinds.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedArn, hasEmptyAudience } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { workloadText, type WorkloadName } from "../../model/workload-name.ts";
import type { Binding } from "../../manifests/bind-manifests.ts";
import { camelCase } from "../../output/camel-case.ts";
import { proofJson, serviceAccountJson, workloadJson } from "../../output/json-forms.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { prove } from "../../verification/proof.ts";
import { emptyAudience } from "../../service-account/service-account/audience.ts";
import { expectedOf } from "../../workload/expected.ts";
import { observeBinding, type ObservedBinding } from "../../workload/observe-binding.ts";
import { planBinding } from "../../workload/plan-binding.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { CommandContext } from "../command-context.ts";
import { proveServiceAccount, type ProofReport } from "../shared/proof/prove-service-account.ts";
import { provePods, type PodProof } from "../shared/proof/prove-pods.ts";
import type { Session } from "../shared/session/session.ts";
import type { UseSaFlags } from "./flags.ts";
import { runPlanCommand, type Report, type Planned } from "../shared/plan/run-plan-command.ts";
import { watchRollouts, type WatchedRollout } from "../shared/proof/watch-rollouts.ts";

/** The run of `use-sa` on the live cluster: observe, plan, show, apply, watch the rollouts, prove a new pod of each. */
export async function bindLive(binding: Binding, flags: UseSaFlags, context: CommandContext): Promise<void> {
  const refs = binding.workloads.map((name) => liveRef(name, binding.serviceAccount));
  await runPlanCommand(flags, context, (session, terminal) =>
    prepare(binding.serviceAccount, refs, { flags, session, terminal, signal: context.signal }),
  );
}

interface LiveContext {
  readonly flags: UseSaFlags;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** @throws Failure of kind `input` for kinds whose pods can't be given another ServiceAccount while they live */
function liveRef({ kind, name }: WorkloadName, { namespace }: ServiceAccountRef): WorkloadRef {
  const live = WORKLOAD_KINDS.find((one) => one === kind.toLowerCase());
  if (live !== undefined) return { kind: live, namespace, name };
  throw new Failure(
    "input",
    "invalid-input",
    `workload '${workloadText({ kind, name })}': the ServiceAccount of a running ${kind} can't be changed`,
    {
      advice:
        "Pass the Deployment, DaemonSet, StatefulSet, CronJob or Rollout that owns it, or edit its manifest: --file",
    },
  );
}

async function prepare(
  serviceAccount: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  about: LiveContext,
): Promise<Planned> {
  const { session, terminal } = about;
  const kubernetes = await session.kubernetes(serviceAccount);
  const observing = observeBinding(kubernetes, serviceAccount, refs);
  const observed = await during(terminal, "reading the cluster", observing);
  const planned = planBinding(serviceAccount, observed, session.clusterFlags);
  const warnings =
    planned.changes.length === 0 ? [] : await refusedNow(serviceAccount, observed, kubernetes, about);
  return {
    ...planned,
    notes: [...planned.notes, ...warnings],
    kubernetes,
    report: (outcome) => end(outcome, serviceAccount, refs, observed, kubernetes, about),
  };
}

/** A warning before workloads are moved to a ServiceAccount whose token STS does not accept, tried once. */
async function refusedNow(
  serviceAccount: ServiceAccountRef,
  observed: ObservedBinding,
  kubernetes: KubernetesPort,
  { session, signal }: LiveContext,
): Promise<Note[]> {
  if (hasEmptyAudience(observed.serviceAccount)) {
    const { message } = emptyAudience(serviceAccount);
    return [
      { level: "warning", code: "empty-audience", message: `${message}: its pods would get no credentials` },
    ];
  }
  const { claim } = claimOf(serviceAccount, observed, session);
  if (claim === undefined) return [];
  const proof = await prove(claim, { kubernetes, sts: session.aws.sts }, { patienceMs: 0, signal });
  if (proof.state !== "refused") return [];
  const message = `STS does not accept the token of ${serviceAccountPath(serviceAccount)} (${proof.code}): its pods would get no credentials. To find the cause:`;
  return [
    { level: "warning", code: "token-refused", message, command: verifyWords(serviceAccount, session) },
  ];
}

async function end(
  outcome: Outcome,
  serviceAccount: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  observed: ObservedBinding,
  kubernetes: KubernetesPort,
  about: LiveContext,
): Promise<Report> {
  const { flags, session, terminal, signal } = about;
  const isProved = outcome.state !== "planned" && flags.wait !== false;
  const terms = { patienceMs: flags.waitTimeout, terminal, signal, clusterFlags: session.clusterFlags };
  const rollouts = isProved ? await watchRollouts(kubernetes, refs, terms) : [];
  const { role, expected, claim } = claimOf(serviceAccount, observed, session);
  const canProve = isProved && expected !== undefined && claim !== undefined;
  const pods = canProve ? await provePods(kubernetes, serviceAccount, refs, expected, terms) : [];
  const proof = canProve
    ? await proveServiceAccount(
        claim,
        { kubernetes, sts: session.aws.sts, iam: session.aws.iam, cluster: session.cluster },
        {
          ...terms,
          demanded: flags.wait === true,
          conditional: false,
          remedy: {
            advice:
              "The links between the ServiceAccount and its role were not checked. To find the broken one:",
            command: verifyWords(serviceAccount, session),
          },
        },
      )
    : null;
  return {
    result: {
      serviceAccount: serviceAccountJson(serviceAccount),
      role: role ?? null,
      workloads: refs.map((ref) => boundJson(ref, rollouts, pods)),
      proof: proof === null ? null : proofJson(proof),
    },
    lines: ending(outcome, serviceAccount, refs, role, proof),
    ...(proof !== null && { exitCode: proof.exitCode }),
  };
}

/** The role that the ServiceAccount names, what the webhook will inject for it, and what there is to prove; where there is. */
function claimOf(serviceAccount: ServiceAccountRef, observed: ObservedBinding, { cluster }: Session) {
  const { serviceAccount: found } = observed;
  const role = annotatedArn(found);
  const expected = found && expectedOf(found, cluster);
  const claim =
    role && expected && !hasEmptyAudience(found)
      ? { serviceAccount, audience: expected.audience, role }
      : undefined;
  return { role, expected, claim };
}

function verifyWords(serviceAccount: ServiceAccountRef, { clusterFlags }: Session): CommandWords {
  return ["irsa", "verify", ...clusterFlags, serviceAccountPath(serviceAccount)];
}

function boundJson(ref: WorkloadRef, rollouts: readonly WatchedRollout[], pods: readonly PodProof[]): object {
  const rollout = rollouts.find((one) => one.ref === ref);
  const pod = pods.find((one) => one.ref === ref);
  return {
    workload: workloadJson(ref),
    rollout: rollout === undefined ? null : { state: camelCase(rollout.state), message: rollout.text },
    pod: pod === undefined ? null : { name: pod.pod ?? null, state: camelCase(pod.state) },
  };
}

function ending(
  { state }: Outcome,
  { name }: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  role: RoleArn | undefined,
  proof: ProofReport | null,
): string[] {
  const head = state === "done" ? "" : "Nothing to do. ";
  const ready = proof?.state === "accepted" ? "Ready. " : "";
  const who = refs.map(workloadText).join(", ");
  const [run, their] = refs.length === 1 ? ["runs", "its"] : ["run", "their"];
  return ["", `  ${head}${ready}${who} ${run} with ${name}; ${their} pods assume ${role ?? "no role"}.`];
}
