import { counted } from "../model/counted.ts";
import { listText } from "../audit/texts.ts";
import type { GraphFact } from "../model/access-graph.ts";
import { administratorLike } from "../model/trust-policy/administrator.ts";
import { listOf, type PolicyDocument, type Statement } from "../model/trust-policy/document.ts";

/** How many statements of a policy are told; the rest is counted. */
const TOLD = 8;

/** What a policy allows and denies, a statement a fact. */
export function policyFacts(document: PolicyDocument): GraphFact[] {
  const administrator = administratorLike(document);
  const statements = listOf(document.Statement).map(statementFact);
  const more = statements.length - TOLD;
  return [
    ...(administrator === undefined ? [] : [["administrator access", administrator] as const]),
    ...statements.slice(0, TOLD),
    ...(more > 0 ? [["and", counted(more, "more statement")] as const] : []),
  ];
}

/** Documents are what somebody has written: what is missing or of another type is shown as it is. */
function statementFact(statement: Statement): GraphFact {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  const actions = NotAction === undefined ? list(Action) : `all but ${list(NotAction)}`;
  const resources = NotResource === undefined ? list(Resource) : `all but ${list(NotResource)}`;
  const condition =
    Condition === undefined || Object.keys(Condition).length === 0 ? "" : ", under conditions";
  return [Effect === "Deny" ? "denies" : "allows", `${actions} on ${resources}${condition}`];
}

function list(values: Statement["Action"]): string {
  return values === undefined ? "nothing" : listText(listOf(values).map(String));
}
