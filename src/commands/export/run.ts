import { ENGINES } from "../../export/all-engines.ts";
import type { Engine } from "../../export/engine.ts";
import type { Exported } from "../../export/from-file.ts";
import type { ExportModel } from "../../export/model.ts";
import { restrictedToPlan } from "../../export/of-plan.ts";
import { modelFor } from "../../export/select.ts";
import { stackSetEngine } from "../../export/stackset/stack-set.ts";
import { Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { noteLines } from "../../output/plan-text.ts";
import { TextBlock } from "../../output/text-block.ts";
import type { CommandContext } from "../command-context.ts";
import { exportFile } from "./file.ts";
import { exportLive } from "./live.ts";
import { exportStackSet } from "./stackset.ts";
import { readPlanFile, type PlanFile } from "./plan-file.ts";
import type { ExportFlags } from "./flags.ts";

/** The run of `export`: observe, make the model, print it in the engine's language. */
export async function runExport(flags: ExportFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  checkFlags(flags);
  const text = await (flags.to === "stackset"
    ? exportStackSet(flags, context)
    : exportTo(ENGINES[flags.to], flags, context));
  noteLines(text.notes, terminal.err).forEach(terminal.say);
  terminal.print(TextBlock.written(text.text));
}

async function exportTo(engine: Engine, flags: ExportFlags, context: CommandContext) {
  const problems = new Problems();
  const plan = flags.plan === undefined ? undefined : await readPlanFile(flags.plan, problems);
  problems.throwIfAny();
  const exported = await (flags.live === true ? exportLive(flags, context) : exportFile(flags, context));
  return textOf(plan === undefined ? exported : ofPlan(exported, plan, engine, flags), engine, flags);
}

/** What of a file a plan of it creates or changes. */
function ofPlan(
  { model, notes }: Exported,
  plan: PlanFile,
  engine: Engine,
  { plan: file = "" }: ExportFlags,
) {
  if (plan.cluster !== model.cluster.arn)
    throw new Failure("input", "invalid-input", `--plan '${file}' is for another cluster`, {
      facts: [
        ["plan", plan.cluster],
        ["--filename", model.cluster.arn],
      ],
    });
  const restricted = restrictedToPlan(model, plan.changes, engine);
  return { model: restricted.model, notes: [...notes, ...restricted.notes] };
}

function checkFlags(flags: ExportFlags): void {
  const { to, filename, live, imports, resourceNamespace, plan } = flags;
  const engine: Engine = to === "stackset" ? stackSetEngine : ENGINES[to];
  const problems = new Problems();
  if (filename === undefined && live !== true)
    problems.note("--filename", "", "or --live is required: a file, or what is live in the cluster");
  if (plan !== undefined && to === "stackset")
    problems.note("--plan", plan, "can't be used with --to stackset: export it --to cloudformation");
  if (imports === true && live !== true) problems.note("--imports", "", "requires --live");
  if (imports === true && engine.writeImports === undefined)
    problems.note("--imports", "", `can't be used with --to ${to}, which has no separate list of imports`);
  problems.maybe("--resource-namespace", resourceNamespace, parseNamespaceName);
  if (resourceNamespace !== undefined && engine.resourceNamespace === undefined)
    problems.note("--resource-namespace", "", `can't be used with --to ${to}`);
  checkStackSetFlags(flags, problems);
  problems.throwIfAny();
}

function checkStackSetFlags(flags: ExportFlags, problems: Problems): void {
  if (flags.to === "stackset") {
    if (flags.live === true)
      problems.note("--live", "", "can't be used with --to stackset: export it --to cloudformation");
    for (const name of ["cluster", "kubeconfig", "context"] as const)
      if (flags.targets !== undefined && flags[name] !== undefined)
        problems.note(`--${name}`, "", "can't be combined with --targets");
  } else
    for (const name of ["targets", "commands"] as const)
      if (flags[name] !== undefined) problems.note(`--${name}`, "", "requires --to stackset");
}

function textOf({ model, notes }: Exported, engine: Engine, flags: ExportFlags) {
  const { model: kept, notes: left } = modelFor(model, engine, flags.namespaces === true);
  if (kept.resources.length === 0) throw nothing(engine, model);
  const write = flags.imports === true ? engine.writeImports : engine.write;
  if (write === undefined) throw new TypeError("unnoted problem");
  return { text: write(kept, flags.resourceNamespace), notes: [...notes, ...left] };
}

function nothing({ label }: Engine, { isLive, resources }: ExportModel): Failure {
  const why = resources.length > 0 ? `nothing of it is managed by ${label}` : "there is nothing to export";
  return new Failure("refused", "nothing-to-export", why, {
    ...(isLive && { advice: "irsa exports what it manages. To let it manage existing roles: irsa adopt" }),
  });
}
