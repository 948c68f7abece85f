import type { Piece, Styles } from "./line.ts";
import { serviceAccountJson, workloadJsonOf } from "./json-forms.ts";
import { TextBlock } from "./text-block.ts";
import type { BoundManifests } from "../manifests/bind-manifests.ts";
import type { Skipped } from "../manifests/find-skipped.ts";
import { counted } from "../model/counted.ts";
import { POD_MAKER_KINDS } from "../model/workload-kinds.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { printable } from "../model/printable.ts";
import { aligned, table } from "./columns.ts";
import { fileDiff } from "./documents.ts";

/** A manifest file before and after. */
export interface BoundFile extends BoundManifests {
  readonly path: string;
  readonly before: string;
}

/** Something that was skipped, in its file; a whole file has no line. */
export interface SkippedInFile extends Omit<Skipped, "line"> {
  readonly path: string;
  readonly line?: number;
}

/** One line for each thing that was skipped and may run pods, one for all other kinds, and the kinds that are edited. */
export function skippedLines(skipped: readonly SkippedInFile[], color: Styles): Piece[] {
  const told = skipped.filter(({ reason }) => reason !== undefined);
  const rows = told.map((one) => [color.dim("skipped"), skippedText(one)] as const);
  const others = otherKinds(skipped);
  return [
    ...aligned([...rows, ...(others === "" ? [] : [[color.dim("skipped"), others] as const])]),
    ...(told.length === 0 ? [] : [`  use-sa edits ${POD_MAKER_KINDS.join(", ")}`]),
  ];
}

/** As `deploy/patch.yaml:3  Deployment/web has no pod template (a patch)`. */
export function skippedText({ path, line, what, reason }: SkippedInFile): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return `${place}  ${[what, reason].filter((part) => part !== undefined && part !== "").join(" ")}`;
}

/** As `7 objects without pods: 5 ConfigMap, 2 Service`. */
function otherKinds(skipped: readonly SkippedInFile[]): string {
  const kinds = new Map<string, number>();
  const others = skipped.filter(({ reason, kind }) => reason === undefined && kind !== undefined);
  for (const { kind = "" } of others) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const list = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return list === "" ? "" : `${counted(others.length, "object")} without pods: ${list}`;
}

/** What changes in which file, and the sum. */
export function boundFilesLines(
  files: readonly BoundFile[],
  { name }: ServiceAccountRef,
  color: Styles,
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
    olderField === undefined ? [] : [[color.yellow("warning"), olderText(workload, olderField)] as const],
  );
  return [
    ...files.flatMap(({ path, before, text }) => fileDiff(path, before, text, color)),
    ...(changed.length === 0 ? [] : ["", ...table(rows)]),
    ...(older.length === 0 ? [] : aligned(older)),
    `  ${changed.length} changed${same === 0 ? "" : `, ${same} already with ${name}`}`,
  ];
}

function olderText(workload: string, serviceAccount: string): string {
  return `${workload} also has the deprecated field serviceAccount: ${serviceAccount}, which is ignored; remove it`;
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

/** The same as the result in JSON (docs/json.md); the texts are in it where they were not written. */
export function boundFilesResult(
  files: readonly BoundFile[],
  skipped: readonly SkippedInFile[],
  serviceAccount: ServiceAccountRef,
  state: "nothing-to-do" | "planned" | "done",
): object {
  const named = (name: string | undefined): object | null =>
    name === undefined ? null : serviceAccountJson({ namespace: serviceAccount.namespace, name });
  const told = files.map(({ path, before, text, bound }) => ({
    path,
    changed: before !== text,
    workloads: bound.map((one) => ({
      workload: workloadJsonOf(one.workload, serviceAccount.namespace),
      line: one.line,
      before: named(one.before),
      changed: one.changed,
      olderField: named(one.olderField),
    })),
    text: state === "planned" ? text : null,
  }));
  const left = skipped.flatMap(({ path, line, what, reason }) =>
    reason === undefined ? [] : [{ path, line: line ?? null, object: what === "" ? null : what, reason }],
  );
  return { serviceAccount: serviceAccountJson(serviceAccount), files: told, skipped: left };
}
