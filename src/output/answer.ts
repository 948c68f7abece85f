import { json } from "./json.ts";
import type { TextBlock } from "./text-block.ts";
import type { Note, Plan } from "../model/plan.ts";
import { countTargets, planDigest } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { PlanHeader } from "./plan-text.ts";

/** A change that was done. */
interface AnsweredStep {
  readonly index: number;
  readonly milliseconds: number;
  readonly requestIds: readonly string[];
  readonly notes: readonly Note[];
  readonly replaced?: PolicyDocument;
}

/** What an answer in JSON is made from; `result` is the command's own. */
export interface Answer {
  readonly command: string;
  readonly header: PlanHeader;
  readonly plan: Plan;
  readonly state: "nothing-to-do" | "planned" | "done";
  readonly steps: readonly AnsweredStep[];
  readonly result: object;
}

/** A plan and its result as versioned JSON (docs/json.md). */
export function answerJson({ command, header, plan, state, steps, result }: Answer): TextBlock {
  const document = {
    schemaVersion: 1,
    command,
    caller: header.caller,
    cluster:
      plan.cluster === undefined
        ? null
        : {
            arn: plan.cluster.arn,
            name: plan.cluster.name,
            region: plan.cluster.region,
            chosenBy: header.cluster?.chosenBy,
          },
    endpointOverrides: header.overrides,
    organizationFile: header.organizationFile ?? null,
    plan: {
      digest: planDigest(plan),
      summary: countTargets(plan.changes),
      changes: plan.changes,
      notes: plan.notes,
    },
    state,
    steps: steps.map(({ index, milliseconds, requestIds, notes, replaced }) => ({
      change: index,
      milliseconds: Math.round(milliseconds),
      requestIds,
      notes,
      ...(replaced !== undefined && { replaced }),
    })),
    result,
  };
  return json(document);
}
