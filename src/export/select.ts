import { Failure } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import type { Engine } from "./engine.ts";
import { sharedIdentifiers } from "./identifier.ts";
import type { ExportModel, ResourceKind } from "./model.ts";

const WORDS: Readonly<Record<ResourceKind, readonly [one: string, many: string]>> = {
  provider: ["identity provider", "identity providers"],
  role: ["role", "roles"],
  association: ["Pod Identity association", "Pod Identity associations"],
  namespace: ["namespace", "namespaces"],
  serviceAccount: ["ServiceAccount", "ServiceAccounts"],
};

/**
 * What of a model an engine keeps, with notes on what it leaves out.
 * @param namespaces whether namespaces were asked for
 * @throws Failure `not-expressible` if a resource has something that the engine's language can't express
 */
export function modelFor(
  model: ExportModel,
  engine: Engine,
  namespaces: boolean,
): { readonly model: ExportModel; readonly notes: readonly Note[] } {
  const wants = (kind: ResourceKind): boolean =>
    engine.kinds.includes(kind) && (kind !== "namespace" || namespaces || engine.neverDeletes === true);
  const kept = { ...model, resources: model.resources.filter(({ kind }) => wants(kind)) };
  const shared = sharedIdentifiers(kept.resources).map((name) => `two resources would be called ${name}`);
  const reasons = [...shared, ...engine.cannot(kept)];
  if (reasons.length > 0) throw notExpressible(engine, reasons);
  const left = model.resources.filter(({ kind }) => !engine.kinds.includes(kind) && kind !== "namespace");
  const unasked = model.resources.filter(({ kind }) => kind === "namespace" && !wants(kind));
  return { model: kept, notes: [...leftNotes(engine, left), ...namespaceNotes(engine, unasked)] };
}

function leftNotes({ label }: Engine, left: readonly { readonly kind: ResourceKind }[]): Note[] {
  if (left.length === 0) return [];
  const kinds = [...new Set(left.map(({ kind }) => kind))];
  const parts = kinds.map((kind) => {
    const count = left.filter((one) => one.kind === kind).length;
    return `${count} ${WORDS[kind][count === 1 ? 0 : 1]}`;
  });
  const message = `not part of the export, since ${label} does not manage them: ${parts.join(", ")}`;
  return [{ level: "warning", code: "left-out", message }];
}

function namespaceNotes(engine: Engine, unasked: readonly object[]): Note[] {
  if (unasked.length === 0 || !engine.kinds.includes("namespace")) return [];
  const message = `${unasked.length === 1 ? "a namespace is" : `${unasked.length} namespaces are`} not part of the export and must exist; to include ${unasked.length === 1 ? "it" : "them"}, which lets ${engine.label} delete ${unasked.length === 1 ? "it" : "them"} with everything inside: --namespaces`;
  return [{ level: "info", code: "namespaces-left-out", message }];
}

function notExpressible({ label }: Engine, reasons: readonly string[]): Failure {
  return new Failure("refused", "not-expressible", `${label} can't express what is to be exported`, {
    facts: [["not expressible", reasons]],
    advice: "Change it, leave the ServiceAccount out with --exclude, or choose another engine",
  });
}
