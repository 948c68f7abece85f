import type { ChangeKind } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { Engine } from "./engine.ts";
import type { ExportModel, Resource, ResourceKind } from "./model.ts";

/** What a change of a plan is about; a deletion, or a restart, is about nothing that a text can have. */
export interface PlannedChange {
  readonly kind: ChangeKind;
  /** As the plan calls it, such as `role arn:…`. */
  readonly what: string;
  readonly resource?: {
    readonly kind: ResourceKind;
    /** An ARN, `namespace/name`, or a namespace. */
    readonly key: string;
    /** False for a change of what exists. */
    readonly isNew: boolean;
  };
}

/**
 * The part of a file's model that a plan creates or changes. All values are the file's: a plan only says which.
 * @throws Failure `not-expressible` if the plan has something that the engine's text would not do
 */
export function restrictedToPlan(
  model: ExportModel,
  changes: readonly PlannedChange[],
  engine: Engine,
): { readonly model: ExportModel; readonly notes: readonly Note[] } {
  if (changes.length === 0)
    throw new Failure("refused", "nothing-to-export", "the plan has no changes: there is nothing to export");
  requireAsked(model, changes);
  const created = new Set(
    changes.flatMap(({ resource }) => (resource?.isNew === true ? [idIn(resource)] : [])),
  );
  const reasons = changes.flatMap(({ what, resource }): string[] => {
    if (resource === undefined)
      return [`${what}: an export says what must exist, not what to delete or restart`];
    const { kind } = resource;
    const isLeft = created.has(idIn(resource)) || !engine.kinds.includes(kind);
    return isLeft || engine.changesExisting?.includes(kind) === true
      ? []
      : [`${what}: it exists, and ${engine.label} would create it`];
  });
  if (reasons.length > 0) throw notExpressible(engine, [...new Set(reasons)]);
  const planned = new Set(
    changes.flatMap(({ resource }) => (resource === undefined ? [] : [idIn(resource)])),
  );
  return {
    model: { ...model, resources: model.resources.filter((resource) => planned.has(idOf(resource))) },
    notes: engine.neverDeletes === true ? [] : [partial(engine)],
  };
}

/** @throws Failure for a plan of other files, or with other flags */
function requireAsked({ resources }: ExportModel, changes: readonly PlannedChange[]): void {
  const asked = new Set(resources.map(idOf));
  const others = changes.filter(({ resource }) => resource !== undefined && !asked.has(idIn(resource)));
  if (others.length === 0) return;
  throw new Failure("refused", "other-plan", "the plan has changes that the file does not ask for", {
    facts: [["not in the file", [...new Set(others.map(({ what }) => what))]]],
    advice: "Create the plan from the same files and with the same flags: irsa plan -f FILE -o json",
  });
}

function idIn({ kind, key }: NonNullable<PlannedChange["resource"]>): string {
  return `${kind} ${key}`;
}

function idOf(resource: Resource): string {
  switch (resource.kind) {
    case "provider":
    case "role":
      return `${resource.kind} ${resource.arn}`;
    case "namespace":
      return `${resource.kind} ${resource.name}`;
    case "association":
    case "serviceAccount":
      return `${resource.kind} ${serviceAccountPath(resource.serviceAccount)}`;
  }
}

function partial({ label }: Engine): Note {
  return {
    level: "warning",
    code: "partial-export",
    message: `the export has only what the plan creates or changes: if it replaces the export of the whole file, ${label} can delete the rest`,
  };
}

function notExpressible({ label, changesExisting }: Engine, reasons: readonly string[]): Failure {
  return new Failure("refused", "not-expressible", `the export for ${label} can't do what the plan does`, {
    facts: [["not expressible", reasons]],
    advice:
      changesExisting === undefined
        ? [
            "Apply the plan with irsa apply, or export it --to script, which changes what exists and deletes nothing.",
            "An engine that manages these resources already needs the whole file: export it without --plan",
          ]
        : "Apply the plan with irsa apply",
  });
}
