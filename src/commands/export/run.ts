import { ENGINES } from "../../export/all-engines.ts";
import type { Engine } from "../../export/engine.ts";
import type { Exported } from "../../export/from-file.ts";
import type { ExportModel } from "../../export/model.ts";
import { modelFor } from "../../export/select.ts";
import { Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { noteLines } from "../../output/plan-text.ts";
import { TextBlock } from "../../output/text-block.ts";
import type { CommandContext } from "../command-context.ts";
import { exportFile } from "./file.ts";
import { exportLive } from "./live.ts";
import type { ExportFlags } from "./flags.ts";

/** The run of `export`: observe, make the model, print it in the engine's language. */
export async function runExport(flags: ExportFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const engine: Engine = ENGINES[flags.to];
  checkFlags(flags, engine);
  const exported = await (flags.live === true ? exportLive(flags, context) : exportFile(flags, context));
  const text = textOf(exported, engine, flags);
  noteLines(text.notes, terminal.err).forEach(terminal.say);
  terminal.print(TextBlock.written(text.text));
}

function checkFlags(flags: ExportFlags, engine: Engine): void {
  const { to, filename, live, imports, resourceNamespace } = flags;
  const problems = new Problems();
  if (filename === undefined && live !== true)
    problems.note("--filename", "", "or --live is required: a file, or what is live in the cluster");
  if (imports === true && live !== true) problems.note("--imports", "", "requires --live");
  if (imports === true && engine.writeImports === undefined)
    problems.note("--imports", "", `can't be used with --to ${to}, which has no separate list of imports`);
  problems.maybe("--resource-namespace", resourceNamespace, parseNamespaceName);
  if (resourceNamespace !== undefined && engine.resourceNamespace === undefined)
    problems.note("--resource-namespace", "", `can't be used with --to ${to}`);
  problems.throwIfAny();
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
