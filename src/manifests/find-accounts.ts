import { isMap, isSeq, type Document } from "yaml";
import { lookUp, textUnder } from "./lookup.ts";
import type { Manifests } from "./read-manifests.ts";

/** A ServiceAccount in a manifest file. */
export interface AccountPlace {
  /** `undefined`: that of whoever applies it. */
  readonly namespace: string | undefined;
  readonly name: string;
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
  return name === undefined ? [] : [{ namespace, name, line: lineAt(node.range?.[0] ?? 0) }];
}
