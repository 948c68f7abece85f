import { counted } from "../counted.ts";
import { listText } from "../list-text.ts";
import { listOf, type PolicyDocument, type Statement } from "./document.ts";

/** How many statements of a policy are told; the rest is counted. */
const TOLD = 8;

/** What a policy allows and denies, a statement each, with `allows` or `denies` as the label. */
export function policyTexts(document: PolicyDocument): (readonly [label: string, text: string])[] {
  const statements = listOf(document.Statement).map(statementText);
  const more = statements.length - TOLD;
  return [
    ...statements.slice(0, TOLD),
    ...(more > 0 ? [["and", counted(more, "more statement")] as const] : []),
  ];
}

/** Documents are what somebody has written: what is missing or of another type is shown as it is. */
function statementText(statement: Statement): readonly [string, string] {
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
