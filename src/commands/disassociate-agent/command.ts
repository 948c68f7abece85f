import { Command } from "commander";
import { describeAgentWords } from "../../model/agent-words.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import { valueOf } from "../../model/known.ts";
import { AGENT_NAME } from "../../model/pod-identity-agent.ts";
import { during, progressOn } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { awaitAddon } from "../../pod-identity-agent/await-addon.ts";
import { observeAgentRemoval, planAgentRemoval } from "../../pod-identity-agent/plan-removal.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addPlanOptions,
  waitTimeout,
  type ClusterFlags,
  type PlanFlags,
} from "../shared/session/options.ts";
import { runPlanCommand } from "../shared/plan/run-plan-command.ts";
import type { Session } from "../shared/session/session.ts";

interface Flags extends ClusterFlags, PlanFlags {
  readonly force?: boolean;
  readonly foreign?: boolean;
  readonly wait: boolean;
  readonly waitTimeout: number;
}

const EXAMPLES = `
Examples:
  irsa disassociate-agent --cluster my-cluster               # show the plan, or who needs the agent
  irsa disassociate-agent --cluster my-cluster --approve     # apply
`;

/** `irsa disassociate-agent`: deletes the add-on once no ServiceAccount has a Pod Identity association. */
export function disassociateAgent(context: CommandContext): Command {
  const command = new Command("disassociate-agent")
    .description(
      "delete the EKS add-on eks-pod-identity-agent once no ServiceAccount has a Pod Identity association",
    )
    .optionsGroup("Add-on:")
    .option("--force", "delete it even while ServiceAccounts need it; their pods lose access to AWS")
    .option("--foreign", "delete it even if irsa did not install it")
    .option("--no-wait", "don't wait until the add-on is deleted")
    .addOption(waitTimeout("how long to wait until it is deleted, such as 90s or 10m", "5m"));
  addAwsOptions(addPlanOptions(command, ["text", "json"], ["--show-documents"]))
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => run(flags, context));
  return command;
}

async function run(flags: Flags, context: CommandContext): Promise<void> {
  const desired = { force: flags.force === true, foreign: flags.foreign === true };
  await runPlanCommand(flags, context, async (session, terminal) => {
    const { aws, cluster } = session;
    const reading = observeAgentRemoval(cluster, aws.eks, !desired.force);
    const observed = await during(terminal, "reading EKS", reading);
    return {
      ...planAgentRemoval(desired, observed),
      kubernetes: undefined,
      async report({ state }) {
        const isThere = observed.addon !== undefined;
        if (state !== "planned" && isThere && flags.wait) await gone(session, flags, terminal, context);
        return {
          result: { addOn: AGENT_NAME, associated: valueOf(observed.associated) ?? null },
          lines: [
            ...(state === "done" ? [""] : []),
            `  ${state === "done" ? "" : "Nothing to do. "}The add-on ${AGENT_NAME} ${nowText(isThere, flags)}.`,
          ],
        };
      },
    };
  });
}

function nowText(wasThere: boolean, { wait }: Flags): string {
  if (!wasThere) return "is not installed";
  return wait ? "has been deleted" : "is being deleted";
}

/** Waits until EKS has deleted the add-on. @throws Failure `addon-failed` or `interrupted` */
async function gone(
  { aws, cluster, clusterFlags }: Session,
  { waitTimeout: patienceMs }: Flags,
  terminal: Terminal,
  { signal }: CommandContext,
): Promise<void> {
  const progress = progressOn(terminal);
  const doing = "waiting until the add-on is deleted";
  progress.begin(doing);
  try {
    const { addon, milliseconds } = await awaitAddon(
      () => aws.eks.getAddon(cluster.name, AGENT_NAME),
      (found) => found === undefined,
      { patienceMs, signal, onStatus: (status) => progress.update(`${doing}: ${status}`) },
    );
    if (addon !== undefined) throw notGone(addon.status, milliseconds, cluster, clusterFlags, signal);
    progress.succeed("The add-on is deleted", milliseconds);
  } finally {
    progress.stop();
  }
}

function notGone(
  status: string,
  milliseconds: number,
  cluster: ClusterWithIssuer,
  clusterFlags: readonly string[],
  signal: AbortSignal,
): Failure {
  const seconds = (milliseconds / 1000).toFixed(0);
  return new Failure(
    signal.aborted ? "interrupted" : "failed",
    "addon-failed",
    `the add-on ${AGENT_NAME} is ${status} after ${seconds} s`,
    {
      advice: "EKS continues. Wait longer with --wait-timeout 15m, or check the status of the add-on:",
      command: describeAgentWords(cluster, clusterFlags),
    },
  );
}
