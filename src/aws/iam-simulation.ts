import { paginateSimulatePrincipalPolicy, type EvaluationResult, type IAMClient } from "@aws-sdk/client-iam";
import { asFailure } from "./call.ts";
import { gathered } from "./iam-wire.ts";
import type { Simulated } from "./port.ts";

/**
 * What IAM's policy simulator says of a user's or role's actions on a resource.
 * Source: IAM API Reference, SimulatePrincipalPolicy (`MissingContextValues`).
 */
export async function getSimulation(
  client: IAMClient,
  principal: string,
  actions: readonly string[],
  resource: string,
): Promise<ReadonlyMap<string, Simulated>> {
  const query = { PolicySourceArn: principal, ActionNames: [...actions], ResourceArns: [resource] };
  try {
    const pages = paginateSimulatePrincipalPolicy({ client }, query);
    const results = await gathered(pages, ({ EvaluationResults }) => EvaluationResults);
    return new Map(results.map((result) => [result.EvalActionName ?? "", verdictOf(result)]));
  } catch (error) {
    throw asFailure("iam:SimulatePrincipalPolicy", error);
  }
}

function verdictOf({ EvalDecision, MissingContextValues = [] }: EvaluationResult): Simulated {
  if (EvalDecision === "allowed") return "yes";
  return EvalDecision === "implicitDeny" && MissingContextValues.length > 0 ? "unknown" : "no";
}
