import type { KubernetesPort } from "../../kubernetes/port.ts";
import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import { ROLE_ANNOTATION, WORKLOAD_KINDS, type WorkloadRef } from "../../model/kubernetes-objects.ts";
import type { Note } from "../../model/plan.ts";
import { accountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { shellCommand } from "../../model/shell.ts";
import { workloadText, type WorkloadName } from "../../model/workload-name.ts";
import type { Binding } from "../../manifests/bind-manifests.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { prove } from "../../verification/proof.ts";
import { expectedOf } from "../../workload/expected.ts";
import { observeBinding, type ObservedBinding } from "../../workload/observe-binding.ts";
import { planBinding } from "../../workload/plan-binding.ts";
import type { Outcome } from "../walk/carry-out.ts";
import type { CommandContext } from "../command-context.ts";
import { proveAccount, type ProofReport } from "../proof/prove-account.ts";
import { provePods, type PodProof } from "../proof/prove-pods.ts";
import type { Session } from "../session/session.ts";
import type { UseSaFlags } from "./use-sa.ts";
import { walk, type Ending, type Planned } from "../walk/walk.ts";
import { watchRollouts, type WatchedRollout } from "../proof/watch-rollouts.ts";

/** The run of `use-sa` on the live cluster: observe, plan, show, apply, watch the rollouts, prove a new pod of each. */
export async function bindLive(binding: Binding, flags: UseSaFlags, context: CommandContext): Promise<void> {
  const refs = binding.workloads.map((name) => liveRef(name, binding.account));
  await walk("use-sa", flags, context, (session, terminal) =>
    plan(binding.account, refs, { flags, session, terminal, signal: context.signal }),
  );
}

interface Surroundings {
  readonly flags: UseSaFlags;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** @throws Failure of kind `input` for kinds whose pods can't be given another account while they live */
function liveRef({ kind, name }: WorkloadName, { namespace }: ServiceAccountRef): WorkloadRef {
  const live = WORKLOAD_KINDS.find((one) => one === kind.toLowerCase());
  if (live !== undefined) return { kind: live, namespace, name };
  throw new Failure(
    "input",
    "invalid-input",
    `workload '${workloadText({ kind, name })}': a ${kind} in the cluster can't be bound`,
    {
      advice:
        "Name the Deployment, DaemonSet, StatefulSet or CronJob that makes it, or rewrite its manifest: --file",
    },
  );
}

async function plan(
  account: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  about: Surroundings,
): Promise<Planned> {
  const { session, terminal } = about;
  const kubernetes = await session.kubernetes(account);
  const observing = observeBinding(kubernetes, account, refs);
  const observed = await during(terminal, "reading the cluster", observing);
  const planned = planBinding(account, observed, session.reach);
  const warnings = planned.changes.length === 0 ? [] : await refusedNow(account, observed, kubernetes, about);
  return {
    ...planned,
    notes: [...planned.notes, ...warnings],
    kubernetes,
    end: (outcome) => end(outcome, account, refs, observed, kubernetes, about),
  };
}

/** A warning before workloads are moved to an account whose token STS does not take, tried once. */
async function refusedNow(
  account: ServiceAccountRef,
  observed: ObservedBinding,
  kubernetes: KubernetesPort,
  { session, signal }: Surroundings,
): Promise<Note[]> {
  const { claim } = claimOf(account, observed, session);
  if (claim === undefined) return [];
  const proof = await prove(claim, { kubernetes, sts: session.aws.sts }, { patienceMs: 0, signal });
  if (proof.state !== "refused") return [];
  const message = `STS does not take a token of ${accountPath(account)} (${proof.code}): its pods would get no credentials; what is broken says: ${verifyCommand(account, session)}`;
  return [{ level: "warning", code: "token-refused", message }];
}

async function end(
  outcome: Outcome,
  account: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  observed: ObservedBinding,
  kubernetes: KubernetesPort,
  about: Surroundings,
): Promise<Ending> {
  const { flags, session, terminal, signal } = about;
  const isProved = outcome.state !== "planned" && flags.wait !== false;
  const terms = { patienceMs: flags.waitTimeout, terminal, signal, reach: session.reach };
  const rollouts = isProved ? await watchRollouts(kubernetes, refs, terms) : [];
  const { role, expected, claim } = claimOf(account, observed, session);
  const canProve = isProved && expected !== undefined && claim !== undefined;
  const pods = canProve ? await provePods(kubernetes, account, refs, expected, terms) : [];
  const proof = canProve
    ? await proveAccount(
        claim,
        { kubernetes, sts: session.aws.sts, iam: session.aws.iam, cluster: session.cluster },
        {
          ...terms,
          demanded: flags.wait === true,
          conditional: false,
          advice: verifyAdvice(account, session),
        },
      )
    : null;
  return {
    result: {
      serviceAccount: accountPath(account),
      role: role ?? null,
      workloads: refs.map((ref) => workloadJson(ref, rollouts, pods)),
      proof,
    },
    lines: ending(outcome, account, refs, role, proof),
    ...(proof !== null && { exitCode: proof.exitCode }),
  };
}

/** The role that the account names, what the webhook will inject for it, and what there is to prove; where there is. */
function claimOf(account: ServiceAccountRef, observed: ObservedBinding, { cluster }: Session) {
  const parsed = parseRoleArn(observed.account?.annotations[ROLE_ANNOTATION] ?? "");
  const role = parsed.ok ? parsed.value : undefined;
  const expected = observed.account && expectedOf(observed.account, cluster);
  const claim = role && expected && { account, audience: expected.audience, role };
  return { role, expected, claim };
}

function verifyAdvice(account: ServiceAccountRef, session: Session): string {
  return `What is between the account and its role was not looked at; this names the broken link: ${verifyCommand(account, session)}`;
}

function verifyCommand(account: ServiceAccountRef, { reach }: Session): string {
  return shellCommand(["irsa", "verify", ...reach, accountPath(account)]);
}

function workloadJson(
  ref: WorkloadRef,
  rollouts: readonly WatchedRollout[],
  pods: readonly PodProof[],
): object {
  const rollout = rollouts.find((one) => one.ref === ref);
  const pod = pods.find((one) => one.ref === ref);
  return {
    workload: workloadText(ref),
    rollout: rollout === undefined ? null : { state: rollout.state, text: rollout.text },
    pod: pod === undefined ? null : { name: pod.pod ?? null, state: pod.state },
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
  return ["", `  ${head}${ready}${who} ${run} with ${name}; ${their} pods get ${role ?? "no role"}.`];
}
