import type { ClusterRef } from "../model/arn.ts";
import type { Problems } from "../model/problems.ts";
import { listOf } from "../model/trust-policy/document.ts";
import { fromOperator } from "../model/source.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import type { PolicyDocument, Statement } from "../model/trust-policy/document.ts";
import { checkArnsAgainst } from "../service-account/role/arns.ts";
import type { DesiredServiceAccount, DesiredRole, ManagedRole } from "../service-account/create/desired.ts";
import { LIMIT } from "../service-account/create/given-document.ts";
import type { FileServiceAccount } from "./service-account.ts";
import { permissionsOf } from "./well-known-policies/permissions.ts";

/** What all ServiceAccounts of a run have in common. */
export type Terms = Pick<
  DesiredServiceAccount,
  | "adopt"
  | "associate"
  | "addTrust"
  | "sharedRoles"
  | "clusterFlags"
  | "allowDefaultServiceAccount"
  | "allowAdministrator"
  | "overrideEngine"
> &
  Pick<ManagedRole, "prefix" | "path" | "set">;

/** What a file's ServiceAccount comes to in a cluster: a file is exact for what irsa attached. ARNs that can't be meant there are noted. */
export function desiredOf(
  serviceAccount: FileServiceAccount,
  cluster: ClusterRef,
  { prefix, path, set, ...terms }: Terms,
  problems: Problems,
): DesiredServiceAccount {
  const {
    serviceAccount: ref,
    audience,
    podIdentity,
    labels,
    annotations,
    roleOnly,
    whereIs,
    role: asked,
  } = serviceAccount;
  const role: DesiredRole =
    asked.kind !== "managed"
      ? asked
      : {
          ...withWellKnown(asked, serviceAccount, cluster, problems),
          prefix,
          exclusivePolicies: true,
          ...(path !== undefined && { path }),
          ...(set !== undefined && { set }),
        };
  const desired: DesiredServiceAccount = {
    ...terms,
    serviceAccount: ref,
    ...(audience !== undefined && { audience }),
    ...(podIdentity !== undefined && { podIdentity }),
    labels,
    annotations,
    role,
    roleOnly,
    byFile: true,
  };
  checkArnsAgainst(cluster, desired, whereIs, problems);
  return desired;
}

function withWellKnown(
  role: ManagedRole,
  { wellKnown, where }: FileServiceAccount,
  cluster: ClusterRef,
  problems: Problems,
): ManagedRole {
  const { managed, statements, roleTags } = permissionsOf(wellKnown, cluster);
  // Which policies of the catalog the role gets is what the file says.
  const policies = [...new Set([...role.policies, ...managed.map((arn) => fromOperator(arn))])];
  const inline = statements.length === 0 ? role.inline : fromOperator(joined(role.inline, statements));
  if (policies.length > LIMIT.policies) {
    const problem = `results in ${policies.length} policies; a role can have at most ${LIMIT.policies}`;
    problems.note(where, "", problem);
  }
  if (inline !== undefined && policySize(inline) > LIMIT.inlineCharacters) {
    const problem = `results in an inline policy of ${policySize(inline)} characters; IAM allows ${LIMIT.inlineCharacters}`;
    problems.note(where, "", problem);
  }
  for (const [key, value] of Object.entries(roleTags))
    if (role.tags[key] !== undefined && role.tags[key] !== value) {
      const problem = `can't be the tag '${key}': a policy in wellKnownPolicies needs '${value}'`;
      problems.note(where, role.tags[key], problem);
    }
  const tags = { ...role.tags, ...roleTags };
  return { ...role, policies, tags, ...(inline !== undefined && { inline }) };
}

/** True if the document has `${…}`: without a Version it is text, not a variable, and must stay that. */
function hasLiteralText(own: PolicyDocument | undefined): boolean {
  return JSON.stringify(own ?? {}).includes("${");
}

/** One inline policy with the user's own statements first: IAM's quota is for all of a role's together. */
function joined(own: PolicyDocument | undefined, statements: readonly Statement[]): PolicyDocument {
  return {
    ...own,
    Version: own?.Version ?? (hasLiteralText(own) ? "2008-10-17" : "2012-10-17"),
    Statement: [...listOf(own?.Statement), ...statements],
  };
}
