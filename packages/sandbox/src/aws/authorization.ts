import { judgeCondition } from "irsa-model/trust-policy/condition.ts";
import { matchesAction, matchesWildcard } from "irsa-model/trust-policy/match.ts";
import { readConditions, type Unreadable } from "irsa-model/trust-policy/read.ts";
import { allOf } from "irsa-model/trust-policy/truth.ts";
import { qualified, type Backend, type Parameter } from "./exchange.ts";
import { isObject, statementsOf, stringsOf, type StatementJson } from "./iam/policy-grammar.ts";
import type { KeyRing } from "./principals.ts";
import { questionsOf, type Question } from "./request-context.ts";
import type { StateStore } from "./state-store.ts";
import { accessDenied } from "./faults.ts";

/** The keys whose holders may do only what a policy allows; the others may do anything. */
export class IdentityPolicies {
  readonly #documents = new Map<string, string>();

  /** From now on the key's holder has this policy and no other. @param document its JSON */
  limit(accessKeyId: string, document: string): void {
    this.#documents.set(accessKeyId, document);
  }

  /** The policy that a key is limited to. */
  of(accessKeyId: string): string | undefined {
    return this.#documents.get(accessKeyId);
  }
}

/** What a principal may always ask. Source: IAM User Guide, "STS GetCallerIdentity" (no permissions are required). */
const ALWAYS = new Set(["sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity"]);

/**
 * A backend that refuses what the caller's identity policy, or session policy, does not allow, conditions weighed.
 * @param store where the resources are, whose tags and boundaries the conditions ask for
 */
export function authorized(
  policies: IdentityPolicies,
  keys: KeyRing,
  store: StateStore,
  backend: Backend,
): Backend {
  return async (request) => {
    const key = keys(request.accessKeyId ?? "");
    const documents = [policies.of(request.accessKeyId ?? ""), key?.policy].filter(isGiven);
    if (documents.length === 0 || ALWAYS.has(qualified(request))) return backend(request);
    const caller = key?.principal;
    const awsAccount = store.read(caller?.awsAccount ?? "");
    for (const question of questionsOf(request, awsAccount))
      for (const document of documents) {
        const decision = decide(document, question);
        const by = decision === "implicit" && document === key?.policy ? "session" : decision;
        if (by !== "allowed") throw accessDenied(request, caller, by, question);
      }
    return backend(request);
  };
}

function isGiven(document: string | undefined): document is string {
  return document !== undefined;
}

/** What IAM makes of a policy: allowed, denied by it, or not allowed by anything. */
export type Decision = "allowed" | "implicit" | "identity";

/** Source: IAM User Guide, "Policy evaluation logic": a Deny that applies wins, and without an Allow nothing is allowed. */
export function decide(document: string, question: Question): Decision {
  return decideBy(statementsOf(document), question);
}

/** `decide` for the statements of several policies together. */
export function decideBy(statements: readonly StatementJson[], question: Question): Decision {
  const applying = statements.filter((statement) => applies(statement, question));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "identity";
  return applying.some(({ Effect }) => Effect === "Allow") ? "allowed" : "implicit";
}

function applies(statement: StatementJson, { action, resource, context }: Question): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const isAction = (patterns: Parameter | undefined) => matchesAction(stringsOf(patterns), action);
  const isResource = (patterns: Parameter | undefined) =>
    stringsOf(patterns).some((pattern) => matchesWildcard(pattern, resource));
  if (NotAction === undefined ? !isAction(Action) : isAction(NotAction)) return false;
  if (NotResource === undefined ? !isResource(Resource) : isResource(NotResource)) return false;
  if (Condition === undefined) return true;
  const unreadable: Unreadable[] = [];
  const conditions = readConditions(Condition, true, (one) => unreadable.push(one));
  if (!isObject(Condition) || unreadable.length > 0)
    throw new Error(`unreadable: ${JSON.stringify(Condition)}`);
  const truths = conditions.map(
    (one) => judgeCondition(one, (key) => context.get(key.toLowerCase()) ?? []).truth,
  );
  return allOf(truths) === "yes";
}
