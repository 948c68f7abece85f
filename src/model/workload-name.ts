import { invalid, valid, type Parsed } from "./problems.ts";

/** A workload as it is named on the command line; `kind` as manifests write it. */
export interface WorkloadName {
  readonly kind: PodMakerKind;
  readonly name: string;
}

/** The kinds that are pods or make pods from a template, as manifests write them. */
export const POD_MAKER_KINDS = [
  "Deployment",
  "DaemonSet",
  "StatefulSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
  "CronJob",
  "Pod",
] as const;
/** One of them. */
export type PodMakerKind = (typeof POD_MAKER_KINDS)[number];

/** kubectl's short names. Source: `kubectl api-resources`. */
const SHORT: ReadonlyMap<string, PodMakerKind> = new Map([
  ["deploy", "Deployment"],
  ["ds", "DaemonSet"],
  ["sts", "StatefulSet"],
  ["rs", "ReplicaSet"],
  ["rc", "ReplicationController"],
  ["cj", "CronJob"],
  ["po", "Pod"],
]);

/** A workload by `kind/name`, the kind as kubectl takes it: singular, plural or short, in any case. */
export function parseWorkloadName(text: string): Parsed<WorkloadName> {
  const [kindText = "", name = "", ...more] = text.split("/");
  if (name === "" || more.length > 0)
    return invalid("is not a valid workload; use KIND/NAME, for example deployment/my-app");
  const kind = podMakerKind(kindText);
  if (kind === undefined) {
    const kinds = POD_MAKER_KINDS.map((one) => one.toLowerCase()).join(", ");
    return invalid(`has the unknown kind '${kindText}'; use ${kinds}`);
  }
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return valid({ kind, name });
  return invalid(
    `has the name '${name}', which is not a valid name: Kubernetes allows a-z, 0-9, '-' and '.'`,
  );
}

/** The kind behind a word for it, as kubectl takes it. */
export function podMakerKind(word: string): PodMakerKind | undefined {
  const text = word.toLowerCase();
  const singular = text.replace(/s$/, "");
  return (
    SHORT.get(text) ??
    POD_MAKER_KINDS.find((kind) => kind.toLowerCase() === text || kind.toLowerCase() === singular)
  );
}

/** `kind/name`, as kubectl writes it. */
export function workloadText({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind.toLowerCase()}/${name}`;
}
