import { paginateSimulatePrincipalPolicy, type IAMClient } from "@aws-sdk/client-iam";
import { asFailure } from "./call.ts";
import { gathered } from "./iam-wire.ts";

/**
 * The actions that IAM's policy simulator does not allow a user or role on a resource.
 * Source: IAM API Reference, SimulatePrincipalPolicy.
 */
export async function listDenied(
  client: IAMClient,
  principal: string,
  actions: readonly string[],
  resource: string,
): Promise<readonly string[]> {
  const query = { PolicySourceArn: principal, ActionNames: [...actions], ResourceArns: [resource] };
  try {
    const pages = paginateSimulatePrincipalPolicy({ client }, query);
    const results = await gathered(pages, ({ EvaluationResults }) => EvaluationResults);
    return results
      .filter(({ EvalDecision }) => EvalDecision !== "allowed")
      .map(({ EvalActionName }) => EvalActionName ?? "");
  } catch (error) {
    throw asFailure("iam:SimulatePrincipalPolicy", error);
  }
}
