import { isMap, isScalar, isSeq, type Document, type YAMLMap } from "yaml";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { lookUp, textUnder } from "./lookup.ts";
import type { Manifests } from "./read-manifests.ts";

/** A ServiceAccount in a manifest file. */
export interface AccountPlace {
  /** `undefined`: that of whoever applies it. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** The line of the role that it names; where it names none, of its own name. */
  readonly line: number;
}

/** Every ServiceAccount of a file, also inside lists, in the order of the file. */
export function findAccounts({ documents, lineAt }: Manifests): AccountPlace[] {
  return documents.flatMap((document) => inNode(document, document.contents, lineAt));
}

function inNode(document: Document, node: unknown, lineAt: Manifests["lineAt"]): AccountPlace[] {
  if (!isMap(node)) return [];
  const kind = textUnder(document, node, "kind");
  if (kind?.endsWith("List") === true) {
    const items = lookUp(document, node, "items")?.value;
    return isSeq(items) ? items.items.flatMap((item) => inNode(document, item, lineAt)) : [];
  }
  const metadata = lookUp(document, node, "metadata")?.value;
  if (kind !== "ServiceAccount" || !isMap(metadata)) return [];
  const name = textUnder(document, metadata, "name");
  const namespace = textUnder(document, metadata, "namespace");
  if (name === undefined) return [];
  return [{ namespace, name, line: lineAt(offsetOf(document, metadata) ?? node.range?.[0] ?? 0) }];
}

/** Where the account names its role; else where its own name stands. */
function offsetOf(document: Document, metadata: YAMLMap): number | undefined {
  const annotations = lookUp(document, metadata, "annotations")?.value;
  const role = isMap(annotations) ? lookUp(document, annotations, ROLE_ANNOTATION) : undefined;
  const key = (role ?? lookUp(document, metadata, "name"))?.pair.key;
  return isScalar(key) ? key.range?.[0] : undefined;
}
