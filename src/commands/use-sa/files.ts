import { MANIFEST_FILES, readInputFiles } from "../../files/input-files.ts";
import { checkReplaceable, writeInPlace } from "../../files/write-in-place.ts";
import { bindManifests, isMeant, type Binding } from "../../manifests/bind-manifests.ts";
import { findPodMakers, type PodMaker } from "../../manifests/find-pod-makers.ts";
import { findSkipped } from "../../manifests/find-skipped.ts";
import { isTemplate, readManifests, type Manifests } from "../../manifests/read-manifests.ts";
import { counted } from "../../model/counted.ts";
import { Failure, type Fact } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { POD_MAKER_KINDS } from "../../model/workload-kinds.ts";
import { workloadText } from "../../model/workload-name.ts";
import { camelCase } from "../../output/camel-case.ts";
import {
  boundFilesResult,
  boundFilesLines,
  manifestStream,
  skippedLines,
  skippedText,
  type BoundFile,
  type SkippedInFile,
} from "../../output/bound-files.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodeOf } from "../shared/plan/exit-code.ts";
import type { UseSaFlags } from "./flags.ts";

/** A file that was read, with the pods and workloads in it. */
interface ReadFile {
  readonly path: string;
  readonly within?: string;
  readonly manifests: Manifests;
  readonly makers: readonly PodMaker[];
}

/** The run of `use-sa --file`: read all, judge all, show the diff, then write or print. */
export async function bindFiles(binding: Binding, flags: UseSaFlags, context: CommandContext): Promise<void> {
  const { terminal, envelope } = context;
  const { read, skipped } = await readFiles(flags.file ?? [], binding.serviceAccount.namespace);
  checkFound(read, skipped, binding);
  const files = read.map(({ path, within, manifests }) => ({
    path,
    ...(within !== undefined && { within }),
    before: manifests.text,
    ...bindManifests(manifests, binding),
  }));
  checkRefused(files);
  const changed = files.filter(({ before, text }) => before !== text);
  const isWritten = flags.inPlace === true;
  if (isWritten) await checkReplaceable(changed);
  skippedLines(skipped, terminal.err).forEach(terminal.say);
  boundFilesLines(files, binding.serviceAccount, terminal.err).forEach(terminal.say);
  if (isWritten) await writeAll(changed, context);
  const state = changed.length === 0 ? "nothing-to-do" : isWritten ? "done" : "planned";
  const result = boundFilesResult(files, skipped, binding.serviceAccount, state);
  if (flags.output === "json") terminal.print(envelope.answer({ state: camelCase(state), result }));
  else if (!isWritten && terminal.answersOnScreen) (changed.length === 0 ? [] : SHOWN).forEach(terminal.say);
  else if (!isWritten) terminal.print(manifestStream(files));
  context.exitWith(exitCodeOf({ state, steps: [] }, flags));
}

/** On a screen the files would bury the diff. */
const SHOWN = [
  "",
  "  No file was changed. Re-run with --in-place to edit the files, or redirect stdout to get the result:",
  "      irsa use-sa … | kubectl apply -f -",
] as const;

/** @throws Failure `interrupted` with the files that are left; the same command again does them */
async function writeAll(
  files: readonly BoundFile[],
  { signal, takeInterrupts }: Pick<CommandContext, "signal" | "takeInterrupts">,
): Promise<void> {
  await takeInterrupts();
  for (const [at, file] of files.entries()) {
    if (signal.aborted) throw interruptedAt(files, at);
    await writeInPlace(file, file.text);
  }
}

function interruptedAt(files: readonly BoundFile[], at: number): Failure {
  const listed = (label: string, some: readonly BoundFile[]): Fact[] =>
    some.length === 0 ? [] : [[label, some.map(({ path }) => path)]];
  return new Failure("interrupted", "interrupted", "interrupted before all files were written", {
    facts: [...listed("done", files.slice(0, at)), ...listed("not done", files.slice(at))],
    advice: "Run the same command again to complete it",
    written: at > 0,
  });
}

/** @throws Failure of kind `input` for files that can't be read; templates that were found in a folder are skipped */
async function readFiles(
  paths: readonly string[],
  namespace: string,
): Promise<{ readonly read: ReadFile[]; readonly skipped: SkippedInFile[] }> {
  const problems = new Problems();
  const read: ReadFile[] = [];
  const skipped: SkippedInFile[] = [];
  for (const { path, within, text } of await readInputFiles(paths, MANIFEST_FILES, problems)) {
    const parsed = readManifests(text);
    if (parsed.ok) {
      const manifests = parsed.value;
      const inFolder = within !== undefined && { within };
      read.push({ path, ...inFolder, manifests, makers: findPodMakers(manifests) });
      for (const one of findSkipped(manifests))
        if ((one.namespace ?? namespace) === namespace) skipped.push({ path, ...one });
    } else if (within !== undefined && isTemplate(text)) skipped.push({ path, ...TEMPLATE });
    else problems.note(path, "", parsed.problem);
  }
  problems.throwIfAny();
  return { read, skipped };
}

const TEMPLATE = {
  what: "",
  kind: undefined,
  namespace: undefined,
  reason: "is a template that must be rendered first",
};

/** @throws Failure of kind `input` if a workload that was named, or any at all, is in none of the files */
function checkFound(files: readonly ReadFile[], skipped: readonly SkippedInFile[], binding: Binding): void {
  const meant = files.flatMap(({ makers }) => makers.filter((maker) => isMeant(maker, binding)));
  const missing = binding.workloads.filter(
    (wanted) => !meant.some(({ kind, name }) => kind === wanted.kind && name === wanted.name),
  );
  if (meant.length > 0 && missing.length === 0) return;
  const what = missing.length === 0 ? "no workload" : `no ${missing.map(workloadText).join(", no ")}`;
  const there = files.flatMap(({ path, makers }) =>
    makers.map(
      ({ kind, name = "", namespace, line }) =>
        [
          "there is",
          `${workloadText({ kind, name })}${namespace === undefined ? "" : ` in ${namespace}`} (${path}:${line})`,
        ] as const,
    ),
  );
  const left = skipped.flatMap((one) =>
    one.reason === undefined ? [] : [["skipped", skippedText(one)] as const],
  );
  throw new Failure(
    "input",
    "workload-not-found",
    `the files have ${what} in namespace ${binding.serviceAccount.namespace}`,
    {
      facts: [...there, ...left],
      ...(left.length > 0 && { advice: `use-sa edits ${POD_MAKER_KINDS.join(", ")}` }),
    },
  );
}

/** @throws Failure `not-rewritable` with every workload that can't be bound in its file */
function checkRefused(files: readonly BoundFile[]): void {
  const refused = files.flatMap(({ path, refused }) =>
    refused.map(({ workload, line, reason }) => [`${path}:${line}`, `${workload} ${reason}`] as const),
  );
  if (refused.length === 0) return;
  throw new Failure(
    "refused",
    "not-rewritable",
    `${counted(refused.length, "workload")} can't be edited in the files`,
    {
      facts: refused,
      advice: "Set serviceAccountName there manually",
    },
  );
}
