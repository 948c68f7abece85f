import { Failure } from "../../model/failure.ts";
import { valueOf } from "../../model/known.ts";
import type { Role } from "../../model/iam-objects.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { flag } from "../../model/command-words.ts";
import type { ServiceAccountState } from "../service-account/state.ts";
import { expectOneClaim, ownershipOf, type Ownership } from "./ownership.ts";

/** The ServiceAccount's role, and its owner. */
export interface CurrentRole {
  readonly role: Role;
  readonly ownership: Ownership;
}

/**
 * Which role is meant: the one that was asked for by name; else the annotated one, or one of ours for the ServiceAccount.
 * @param roleName asked for by name (`--role-name`)
 * @throws Failure `annotated-other` where the annotation names another role than ours, `two-roles`
 */
export function currentRole(state: ServiceAccountState, roleName?: string): CurrentRole | undefined {
  const { cluster, ref, serviceAccount } = state;
  if (roleName === undefined) expectOneClaim(state.roles, cluster, ref);
  const judged = state.roles.map((role) => ({
    role,
    ownership: ownershipOf(role, cluster, ref),
  }));
  if (roleName !== undefined) return judged[0];
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  const annotated = judged.find(({ role }) => role.arn === annotation);
  const ours = judged.find(({ ownership }) => ownership.kind === "ours");
  if (annotated?.ownership.kind === "ours" || ours === undefined) return annotated;
  if (kind === "none") return ours;
  throw annotatedOther(state, ours.role, annotation);
}

/**
 * Which role the ServiceAccount's pods get: by its association where it has one, as EKS has it; else as `currentRole` has it.
 * @throws Failure `associated-other` where the association has another role than ours, `annotated-other`, `two-roles`
 */
export function usedRole(state: ServiceAccountState, roleName?: string): CurrentRole | undefined {
  const { cluster, ref, roles, association } = state;
  const led = roleName === undefined ? valueOf(association) : undefined;
  const associated = led && roles.find(({ arn }) => arn === led.roleArn);
  if (associated === undefined) return currentRole(state, roleName);
  expectOneClaim(roles, cluster, ref);
  const ownership = ownershipOf(associated, cluster, ref);
  const ours = roles.find((role) => ownershipOf(role, cluster, ref).kind === "ours");
  if (ownership.kind !== "ours" && ours !== undefined) throw associatedOther(state, ours, associated);
  return { role: associated, ownership };
}

/** The refusal where the association has another role than the one that irsa has for the ServiceAccount. */
export function associatedOther(
  { ref }: Pick<ServiceAccountState, "ref">,
  ours: Role,
  associated: Role,
): Failure {
  return new Failure(
    "refused",
    "associated-other",
    `pods of ${serviceAccountPath(ref)} get a role that irsa does not manage, by EKS Pod Identity`,
    {
      facts: [
        ["association's role", associated.arn],
        ["irsa's role", ours.arn],
      ],
      advice: "To use irsa's role, add this flag:",
      flags: flag("--role-name", ours.name),
    },
  );
}

/** The refusal where a ServiceAccount is annotated with another role than the one that irsa has for it. */
export function annotatedOther(
  { ref }: Pick<ServiceAccountState, "ref">,
  ours: Role,
  annotation: string,
): Failure {
  return new Failure(
    "refused",
    "annotated-other",
    `${serviceAccountPath(ref)} is annotated with a role that irsa does not manage`,
    {
      facts: [
        ["annotation", annotation],
        ["irsa's role", ours.arn],
      ],
      advice: "The annotation was changed. To use irsa's role, add this flag:",
      flags: flag("--role-name", ours.name),
    },
  );
}
