import type { IamPort } from "../../aws/port.ts";
import type { Change } from "../../model/change.ts";
import { counted } from "../../model/counted.ts";
import type { Note } from "../../model/plan.ts";
import { DEFAULT_PROVIDERS_QUOTA, quotaState } from "../../model/quotas.ts";
import { recoverFailure } from "../../model/recover-failure.ts";

/** What the AWS account has of what a plan creates; a field is left out if it could not be read. */
export interface AwsAccountCounts {
  readonly roles?: number;
  readonly rolesQuota?: number;
  readonly providers?: number;
}

/** Reads only what the changes need. Source: IAM API Reference, GetAccountSummary (`Roles`, `RolesQuota`). */
export async function readCounts(changes: readonly Change[], iam: IamPort): Promise<AwsAccountCounts> {
  const [summary, providers] = await Promise.all([
    creates(changes, "create-role") ? recoverFailure(() => iam.getAccountSummary()) : undefined,
    creates(changes, "create-provider") ? recoverFailure(() => iam.listProviders()) : undefined,
  ]);
  const { Roles: roles, RolesQuota: rolesQuota } = summary ?? {};
  return {
    ...(roles !== undefined && rolesQuota !== undefined && { roles, rolesQuota }),
    ...(providers !== undefined && { providers: providers.length }),
  };
}

function creates(changes: readonly Change[], kind: Change["kind"]): boolean {
  return changes.some((change) => change.kind === kind);
}

/** Warnings about quotas of the AWS account that a plan would exceed or almost use up; pure. */
export function quotaNotes(changes: readonly Change[], counts: AwsAccountCounts): Note[] {
  const count = (kind: Change["kind"]): number => changes.filter((change) => change.kind === kind).length;
  const { roles, rolesQuota, providers } = counts;
  return [
    ...(roles === undefined || rolesQuota === undefined
      ? []
      : roleNotes(count("create-role") - count("delete-role"), roles, rolesQuota)),
    ...(providers === undefined ? [] : providerNotes(providers)),
  ];
}

function roleNotes(added: number, existing: number, quota: number): Note[] {
  const after = existing + added;
  if (added <= 0 || quotaState(after, quota) === "room") return [];
  const counts = `${existing} of ${quota} roles exist in the AWS account, and this plan adds ${added}`;
  if (after <= quota) return [warning("roles-nearly-full", counts)];
  const left = Math.max(0, quota - existing);
  return [
    warning(
      "roles-quota-exceeded",
      `${counts}: ${counted(after - quota, "role")} can't be created. Request an increase in Service Quotas (IAM, Roles per account), or apply at most ${left} with --include`,
    ),
  ];
}

function providerNotes(existing: number): Note[] {
  if (quotaState(existing + 1, DEFAULT_PROVIDERS_QUOTA) === "room") return [];
  const message = `${existing} OIDC providers exist in the AWS account, and this plan adds 1; the default quota is ${DEFAULT_PROVIDERS_QUOTA}`;
  return [warning("providers-nearly-full", message)];
}

function warning(code: string, message: string): Note {
  return { level: "warning", code, message };
}
