import { listed } from "../../model/known.ts";
import { Failure } from "../../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag } from "../../model/command-words.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedServiceAccount, ObservedRole } from "../create/observed.ts";
import { expectOneClaim, ownedRole, type OwnedRole } from "./ownership.ts";

/** A role that was looked for; with the proof where it is irsa's. */
interface RoleBehind {
  readonly observed: ObservedRole;
  readonly owned: OwnedRole | undefined;
}

/**
 * The role that the ServiceAccount has already under another name, where neither the operator nor an annotation names one.
 * Whoever may tag and write trust policies can make a role look like that: it is used as far as nothing is to be given for
 * it, neither to the role nor to a ServiceAccount. `undefined`: there is none.
 * @throws Failure `role-unnamed`, `two-roles`
 */
export function chooseBehind(
  desired: DesiredServiceAccount,
  { behind: found, association }: ObservedServiceAccount,
): RoleBehind | undefined {
  const { serviceAccount, roleOnly } = desired;
  const { cluster } = association;
  const behind = listed(found);
  expectOneClaim(
    behind.map(({ role }) => role),
    cluster,
    serviceAccount,
  );
  const judged = behind.map((observed) => ({
    observed,
    owned: ownedRole(observed.role, cluster, serviceAccount),
  }));
  const [first, second] = judged.toSorted((one, other) => Number(!one.owned) - Number(!other.owned));
  if (first === undefined) return undefined;
  const { observed, owned } = first;
  if (owned === undefined && second !== undefined)
    throw severalRoles(
      judged.map(({ observed: one }) => one),
      serviceAccount,
    );
  if (!roleOnly) throw roleUnnamed(observed, desired, owned !== undefined);
  return first;
}

function severalRoles(found: readonly ObservedRole[], serviceAccount: ServiceAccountRef): Failure {
  const message = `${serviceAccountPath(serviceAccount)} has ${found.length} roles created by eksctl`;
  return new Failure("refused", "role-unnamed", message, {
    facts: found.map(({ role }) => ["role", role.arn] as const),
    advice: "Choose one with --attach-role-arn ARN (in a file: attachRoleARN)",
  });
}

/**
 * The refusal to take a role for the ServiceAccount's on the word of its tags and trust policy alone, or to make a second one.
 * `isOurs`: irsa has it for the ServiceAccount; otherwise eksctl made it.
 */
export function roleUnnamed(
  { role }: ObservedRole,
  { serviceAccount, clusterFlags }: Pick<DesiredServiceAccount, "serviceAccount" | "clusterFlags">,
  isOurs: boolean,
): Failure {
  const { namespace, name } = serviceAccount;
  const maker = isOurs ? "irsa" : "eksctl";
  return new Failure(
    "refused",
    "role-unnamed",
    `${maker} already created role '${role.name}' for ${serviceAccountPath(serviceAccount)}`,
    {
      facts: [["role", role.arn]],
      advice: isOurs
        ? "It was found only by its tags and trust policy. To use it, add this flag (in a file: roleName):"
        : [
            "To create another role: --role-name NAME (in a file: roleName)",
            "To use it (in a file: attachRoleARN) and then adopt it:",
          ],
      ...(isOurs && { flags: flag("--role-name", role.name) }),
      ...(!isOurs && {
        command: [
          "irsa",
          "create-sa",
          "--namespace",
          namespace,
          "--name",
          name,
          "--attach-role-arn",
          role.arn,
          ...clusterFlags,
        ],
      }),
    },
  );
}
