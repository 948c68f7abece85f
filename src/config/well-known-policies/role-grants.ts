import { listOf, type PolicyDocument, type Statement } from "../../model/trust-policy/document.ts";
import { matchesAction } from "../../model/trust-policy/match.ts";
import { canonicalStatement } from "../../model/trust-policy/same.ts";
import { ANY_INPUT, type GrantedAction } from "../../model/well-known-policy.ts";

/** What statements allow, an action each; those with `NotAction` are no part of a well-known policy. */
export function grantsOf(statements: readonly Statement[]): readonly GrantedAction[] {
  const all = statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Condition = {} }) => {
      if (Object.keys(Condition).length === 0) return listOf(Action).map((action) => ({ action, when: "" }));
      const when = canonicalStatement({ Condition });
      return listOf(Action).map((action) => ({ action, when, condition: Condition }));
    });
  return [...new Map(all.map((one) => [`${one.action.toLowerCase()} ${one.when}`, one])).values()];
}

/** What the documents of a role allow together. */
export class RoleGrants {
  readonly #grants: readonly GrantedAction[];
  readonly #notActions: readonly (readonly string[])[];

  constructor(documents: readonly PolicyDocument[]) {
    const statements = documents.flatMap(({ Statement: all }) => listOf(all));
    this.#grants = grantsOf(statements);
    this.#notActions = statements
      .filter(({ Effect, NotAction }) => Effect === "Allow" && NotAction !== undefined)
      .map(({ NotAction }) => listOf(NotAction));
  }

  /** True if the very same is written there: the same action, on the same condition with any values of inputs. */
  has(wanted: GrantedAction): boolean {
    const isSame = sameWhen(wanted.when);
    return this.#grants.some(
      ({ action, when }) => action.toLowerCase() === wanted.action.toLowerCase() && isSame(when),
    );
  }

  /** True if the action is written there, on whatever condition. */
  hasAction(wanted: string): boolean {
    return this.#grants.some(({ action }) => action.toLowerCase() === wanted.toLowerCase());
  }

  /** True if it is allowed: also by a wildcard, and without a condition. */
  covers(wanted: GrantedAction): boolean {
    const isSame = sameWhen(wanted.when);
    return this.#allowed(wanted.action, (when) => when === "" || isSame(when));
  }

  /** True if the action is allowed on some condition, or always. */
  mentions(action: string): boolean {
    return this.#allowed(action, () => true);
  }

  #allowed(wanted: string, isMet: (when: string) => boolean): boolean {
    return (
      this.#grants.some(({ action, when }) => isMet(when) && matchesAction([action], wanted)) ||
      this.#notActions.some((patterns) => !matchesAction(patterns, wanted))
    );
  }
}

/** A condition with a placeholder equals those with anything in its place. */
export function sameWhen(wanted: string): (when: string) => boolean {
  if (!wanted.includes(ANY_INPUT)) return (when) => when === wanted;
  const parts = wanted
    .toLowerCase()
    .split(ANY_INPUT)
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${parts.join('[^"]+')}$`);
  return (when) => pattern.test(when.toLowerCase());
}
