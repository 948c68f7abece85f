import { isMap, isNode, isSeq, type Document, type Node, type YAMLMap } from "yaml";
import type { PodMakerKind } from "../model/workload-name.ts";
import { firstAliasOf } from "../syntax/yaml.ts";
import { lookUp, textUnder, type Found } from "./lookup.ts";
import type { Manifests } from "./read-manifests.ts";

/** A pod, or a workload that makes pods, in a manifest file. */
export interface PodMaker {
  readonly kind: PodMakerKind;
  /** `undefined` with `generateName`. */
  readonly name: string | undefined;
  /** `undefined`: that of whoever applies it. */
  readonly namespace: string | undefined;
  readonly line: number;
  /** The ServiceAccount that its pods run with, as the API server reads it; `undefined`: `default`. */
  readonly serviceAccount: string | undefined;
  /** `serviceAccount`, the older name of the field, which is heeded only where `serviceAccountName` is absent. */
  readonly olderField: string | undefined;
  readonly document: Document;
  /** Where its pod spec stands, or why it can't be edited there. */
  readonly podSpec: PodSpecPlace | { readonly refused: string };
}

/** A pod spec that is one workload's own. */
export interface PodSpecPlace {
  /** The pair whose value it is. */
  readonly found: Found;
  readonly map: YAMLMap;
  /** Keys and indices that lead there from the document's root. */
  readonly path: readonly (string | number)[];
}

/** The path of the pod spec in each kind. Source: Kubernetes API reference. */
export const POD_SPEC_PATHS: Readonly<Record<PodMakerKind, readonly string[]>> = {
  Pod: ["spec"],
  Deployment: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  ReplicationController: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** Kubernetes' own groups; a kind of the same name in another group is another kind. */
const API_VERSION = /^(v1|(apps|batch|extensions)\/v\w+)$/;

/** Every pod and workload of a file that has a pod template, also inside lists, in the order of the file. */
export function findPodMakers({ documents, lineAt }: Manifests): PodMaker[] {
  return documents.flatMap((document) =>
    isNode(document.contents) ? inNode(document, document.contents, [], lineAt) : [],
  );
}

type Keys = readonly (string | number)[];

function inNode(document: Document, node: Node, path: Keys, lineAt: Manifests["lineAt"]): PodMaker[] {
  if (!isMap(node)) return [];
  const kind = textUnder(node, "kind");
  if (kind !== undefined && /^\w*List$/.test(kind)) {
    const items = lookUp(node, "items")?.value;
    if (!isSeq(items)) return [];
    return items.items.flatMap((item, i) =>
      isNode(item) ? inNode(document, item, [...path, "items", i], lineAt) : [],
    );
  }
  if (kind === undefined || !isPodMakerKind(kind) || !isPodMaker(node)) return [];
  const metadata = lookUp(node, "metadata")?.value;
  const inMetadata = (key: string): string | undefined =>
    isMap(metadata) ? textUnder(metadata, key) : undefined;
  return [
    {
      kind,
      name: inMetadata("name"),
      namespace: inMetadata("namespace"),
      line: lineAt(node.range?.[0] ?? 0),
      document,
      ...podSpecOf(node, kind, path, lineAt),
    },
  ];
}

/** True for a pod, or a workload of Kubernetes' own that has a pod template; a patch may have none. */
export function isPodMaker(node: YAMLMap): boolean {
  const kind = textUnder(node, "kind") ?? "";
  return isOfKubernetes(node) && isPodMakerKind(kind) && podSpecIn(node, kind) !== undefined;
}

/** True for an object of Kubernetes' own groups. */
export function isOfKubernetes(node: YAMLMap): boolean {
  return API_VERSION.test(textUnder(node, "apiVersion") ?? "");
}

function podSpecIn(root: YAMLMap, kind: PodMakerKind): YAMLMap | undefined {
  let map: YAMLMap | undefined = root;
  for (const key of POD_SPEC_PATHS[kind]) {
    const value: Node | undefined = map && lookUp(map, key)?.value;
    map = isMap(value) ? value : undefined;
  }
  return map;
}

function isPodMakerKind(kind: string): kind is PodMakerKind {
  return Object.hasOwn(POD_SPEC_PATHS, kind);
}

function podSpecOf(
  root: YAMLMap,
  kind: PodMakerKind,
  base: Keys,
  lineAt: Manifests["lineAt"],
): Pick<PodMaker, "serviceAccount" | "olderField" | "podSpec"> {
  const keys = POD_SPEC_PATHS[kind];
  let map = root;
  let found: Found | undefined;
  let refused = sharedAnchor(root, lineAt);
  for (const key of keys) {
    found = lookUp(map, key);
    if (found === undefined || !isMap(found.value)) break;
    map = found.value;
    refused ??= takenFromAnchor(found, lineAt) ?? sharedAnchor(map, lineAt);
  }
  const serviceAccount = nonEmpty(textUnder(map, "serviceAccountName"));
  const olderField = nonEmpty(textUnder(map, "serviceAccount"));
  const place = found && { found, map, path: [...base, ...keys] };
  return {
    serviceAccount: serviceAccount ?? olderField,
    olderField,
    podSpec: refused === undefined && place ? place : { refused: refused ?? "" },
  };
}

function takenFromAnchor({ sharedBy }: Found, lineAt: Manifests["lineAt"]): string | undefined {
  if (sharedBy === undefined) return undefined;
  return `takes its pod template from *${sharedBy.anchor} (line ${lineAt(sharedBy.offset)}), which is not its own`;
}

/** Why an edit inside a collection would change more than it: an alias elsewhere stands for it. */
function sharedAnchor(map: YAMLMap, lineAt: Manifests["lineAt"]): string | undefined {
  const alias = firstAliasOf(map);
  if (alias === undefined) return undefined;
  const line = lineAt(alias.range?.[0] ?? 0);
  return `shares its pod template: *${alias.source} (line ${line}) would change with it`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
