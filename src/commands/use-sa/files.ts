import { MANIFEST_FILES, readInputFiles } from "../../files/input-files.ts";
import { checkReplaceable, writeInPlace } from "../../files/write-in-place.ts";
import { bindManifests, isMeant, type Binding } from "../../manifests/bind-manifests.ts";
import { findPodMakers, type PodMaker } from "../../manifests/find-pod-makers.ts";
import { readManifests, type Manifests } from "../../manifests/read-manifests.ts";
import { Failure, type Fact } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { workloadText } from "../../model/workload-name.ts";
import { boundFilesJson, boundFilesLines, manifestStream, type BoundFile } from "../../output/bound-files.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodeOf } from "../walk/plan-end.ts";
import type { UseSaFlags } from "./use-sa.ts";

/** A file that was read, with the pods and workloads in it. */
interface ReadFile {
  readonly path: string;
  readonly within?: string;
  readonly manifests: Manifests;
  readonly makers: readonly PodMaker[];
}

/** The run of `use-sa --file`: read all, judge all, show the diff, then write or print. */
export async function bindFiles(binding: Binding, flags: UseSaFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const read = await readFiles(flags.file ?? []);
  checkFound(read, binding);
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
  boundFilesLines(files, binding.account, terminal.err).forEach(terminal.say);
  if (isWritten) await writeAll(changed, context);
  const state = changed.length === 0 ? "nothing-to-do" : isWritten ? "done" : "planned";
  if (flags.output === "json") terminal.print(boundFilesJson(files, binding.account, state));
  else if (!isWritten) terminal.print(manifestStream(files));
  context.exitWith(exitCodeOf({ state, steps: [] }, flags));
}

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
    advice: "The same command again finishes it",
    written: at > 0,
  });
}

async function readFiles(paths: readonly string[]): Promise<ReadFile[]> {
  const problems = new Problems();
  const files = (await readInputFiles(paths, MANIFEST_FILES, problems)).flatMap(({ path, within, text }) => {
    const manifests = problems.take(path, "", () => readManifests(text));
    return manifests === undefined
      ? []
      : [{ path, ...(within !== undefined && { within }), manifests, makers: findPodMakers(manifests) }];
  });
  problems.throwIfAny();
  return files;
}

/** @throws Failure of kind `input` if a workload that was named, or any at all, is in none of the files */
function checkFound(files: readonly ReadFile[], binding: Binding): void {
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
  throw new Failure(
    "input",
    "workload-not-found",
    `there is ${what} of namespace ${binding.account.namespace} in the files`,
    { facts: there },
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
    `${refused.length} workloads can't be bound in their files`,
    {
      facts: refused,
      advice: "Write serviceAccountName there by hand",
    },
  );
}
