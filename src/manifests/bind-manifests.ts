import { isDeepStrictEqual } from "node:util";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { workloadText, type WorkloadName } from "../model/workload-name.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { findPodMakers, type PodMaker, type PodSpecPlace } from "./find-pod-makers.ts";
import { readManifests, type Manifests } from "./read-manifests.ts";
import { setServiceAccount } from "./set-service-account.ts";

/** A pod or workload of a file that was meant, and the ServiceAccount before. */
export interface BoundWorkload {
  /** `kind/name`, as kubectl writes it; without a name where the manifest has `generateName`. */
  readonly workload: string;
  readonly line: number;
  readonly before: string | undefined;
  readonly changed: boolean;
  /** What the older field `serviceAccount` says beside it, if that is another ServiceAccount. */
  readonly olderField?: string;
}

/** Why a workload that was meant can't be bound in its file. */
export interface Refusal {
  readonly workload: string;
  readonly line: number;
  readonly reason: string;
}

/** A file's new text, what it binds, and what it can't. */
export interface BoundManifests {
  readonly text: string;
  readonly bound: readonly BoundWorkload[];
  readonly refused: readonly Refusal[];
}

/** What is to be bound: these workloads, or all that are in the ServiceAccount's namespace. */
export interface Binding {
  readonly serviceAccount: ServiceAccountRef;
  /** Empty: all. */
  readonly workloads: readonly WorkloadName[];
}

/** A pod or workload belongs to a namespace if it says so, or says nothing. */
export function isMeant(maker: PodMaker, { serviceAccount, workloads }: Binding): boolean {
  if (maker.namespace !== undefined && maker.namespace !== serviceAccount.namespace) return false;
  return (
    workloads.length === 0 || workloads.some(({ kind, name }) => maker.kind === kind && maker.name === name)
  );
}

/** Sets the ServiceAccount of every workload that is meant; everything else in the text stays as it is, byte by byte. */
export function bindManifests(manifests: Manifests, binding: Binding): BoundManifests {
  const { text } = manifests;
  const { name } = binding.serviceAccount;
  const meant = findPodMakers(manifests)
    .filter((maker) => isMeant(maker, binding))
    .map((maker) => ({ maker, outcome: outcomeOf(maker, name, text) }));
  const changes = meant.flatMap(({ maker, outcome }) =>
    outcome.kind === "edit" ? [{ ...outcome, document: maker.document }] : [],
  );
  const result = applyEdits(
    text,
    changes.map(({ edit }) => edit),
  );
  const faithful = changes.length === 0 || isFaithful(manifests, result, changes, name);
  const refused = meant.flatMap(({ maker, outcome }) => {
    if (outcome.kind === "refused") return [{ ...placeOf(maker), reason: outcome.reason }];
    return outcome.kind === "edit" && !faithful ? [{ ...placeOf(maker), reason: UNFAITHFUL }] : [];
  });
  const bound = meant.flatMap(({ maker, outcome }) =>
    outcome.kind === "refused" || (outcome.kind === "edit" && !faithful)
      ? []
      : [boundOf(maker, outcome.kind === "edit", name)],
  );
  return { text: faithful ? result : text, bound, refused };
}

/** The outcome for one workload: up to date, edited, or impossible. */
type Outcome =
  | { readonly kind: "right" }
  | { readonly kind: "edit"; readonly edit: Edit; readonly place: PodSpecPlace }
  | { readonly kind: "refused"; readonly reason: string };

function outcomeOf({ serviceAccount, podSpec }: PodMaker, name: string, text: string): Outcome {
  if (serviceAccount === name) return { kind: "right" };
  if ("refused" in podSpec) return { kind: "refused", reason: podSpec.refused };
  const edit = setServiceAccount(podSpec, name, text);
  if (!edit.ok) return { kind: "refused", reason: edit.problem };
  return { kind: "edit", edit: edit.value, place: podSpec };
}

function boundOf(maker: PodMaker, changed: boolean, name: string): BoundWorkload {
  const { serviceAccount, olderField } = maker;
  const differs = olderField !== undefined && olderField !== name;
  return { ...placeOf(maker), before: serviceAccount, changed, ...(differs && { olderField }) };
}

function placeOf({ kind, name, line }: PodMaker): { readonly workload: string; readonly line: number } {
  return { workload: workloadText({ kind, name: name ?? "" }), line };
}

const UNFAITHFUL = "is written in a form where more than its ServiceAccount would change";

/** Reads what was written: it must say the same as before but for the ServiceAccounts that were set. */
function isFaithful(
  { documents }: Manifests,
  result: string,
  changes: readonly { readonly document: PodMaker["document"]; readonly place: PodSpecPlace }[],
  serviceAccount: string,
): boolean {
  const after = readManifests(result);
  if (!after.ok) return false;
  const expected = documents.map((document) =>
    changes
      .filter((change) => change.document === document)
      .reduce<unknown>(
        (value, { place }) => withValue(value, [...place.path, "serviceAccountName"], serviceAccount),
        {
          ...plainValue(document),
        },
      ),
  );
  return isDeepStrictEqual(
    after.value.documents.map((document) => ({ ...plainValue(document) })),
    expected,
  );
}

/** The document's value under one key, so that lists and scalars at the top are held too. */
function plainValue(document: Manifests["documents"][number]): object {
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  return typeof value === "object" && value !== null ? value : { value };
}

/** A copy with a value set, sharing all that is not on the way: what an alias stands for elsewhere stays. */
function withValue(value: unknown, path: readonly (string | number)[], leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(value)) return value.with(Number(key), withValue(value[Number(key)], rest, leaf));
  const object = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [key]: withValue(object[String(key)], rest, leaf) };
}
