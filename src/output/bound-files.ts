import type { Piece, Styles } from "./line.ts";
import { json } from "./json.ts";
import { TextBlock } from "./text-block.ts";
import type { BoundManifests } from "../manifests/bind-manifests.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { printable } from "../model/printable.ts";
import { aligned, table } from "./columns.ts";
import { fileDiff } from "./documents.ts";

/** A manifest file before and after. */
export interface BoundFile extends BoundManifests {
  readonly path: string;
  readonly before: string;
}

/** What changes in which file, and the sum. */
export function boundFilesLines(
  files: readonly BoundFile[],
  { name }: ServiceAccountRef,
  colour: Styles,
): Piece[] {
  const bound = files.flatMap((file) => file.bound.map((one) => ({ ...one, path: file.path })));
  const changed = bound.filter((one) => one.changed);
  const same = bound.length - changed.length;
  const rows = changed.map(({ workload, path, line, before }) => [
    workload,
    `${before ?? "default"} → ${name}`,
    `${path}:${line}`,
  ]);
  const older = bound.flatMap(({ workload, olderField }) =>
    olderField === undefined ? [] : [[colour.yellow("warning"), olderText(workload, olderField)] as const],
  );
  return [
    ...files.flatMap(({ path, before, text }) => fileDiff(path, before, text, colour)),
    ...(changed.length === 0 ? [] : ["", ...table(rows)]),
    ...(older.length === 0 ? [] : aligned(older)),
    `  ${changed.length} changed${same === 0 ? "" : `, ${same} with ${name} already`}`,
  ];
}

function olderText(workload: string, account: string): string {
  return `${workload} also has the older field serviceAccount: ${account}, which counts no more; take it out`;
}

/** What goes to stdout: a single file as it is; of several those with workloads that were meant, as one YAML stream. */
export function manifestStream(files: readonly BoundFile[]): TextBlock {
  const [first, ...more] = files;
  if (first !== undefined && more.length === 0) return TextBlock.verbatim(first.text);
  const parts = files
    .filter(({ bound }) => bound.length > 0)
    .map(
      ({ path, text }) => `---\n# Source: ${printable(path)}\n${text.endsWith("\n") ? text : `${text}\n`}`,
    );
  return TextBlock.verbatim(parts.join(""));
}

/** The same as versioned JSON (docs/json.md); the texts are in it where they were not written. */
export function boundFilesJson(
  files: readonly BoundFile[],
  account: ServiceAccountRef,
  state: "nothing-to-do" | "planned" | "done",
): TextBlock {
  const told = files.map(({ path, before, text, bound }) => ({
    path,
    changed: before !== text,
    workloads: bound.map((one) => ({ ...one, before: one.before ?? null })),
    ...(state === "planned" && { text }),
  }));
  const serviceAccount = accountPath(account);
  return json({ schemaVersion: 1, command: "use-sa", state, serviceAccount, files: told });
}
