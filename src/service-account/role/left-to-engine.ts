import type { Change } from "../../model/change.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { engineOf } from "../../model/managing-engine.ts";

/** Whether roles may be changed that an engine manages (`--override-engine`). */
export interface EngineTerms {
  readonly overrideEngine?: boolean;
}

/** The engine to which a role is left; `undefined` if there is none, or the operator overrides it. */
export function engineInCharge(
  { tags }: Pick<Role, "tags">,
  { overrideEngine }: EngineTerms,
): string | undefined {
  return overrideEngine === true ? undefined : engineOf(tags);
}

/**
 * The changes of a role, where no engine would undo them.
 * @throws Failure `owned-elsewhere` that names the engine
 */
export function expectNoEngine<T extends Change>(
  role: Role,
  changes: readonly T[],
  terms: EngineTerms,
): readonly T[] {
  const engine = changes.length === 0 ? undefined : engineInCharge(role, terms);
  if (engine === undefined) return changes;
  throw new Failure(
    "refused",
    "owned-elsewhere",
    `role '${role.name}' is managed by ${engine}, which would overwrite the change`,
    {
      facts: [["role", role.arn]],
      advice: "Change it there (irsa export prints what to apply). To change it anyway:",
      flags: ["--override-engine"],
    },
  );
}
