import { Failure } from "../../model/failure.ts";
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
