import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { lookUp, textUnder } from "./lookup.ts";
import type { Manifests } from "./read-manifests.ts";

/** A ServiceAccount in a manifest file. */
export interface ServiceAccountPlace {
  /** `undefined`: that of whoever applies it. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** The line of its role annotation, or of its own name if it has none. */
  readonly line: number;
}

/** Every ServiceAccount of a file, also inside lists, in the order of the file. */
export function findServiceAccounts({ documents, lineAt }: Manifests): ServiceAccountPlace[] {
  return documents.flatMap((document) => inNode(document.contents, lineAt));
}

function inNode(node: unknown, lineAt: Manifests["lineAt"]): ServiceAccountPlace[] {
  if (!isMap(node)) return [];
  const kind = textUnder(node, "kind");
  if (kind?.endsWith("List") === true) {
    const items = lookUp(node, "items")?.value;
    return isSeq(items) ? items.items.flatMap((item) => inNode(item, lineAt)) : [];
  }
  const metadata = lookUp(node, "metadata")?.value;
  if (kind !== "ServiceAccount" || !isMap(metadata)) return [];
  const name = textUnder(metadata, "name");
  const namespace = textUnder(metadata, "namespace");
  if (name === undefined) return [];
  return [{ namespace, name, line: lineAt(offsetOf(metadata) ?? node.range?.[0] ?? 0) }];
}

/** Where the ServiceAccount names its role; else where its own name stands. */
function offsetOf(metadata: YAMLMap): number | undefined {
  const annotations = lookUp(metadata, "annotations")?.value;
  const role = isMap(annotations) ? lookUp(annotations, ROLE_ANNOTATION) : undefined;
  const key = (role ?? lookUp(metadata, "name"))?.pair.key;
  return isScalar(key) ? key.range?.[0] : undefined;
}
