import type { KubernetesPort } from "../../kubernetes/port.ts";
import { look, type Known } from "../../model/known.ts";
import { counted } from "../../model/counted.ts";
import { AGENT_NAME } from "../../model/pod-identity-agent.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { observeAgent } from "../../pod-identity-agent/observe.ts";
import { planAgent, type AgentPlan, type DesiredAgent } from "../../pod-identity-agent/plan.ts";
import type { CommandContext } from "../command-context.ts";
import { runPlanCommand, type Planned, type Report } from "../shared/plan/run-plan-command.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";
import type { AssociateAgentFlags } from "./flags.ts";
import { proveAgent, type AgentProof } from "./prove.ts";

/** The run of `associate-agent`: observe, plan, show, apply, wait for add-on and nodes, answer. */
export async function installAgent(
  desired: DesiredAgent,
  flags: AssociateAgentFlags,
  context: CommandContext,
): Promise<void> {
  loadKubernetesAhead();
  await runPlanCommand(flags, context, (session, terminal) =>
    prepare(desired, flags, session, terminal, context.signal),
  );
}

async function prepare(
  desired: DesiredAgent,
  flags: AssociateAgentFlags,
  session: Session,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Planned> {
  const { aws, cluster, clusterFlags } = session;
  const kubernetes = await reachable(session);
  const observing = observeAgent(cluster, aws.eks, kubernetes);
  const planned = planAgent(desired, await during(terminal, "reading EKS and the cluster", observing));
  return {
    ...planned,
    kubernetes: undefined,
    async report(outcome) {
      const isProved = outcome.state !== "planned" && !planned.isBuiltIn && flags.wait !== false;
      const proof = isProved
        ? await proveAgent(
            { eks: aws.eks, cluster, kubernetes, version: versionOf(planned) },
            { patienceMs: flags.waitTimeout, terminal, signal, clusterFlags },
          )
        : null;
      return report(outcome, planned, proof, flags);
    },
  };
}

/** A cluster that can't be reached is unknown; a kubeconfig of another cluster, or one that is wrong, ends the run. */
function reachable(session: Session): Promise<Known<KubernetesPort>> {
  return look(
    () => session.kubernetes(DEFAULT_SERVICE_ACCOUNT),
    (failure) => failure.code === "unreachable" || failure.kind === "denied",
  );
}

/** The version that the add-on must have once the plan is applied, where the plan says. */
function versionOf({ changes }: AgentPlan): string | undefined {
  return changes.flatMap((change) => ("version" in change ? (change.version ?? []) : [])).at(0);
}

function report(
  { state }: Outcome,
  { isBuiltIn }: AgentPlan,
  proof: AgentProof | null,
  flags: AssociateAgentFlags,
): Report {
  const head = state === "done" ? "" : "Nothing to do. ";
  const blank = state === "done" ? [""] : [];
  const isUnproven = proof?.nodes === null && flags.wait === true;
  return {
    result: { addOn: AGENT_NAME, isBuiltIn, proof },
    lines: [...blank, `  ${head}${ending(isBuiltIn, proof)}`],
    ...(isUnproven && { exitCode: 1 }),
  };
}

function ending(isBuiltIn: boolean, proof: AgentProof | null): string {
  if (isBuiltIn) return "EKS Auto Mode has the Pod Identity agent built into its nodes.";
  if (proof === null) return `The add-on ${AGENT_NAME} was not verified.`;
  const installed = `Installed: ${AGENT_NAME} ${proof.version}`;
  return proof.nodes === null ? installed : `${installed}, ready on ${counted(proof.nodes.ready, "node")}`;
}
