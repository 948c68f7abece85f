// What a program has that imports the package (docs/library.md). Each function loads its code when it is called.
import type { ApplyAnswer, AuditAnswer, PlanAnswer, VerifyAnswer } from "./answers.ts";
import { IrsaError } from "./irsa-error.ts";
import type { ApplyOptions, AuditOptions, PlanOptions, VerifyOptions } from "./options.ts";

export { IrsaError };
/** The types of answers, options and errors. */
export type * from "./answer-parts.ts";
export type * from "./answers.ts";
export type * from "./options.ts";
export type { IrsaErrorKind } from "./irsa-error.ts";

/**
 * What `apply` would change for the ServiceAccounts of a ClusterConfig. It never writes.
 * @throws IrsaError
 */
export async function plan(options: PlanOptions): Promise<PlanAnswer> {
  const { planned } = await import("./commands.ts");
  return planned(options);
}

/**
 * Creates or repairs the ServiceAccounts of a ClusterConfig, if the plan is still the one that was reviewed.
 * @throws IrsaError `other-plan` where it is not; `interrupted`, and what a change failed with, once not all was done
 */
export async function apply(options: ApplyOptions): Promise<ApplyAnswer> {
  const { applied } = await import("./commands.ts");
  return applied(options);
}

/**
 * Checks every link from the cluster to the credentials, and exchanges a real token.
 * @throws IrsaError
 */
export async function verify(options: VerifyOptions): Promise<VerifyAnswer> {
  const { verified } = await import("./commands.ts");
  return verified(options);
}

/**
 * Checks every role's trust policy against every ServiceAccount of the clusters.
 * @throws IrsaError
 */
export async function audit(options: AuditOptions): Promise<AuditAnswer> {
  const { audited } = await import("./commands.ts");
  return audited(options);
}
