import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { ClusterRef, RoleArn } from "../../model/arn.ts";
import { withinOrganisation } from "../../config/within-organisation.ts";
import { isFailure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import { webhookAnnotations } from "../../service-account/account-changes.ts";
import { checkArnsAgainst } from "../../service-account/arns.ts";
import type { DesiredAccount } from "../../service-account/desired.ts";
import { checkAskAlone } from "../../service-account/guardrails.ts";
import { observeAccount, namedPolicies, observePolicies } from "../../service-account/observe.ts";
import type { ObservedAccount } from "../../service-account/observed.ts";
import { planAccount, type AccountPlan } from "../../service-account/plan.ts";
import { accountManifest } from "../../output/manifest.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { Outcome } from "../walk/carry-out.ts";
import type { CommandContext } from "../command-context.ts";
import type { CreateSaFlags } from "./create-sa.ts";
import { confirm } from "../walk/prompts.ts";
import { proveAccount, type ProofReport } from "../proof/prove-account.ts";
import { staleHint } from "./stale-hint.ts";
import { loadKubernetesAhead, type Session } from "../session/session.ts";
import { walk, type Ending, type Planned } from "../walk/walk.ts";

/** The run of `create-sa`: observe, plan, show, apply, prove, answer. */
export async function createAccount(
  wanted: Omit<DesiredAccount, "reach">,
  flags: CreateSaFlags,
  context: CommandContext,
): Promise<void> {
  const asked = withinOrganisation(wanted, await context.organization());
  checkAskAlone(asked);
  if (!asked.roleOnly) loadKubernetesAhead();
  await walk("create-sa", flags, context, (session, terminal) =>
    plan({ ...asked, reach: session.reach }, flags, session, terminal, context),
  );
}

async function plan(
  desired: DesiredAccount,
  flags: CreateSaFlags,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<Planned> {
  const { aws, cluster } = session;
  checkArns(cluster, desired);
  const policies = observePolicies(aws.iam, namedPolicies(desired));
  const kubernetes = desired.roleOnly ? undefined : await session.kubernetes(desired.account);
  const observing = observeAccount(desired, cluster, { aws, kubernetes, policies });
  const observed = await during(terminal, "reading IAM and the cluster", observing);
  const planned = await planOrAsk(desired, observed, context.terminal);
  const { changes, notes } = planned;
  const isThere = observed.kubernetes?.account !== undefined;
  return {
    changes,
    notes,
    kubernetes,
    async end(outcome) {
      const proof = await proofAfter(
        outcome,
        planned,
        desired,
        flags,
        kubernetes,
        session,
        terminal,
        context,
      );
      const looks = outcome.state !== "planned" && kubernetes !== undefined && isThere;
      const hints = looks ? await staleHint(kubernetes, desired.account, planned.role, desired.reach) : [];
      return { ...answer(outcome, planned, desired, flags, proof), hints };
    },
  };
}

function answer(
  outcome: Outcome,
  { role, audience }: AccountPlan,
  desired: DesiredAccount,
  flags: CreateSaFlags,
  proof: ProofReport | null,
): Ending {
  const annotations = webhookAnnotations(role, desired.audience);
  return {
    result: { role, audience, serviceAccount: accountPath(desired.account), proof },
    lines: ending(outcome, role, desired, proof),
    ...(flags.output === "yaml" && {
      document: accountManifest(desired.account, annotations, desired.labels),
    }),
    ...(proof !== null && { exitCode: proof.exitCode }),
  };
}

const ARN_FLAGS = { policy: "--policy-arn", boundary: "--permissions-boundary", role: "--attach-role-arn" };

function checkArns(cluster: ClusterRef, desired: DesiredAccount): void {
  const problems = new Problems();
  checkArnsAgainst(cluster, desired, (what) => ARN_FLAGS[what], problems);
  problems.throwIfAny();
}

/** A missing provider is asked about where someone can answer; else it stops with the command to type. */
async function planOrAsk(
  desired: DesiredAccount,
  observed: ObservedAccount,
  terminal: Terminal,
): Promise<AccountPlan> {
  try {
    return planAccount(desired, observed);
  } catch (error) {
    if (!terminal.interactive || !isFailure(error)) throw error;
    if (error.code !== "provider-missing" && error.code !== "audience-missing") throw error;
    terminal.say(`  ${error.message}`);
    if (!(await confirm("Take that into the plan?"))) throw error;
    return planAccount({ ...desired, associate: true }, observed);
  }
}

async function proofAfter(
  outcome: Outcome,
  planned: AccountPlan,
  desired: DesiredAccount,
  flags: CreateSaFlags,
  kubernetes: KubernetesPort | undefined,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<ProofReport | null> {
  if (outcome.state === "planned" || kubernetes === undefined || flags.wait === false) return null;
  const claim = { account: desired.account, audience: planned.audience, role: planned.role };
  const conditional = planned.notes.some(({ code }) => code === "trust-conditional");
  return proveAccount(
    claim,
    { kubernetes, sts: session.aws.sts, iam: session.aws.iam, cluster: session.cluster },
    {
      patienceMs: flags.waitTimeout,
      demanded: flags.wait === true,
      conditional,
      terminal,
      signal: context.signal,
    },
  );
}

function ending(
  { state }: Outcome,
  role: RoleArn,
  desired: DesiredAccount,
  proof: ProofReport | null,
): string[] {
  const { name, namespace } = desired.account;
  const blank = state === "done" ? [""] : [];
  const head = state === "done" ? "" : "Nothing to do. ";
  if (desired.roleOnly) return [...blank, `  ${head}Role: ${role}`];
  const ready =
    proof?.state === "accepted" ? (state === "done" ? "Ready. " : "Ready, nothing to do. ") : head;
  return [...blank, `  ${ready}Pods with serviceAccountName: ${name} in ${namespace} get ${role}.`];
}
