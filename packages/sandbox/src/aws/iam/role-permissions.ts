import { decideBy } from "../authorization.ts";
import type { Question } from "../request-context.ts";
import type { AwsAccountState, RoleState } from "../state.ts";
import { managedDocument } from "./managed-policies.ts";
import { statementsOf, type StatementJson } from "./policy-grammar.ts";

/** What a role's policies grant, and the boundary that limits it. */
export interface RolePermissions {
  readonly identity: readonly StatementJson[];
  readonly boundary: readonly StatementJson[] | undefined;
}

/** The statements of a role's attached and inline policies, and of its boundary. */
export function permissionsOf(awsAccount: AwsAccountState, role: RoleState): RolePermissions {
  const documents = [...role.attached.map((arn) => managed(awsAccount, arn)), ...Object.values(role.inline)];
  return {
    identity: documents.flatMap(statementsOf),
    boundary: role.boundary === undefined ? undefined : statementsOf(managed(awsAccount, role.boundary)),
  };
}

/** True if a role's policies allow what is asked, conditions weighed, within its boundary. */
export function allowsRole(awsAccount: AwsAccountState, role: RoleState, question: Question): boolean {
  const { identity, boundary } = permissionsOf(awsAccount, role);
  return (
    decideBy(identity, question) === "allowed" &&
    (boundary === undefined || decideBy(boundary, question) === "allowed")
  );
}

/** True if a policy of the role, or its boundary, denies what is asked. */
export function deniesRole(awsAccount: AwsAccountState, role: RoleState, question: Question): boolean {
  const { identity, boundary = [] } = permissionsOf(awsAccount, role);
  return decideBy([...identity, ...boundary], question) === "identity";
}

/** A policy that was deleted behind the role's back allows nothing. */
function managed(awsAccount: AwsAccountState, arn: string): string {
  return managedDocument(awsAccount, arn) ?? '{"Statement":{"Effect":"Deny","NotAction":"*","Resource":"*"}}';
}
