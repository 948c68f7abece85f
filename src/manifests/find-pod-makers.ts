import { isMap, isNode, isSeq, type Document, type Node, type YAMLMap } from "yaml";
import { kindOf, kindRow, type KindWord, KINDS, type PodMakerKind } from "../model/workload-kinds.ts";
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
  const word = kindIn(node);
  if (word === undefined || podSpecIn(node, word) === undefined) return [];
  const metadata = lookUp(node, "metadata")?.value;
  const inMetadata = (key: string): string | undefined =>
    isMap(metadata) ? textUnder(metadata, key) : undefined;
  return [
    {
      kind: KINDS[word].kind,
      name: inMetadata("name"),
      namespace: inMetadata("namespace"),
      line: lineAt(node.range?.[0] ?? 0),
      document,
      ...podSpecOf(node, word, path, lineAt),
    },
  ];
}

/** True for a pod, or a workload that has a pod template; a patch may have none. */
export function isPodMaker(node: YAMLMap): boolean {
  const word = kindIn(node);
  return word !== undefined && podSpecIn(node, word) !== undefined;
}

/** The kind of an object that is a pod or makes pods, in its own group. */
export function kindIn(node: YAMLMap): KindWord | undefined {
  return kindOf(textUnder(node, "kind") ?? "", textUnder(node, "apiVersion") ?? "");
}

function podSpecPath(word: KindWord): readonly string[] {
  return [...kindRow(word).template, "spec"];
}

function podSpecIn(root: YAMLMap, word: KindWord): YAMLMap | undefined {
  let map: YAMLMap | undefined = root;
  for (const key of podSpecPath(word)) {
    const value: Node | undefined = map && lookUp(map, key)?.value;
    map = isMap(value) ? value : undefined;
  }
  return map;
}

function podSpecOf(
  root: YAMLMap,
  word: KindWord,
  base: Keys,
  lineAt: Manifests["lineAt"],
): Pick<PodMaker, "serviceAccount" | "olderField" | "podSpec"> {
  const keys = podSpecPath(word);
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
