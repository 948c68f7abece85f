import { isMap, isNode, isPair, isScalar, isSeq, visit, type Node, type YAMLMap } from "yaml";
import { kindRow } from "../model/workload-kinds.ts";
import { isPodMaker, kindIn } from "./find-pod-makers.ts";
import { lookUp, textUnder } from "./lookup.ts";
import type { Manifests } from "./read-manifests.ts";

/** Something in a manifest file that is left as it is. */
export interface Skipped {
  readonly line: number;
  /** `Kind/name`; the kind alone without a name; empty for what is not an object of Kubernetes. */
  readonly what: string;
  readonly kind: string | undefined;
  /** `undefined`: that of whoever applies it. */
  readonly namespace: string | undefined;
  /** Why, where pods may be meant; `undefined` for a kind that has nothing to do with them. */
  readonly reason?: string;
}

/** All that is neither a pod nor a workload with a pod template, also inside lists, in the order of the file. */
export function findSkipped({ documents, lineAt }: Manifests): Skipped[] {
  return documents.flatMap(({ contents }) => (isNode(contents) ? inNode(contents, lineAt) : []));
}

function inNode(node: Node, lineAt: Manifests["lineAt"]): Skipped[] {
  const line = lineAt(node.range?.[0] ?? 0);
  if (isSeq(node))
    return [{ ...NOTHING, line, ...(isJsonPatch(node.items) && { reason: "is a JSON patch" }) }];
  if (!isMap(node)) return [];
  const kind = textUnder(node, "kind");
  if (kind === undefined || textUnder(node, "apiVersion") === undefined) return [{ ...NOTHING, line }];
  if (/^\w*List$/.test(kind)) {
    const items = lookUp(node, "items")?.value;
    return isSeq(items) ? items.items.flatMap((item) => (isNode(item) ? inNode(item, lineAt) : [])) : [];
  }
  if (isPodMaker(node)) return [];
  const metadata = lookUp(node, "metadata")?.value;
  const inMetadata = (key: string) => (isMap(metadata) ? textUnder(metadata, key) : undefined);
  const name = inMetadata("name");
  const reason = reasonFor(node);
  return [
    {
      line,
      what: name === undefined ? kind : `${kind}/${name}`,
      kind,
      namespace: inMetadata("namespace"),
      ...(reason !== undefined && { reason }),
    },
  ];
}

const NOTHING = { what: "", kind: undefined, namespace: undefined };

/** Source: RFC 6902; kustomize takes such lists as patches. */
function isJsonPatch(items: readonly unknown[]): boolean {
  return (
    items.length > 0 &&
    items.every(
      (item) => isMap(item) && textUnder(item, "op") !== undefined && textUnder(item, "path") !== undefined,
    )
  );
}

function reasonFor(node: YAMLMap): string | undefined {
  const word = kindIn(node);
  if (word === undefined) return runsPods(node) ? "runs pods in its own way" : undefined;
  const { templateRef } = kindRow(word);
  return (templateRef && usesTemplateOf(node, templateRef)) ?? "has no pod template (a patch)";
}

/** As an Argo Rollout with a workloadRef does: the ServiceAccount is set there. */
function usesTemplateOf(node: YAMLMap, field: string): string | undefined {
  const spec = lookUp(node, "spec")?.value;
  const ref = isMap(spec) ? lookUp(spec, field)?.value : undefined;
  if (!isMap(ref)) return undefined;
  return `uses the pod template of ${textUnder(ref, "kind") ?? "?"}/${textUnder(ref, "name") ?? "?"} (${field})`;
}

/** What the fields of pods are called, in other kinds too: Argo's Workflow, Knative's Service, Spark's application. */
const POD_FIELDS = new Set(["serviceAccountName", "containers", "container", "podSpec", "podTemplate"]);

/** True for an object that has a field of pods in its spec; a CustomResourceDefinition describes them alone. */
function runsPods(node: YAMLMap): boolean {
  const spec = lookUp(node, "spec")?.value;
  if (!isMap(spec) || textUnder(node, "kind") === "CustomResourceDefinition") return false;
  let found = false;
  visit(spec, {
    Pair: (_key, pair) => {
      if (!isPair(pair) || !isScalar(pair.key) || !POD_FIELDS.has(String(pair.key.value))) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
