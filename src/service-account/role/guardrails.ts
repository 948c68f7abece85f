import { valueOf } from "../../model/known.ts";
import { ADMINISTRATOR_POLICIES } from "../../model/administrator-policies.ts";
import { policyName, type PolicyArn } from "../../model/arn.ts";
import { excerpt } from "../../model/excerpt.ts";
import { Failure } from "../../model/failure.ts";
import type { Note } from "../../model/plan.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { administratorLike } from "../../model/trust-policy/administrator.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { placeholdersIn } from "../../model/trust-policy/placeholders.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedPolicy, ObservedRole } from "../create/observed.ts";

/** What a ServiceAccount is to be given. */
export interface Permissions {
  readonly policies: readonly PolicyArn[];
  readonly inline?: PolicyDocument;
  readonly allowAdministrator: boolean;
}

/**
 * What nobody should do by accident; each is lifted by the flag that names it.
 * @throws Failure `default-account`, `administrator-policy` or `no-policy`
 */
export function checkGuardrails(desired: DesiredServiceAccount, policies: readonly ObservedPolicy[]): Note[] {
  checkAskAlone(desired);
  return [...checkPermissions(permissionsOf(desired), policies), ...systemNamespace(desired)];
}

/**
 * The guardrails that need nothing but the ask: they are judged before anything is read.
 * @throws Failure `default-account` or `administrator-policy`
 */
export function checkAskAlone(desired: Omit<DesiredServiceAccount, "clusterFlags">): void {
  if (desired.serviceAccount.name === "default" && !desired.allowDefaultServiceAccount)
    throw defaultServiceAccount(desired.serviceAccount);
  checkPermissionsAlone(permissionsOf(desired));
}

function permissionsOf({
  role,
  allowAdministrator,
}: Omit<DesiredServiceAccount, "clusterFlags">): Permissions {
  if (role.kind !== "managed") return { policies: [], allowAdministrator };
  const { policies, inline } = role;
  return { policies, allowAdministrator, ...(inline !== undefined && { inline }) };
}

/**
 * Judges permissions by what was asked for alone.
 * @throws Failure `administrator-policy`
 */
export function checkPermissionsAlone({ policies, inline, allowAdministrator }: Permissions): void {
  if (allowAdministrator) return;
  for (const arn of policies) {
    const reason = isAdministratorName(arn);
    if (reason !== undefined) throw administrator(policyName(arn), reason);
  }
  const reason = inline && administratorLike(inline);
  if (reason !== undefined) throw administrator("the inline policy", reason);
}

/**
 * Judges permissions by what the policies say, as far as they can be read.
 * @throws Failure `administrator-policy` or `no-policy`
 */
export function checkPermissions(permissions: Permissions, policies: readonly ObservedPolicy[]): Note[] {
  checkPermissionsAlone(permissions);
  const absent = policies.find(({ found }) => found.state === "known" && found.value === undefined);
  if (absent !== undefined) {
    const what = absent.isBoundary === true ? " for the permissions boundary" : "";
    throw new Failure("refused", "no-policy", `policy '${absent.arn}'${what} not found`, {
      advice:
        "Check its name, path and AWS account. To list AWS managed policies: aws iam list-policies --scope AWS",
    });
  }
  if (!permissions.allowAdministrator) checkDocuments(policies);
  return [...unreadable(policies), ...placeholderNotes(permissions)];
}

/** A placeholder is a valid name to IAM: the policy would allow nothing, or something else than is meant. */
function placeholderNotes({ inline }: Permissions): Note[] {
  const found = placeholdersIn(inline);
  if (found.length === 0) return [];
  const list = found.map(({ path, text }) => `${excerpt(text)} (${path})`).join(", ");
  const message = `the inline policy has ${found.length === 1 ? "an unresolved placeholder" : "unresolved placeholders"}: ${list}`;
  return [{ level: "warning", code: "placeholder", message }];
}

function checkDocuments(policies: readonly ObservedPolicy[]): void {
  for (const { arn, found } of policies) {
    const document = valueOf(found)?.document;
    const reason = document && administratorLike(document);
    if (reason !== undefined) throw administrator(policyName(arn), reason);
  }
}

/**
 * Judges a role that is there and that the ServiceAccount is to get: what it has counts, whoever gave it that.
 * @throws Failure `administrator-policy`
 */
export function checkOpened(
  { role, allowAdministrator }: Pick<DesiredServiceAccount, "role" | "allowAdministrator">,
  observed: ObservedRole,
): void {
  if (allowAdministrator || (observed.holds === undefined && role.kind !== "existing")) return;
  checkHeld(observed);
}

/**
 * Judges what a role has.
 * @throws Failure `administrator-policy`
 */
export function checkHeld({ role: found, attached, holds }: ObservedRole): void {
  for (const policy of attached) {
    const document = holds?.documents.get(policy);
    const reason = isAdministratorName(policy) ?? (document && administratorLike(document));
    if (reason !== undefined)
      throw administrator(`${policyName(policy)} of the role '${found.name}'`, reason);
  }
  for (const [name, document] of Object.entries(holds?.inline ?? {})) {
    const reason = administratorLike(document);
    if (reason !== undefined)
      throw administrator(`the inline policy '${name}' of the role '${found.name}'`, reason);
  }
}

/** Why a policy of this ARN makes an administrator, if its name alone says so. */
export function isAdministratorName(arn: PolicyArn): string | undefined {
  const name = policyName(arn);
  return arn.includes(":iam::aws:policy/") && ADMINISTRATOR_POLICIES.has(name)
    ? `${name} allows all actions`
    : undefined;
}

/** The refusal to give a pod an administrator's rights. */
export function administrator(what: string, reason: string): Failure {
  return new Failure(
    "refused",
    "administrator-policy",
    `${what} would grant administrator access to every pod of this ServiceAccount`,
    {
      facts: [["why", reason]],
      advice:
        "Allow only the actions that the workload needs, or allow administrator access: --allow-administrator-policy",
    },
  );
}

function defaultServiceAccount(serviceAccount: ServiceAccountRef): Failure {
  return new Failure(
    "refused",
    "default-account",
    `'default' is the ServiceAccount of every pod in ${serviceAccount.namespace} without serviceAccountName`,
    {
      advice:
        "Create a dedicated ServiceAccount for the workload, or allow all those pods: --allow-default-service-account",
    },
  );
}

function unreadable(policies: readonly ObservedPolicy[]): Note[] {
  return policies
    .filter(({ found }) => found.state === "unknown")
    .map(({ arn, isBoundary = false }) => ({
      level: "warning",
      code: "policy-unreadable",
      message: isBoundary
        ? `the permissions boundary ${policyName(arn)} can't be read (iam:GetPolicy): not checked that it exists`
        : `policy ${policyName(arn)} can't be read (iam:GetPolicy, iam:GetPolicyVersion): not checked that it exists or what it allows`,
    }));
}

function systemNamespace({ serviceAccount }: DesiredServiceAccount): Note[] {
  if (serviceAccount.namespace !== "kube-system") return [];
  return [
    {
      level: "warning",
      code: "kube-system",
      message: "kube-system is the namespace of the cluster's own controllers",
    },
  ];
}
