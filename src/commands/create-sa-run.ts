import type { KubernetesPort } from "../kubernetes/port.ts";
import { isFailure } from "../model/failure.ts";
import { accountPath } from "../model/service-account-ref.ts";
import { webhookAnnotations } from "../service-account/account-changes.ts";
import type { DesiredAccount } from "../service-account/desired.ts";
import { checkAskAlone } from "../service-account/guardrails.ts";
import { checkArnsAgainst } from "../service-account/input.ts";
import { observeAccount, observePolicies } from "../service-account/observe.ts";
import type { ObservedAccount } from "../service-account/observed.ts";
import { planAccount, type AccountPlan } from "../service-account/plan.ts";
import { answerJson } from "../output/answer.ts";
import { accountManifest } from "../output/manifest.ts";
import { during } from "../output/progress.ts";
import { talkingToStderr, type Terminal } from "../output/terminal.ts";
import { carryOut, type Outcome } from "./carry-out.ts";
import type { CommandContext } from "./command-context.ts";
import type { CreateSaFlags } from "./create-sa.ts";
import { clarified } from "./clarify.ts";
import { exitCodeOf, planHint } from "./plan-end.ts";
import { confirm } from "./prompts.ts";
import { proveAccount, type ProofReport } from "./prove-account.ts";
import { sayStalePods } from "./stale-hint.ts";
import { openSession, type Session } from "./session.ts";

/** The run of `create-sa`: observe, plan, show, apply, prove, answer. */
export async function createAccount(
  wanted: Omit<DesiredAccount, "reach">,
  flags: CreateSaFlags,
  context: CommandContext,
): Promise<void> {
  checkAskAlone(wanted);
  const terminal = flags.output === "text" ? context.terminal : talkingToStderr(context.terminal);
  const session = await openSession(flags, context.terminal, flags.approve === true);
  try {
    const desired: DesiredAccount = { ...wanted, reach: session.reach };
    await clarified(session, () => walk(desired, flags, session, terminal, context));
  } finally {
    session.close();
  }
}

async function walk(
  desired: DesiredAccount,
  flags: CreateSaFlags,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<void> {
  const { aws, cluster, surroundings } = session;
  checkArnsAgainst(cluster, desired);
  const policies = observePolicies(aws.iam, desired.role.kind === "managed" ? desired.role.policies : []);
  const kubernetes = desired.roleOnly ? undefined : await session.kubernetes(desired.account);
  const observing = observeAccount(desired, cluster, { aws, kubernetes, policies });
  const observed = await during(terminal, "reading IAM and the cluster", observing);
  const planned = await planOrAsk(desired, observed, context.terminal);
  const plan = { cluster, changes: planned.changes, notes: planned.notes };
  const targets = { iam: aws.iam, kubernetes };
  const outcome = await carryOut({ plan, surroundings, flags, targets }, terminal, context.signal);
  const proof = await proofAfter(outcome, planned, desired, flags, kubernetes, session, terminal, context);
  if (flags.output === "json") {
    const result = {
      role: planned.role,
      audience: planned.audience,
      serviceAccount: accountPath(desired.account),
      proof,
    };
    context.terminal.print(answerJson({ command: "create-sa", surroundings, plan, ...outcome, result }));
  } else {
    ending(outcome, planned, desired, proof).forEach(terminal.print);
  }
  if (flags.output === "yaml") {
    const annotations = webhookAnnotations(planned.role, desired.audience);
    context.terminal.print(accountManifest(desired.account, annotations, desired.labels));
  }
  if (outcome.state !== "planned" && kubernetes !== undefined && observed.kubernetes?.account !== undefined) {
    await sayStalePods(kubernetes, desired.account, planned.role, terminal);
  }
  context.exitWith(proof?.exitCode ?? exitCodeOf(outcome, flags));
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
    { kubernetes, sts: session.aws.sts },
    {
      patienceMs: flags.waitTimeout,
      demanded: flags.wait === true,
      conditional,
      written: outcome.state === "done",
      terminal,
      signal: context.signal,
    },
  );
}

function ending(
  { state }: Outcome,
  planned: AccountPlan,
  desired: DesiredAccount,
  proof: ProofReport | null,
): string[] {
  const { name, namespace } = desired.account;
  if (state === "planned") return planHint();
  const blank = state === "done" ? [""] : [];
  const head = state === "done" ? "" : "Nothing to do. ";
  if (desired.roleOnly) return [...blank, `  ${head}Role: ${planned.role}`];
  const ready =
    proof?.state === "accepted" ? (state === "done" ? "Ready. " : "Ready, nothing to do. ") : head;
  const what = `Pods with serviceAccountName: ${name} in ${namespace} get ${planned.role}.`;
  return [...blank, `  ${ready}${what}`];
}
