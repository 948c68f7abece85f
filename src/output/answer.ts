import { camelCase } from "./camel-case.ts";
import { noteJson, serviceAccountJson } from "./json-forms.ts";
import type { AnswerParts } from "./envelope.ts";
import type { Change } from "../model/change.ts";
import type { Note, Plan } from "../model/plan.ts";
import { countTargets, planDigest } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** A change that was done. */
interface AnsweredStep {
  readonly index: number;
  readonly milliseconds: number;
  readonly requestIds: readonly string[];
  readonly notes: readonly Note[];
  readonly replaced?: PolicyDocument;
}

/** A plan and how it went. */
export interface PlanAnswer {
  readonly plan: Plan;
  readonly state: "nothing-to-do" | "planned" | "done";
  readonly steps: readonly AnsweredStep[];
}

/** A plan and what became of it, as every command that may write has it in its answer. */
export function planAnswer({ plan, state, steps }: PlanAnswer): Omit<AnswerParts, "result"> {
  return {
    plan: {
      digest: planDigest(plan),
      summary: countTargets(plan.changes),
      changes: plan.changes.map(changeJson),
      notes: plan.notes.map(noteJson),
    },
    state: camelCase(state),
    steps: steps.map(({ index, milliseconds, requestIds, notes, replaced }) => ({
      change: index,
      milliseconds: Math.round(milliseconds),
      requestIds,
      notes: notes.map(noteJson),
      ...(replaced !== undefined && { replaced }),
    })),
  };
}

/** What was found before a workload is bound is a ServiceAccount of the same namespace. */
function changeJson({ kind, ...change }: Change): object {
  const before =
    "workload" in change && "before" in change
      ? { before: serviceAccountJson({ namespace: change.workload.namespace, name: change.before }) }
      : {};
  return { kind: camelCase(kind), ...change, ...before };
}
