import { policyName, type RoleArn } from "../../model/arn.ts";
import { listText } from "../../model/list-text.ts";
import { actionsBeyondBaseline, isNodeBaseline } from "../../model/node-baseline.ts";
import type { Audit } from "../rule.ts";

/** The policies of a role that allow more than nodes need, each with the actions; those that could not be read are not judged. */
export function policiesBeyondBaseline(
  role: RoleArn,
  { details, policies }: Pick<Audit, "details" | "policies">,
): (readonly [policy: string, allows: string])[] {
  const found = details.get(role);
  if (found === undefined) return [];
  const managed = found.attached
    .filter((arn) => !isNodeBaseline(arn))
    .toSorted()
    .map((arn) => [policyName(arn), policies.get(arn)] as const);
  const inline = Object.entries(found.inline).map(
    ([name, document]) => [`${name} (inline)`, document] as const,
  );
  return [...managed, ...inline].flatMap(([name, document]) => {
    const actions = document === undefined ? [] : actionsBeyondBaseline(document);
    return actions.length === 0 ? [] : [[name, `allows ${listText(actions)}`] as const];
  });
}
