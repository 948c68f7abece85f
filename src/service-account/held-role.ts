import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { accountPath } from "../model/service-account-ref.ts";
import { flag } from "../model/shell.ts";
import type { Holding } from "./holding.ts";
import { expectOneClaim, ownershipOf, type Ownership } from "./ownership.ts";

/** The account's role, and whose it is. */
export interface HeldRole {
  readonly role: Role;
  readonly ownership: Ownership;
}

/**
 * Which role is meant: the one that was asked for by name; else the annotated one, or one of ours for the account.
 * @param roleName asked for by name (`--role-name`)
 * @throws Failure `annotated-other` where the annotation names another role than ours, `two-roles`
 */
export function heldRole(holding: Holding, roleName?: string): HeldRole | undefined {
  const { cluster, ref, account } = holding;
  if (roleName === undefined) expectOneClaim(holding.roles, cluster, ref);
  const judged = holding.roles.map((role) => ({
    role,
    ownership: ownershipOf(role, cluster, ref),
  }));
  if (roleName !== undefined) return judged[0];
  const annotation = account?.annotations[ROLE_ANNOTATION] ?? "";
  const annotated = judged.find(({ role }) => role.arn === annotation);
  const ours = judged.find(({ ownership }) => ownership.kind === "ours");
  if (annotated?.ownership.kind === "ours" || ours === undefined) return annotated;
  if (annotation === "") return ours;
  throw annotatedOther(holding, ours.role, annotation);
}

/** The refusal where an account is annotated with another role than the one that irsa has for it. */
export function annotatedOther({ ref }: Pick<Holding, "ref">, ours: Role, annotation: string): Failure {
  return new Failure(
    "refused",
    "annotated-other",
    `${accountPath(ref)} is annotated with another role than irsa's`,
    {
      facts: [
        ["annotation", annotation],
        ["irsa's role", ours.arn],
      ],
      advice: `Someone has changed it. If irsa's role is meant: ${flag("--role-name", ours.name).join(" ")}`,
    },
  );
}
