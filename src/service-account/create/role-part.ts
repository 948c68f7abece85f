import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import { createdRole, type GivableRole, type WritableTrust } from "../../model/authority.ts";
import type { Role } from "../../model/iam-objects.ts";
import { TAG } from "../../model/ownership-tags.ts";
import type { AnnotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { adoptFirst } from "../adopt/adopt-first.ts";
import { holderOf } from "../role/holder.ts";
import type { AssignedRole, Grants, Part } from "../way/way.ts";
import { roleUnnamed } from "../role/choose-behind.ts";
import { nameBoth } from "../role/annotation-refusals.ts";
import { chooseRole, type RoleChoice } from "../role/choose-role.ts";
import type { DesiredServiceAccount, ManagedRole } from "./desired.ts";
import { checkOpened } from "../role/guardrails.ts";
import { extras, inlineExtras } from "./extras.ts";
import type { ObservedServiceAccount, ObservedRole } from "./observed.ts";
import type { OwnedRole } from "../role/ownership.ts";
import { askOf, createRole, editTrust, lacks } from "../role/changes.ts";
import { expectNoEngine } from "../role/left-to-engine.ts";
import { reconcileRole } from "../role/reconcile.ts";
import { givableRole } from "../role/sharing.ts";
import { otherIssuerOf, trustMove, trustNotes, trustRefuses } from "../role/trust.ts";
import { namedForTrust, openableRole, trustWithGrant, type WritableGrant } from "../role/write-trust.ts";

/** A role's share of the plan, and the role. */
export type RolePart = Part & AssignedRole;

/**
 * The role that the ServiceAccount gets: which one, and what is to be done about it.
 * @param current the role that its pods get by this way now
 * @throws Failure when the role must not or can't be used or changed
 */
export function rolePart(
  desired: DesiredServiceAccount,
  observed: ObservedServiceAccount,
  current: AnnotatedRole,
  grants: Grants,
): RolePart {
  const choice = chooseRole(desired, observed, current);
  if (choice.kind !== "create") checkOpened(desired, choice.observed);
  return roleChanges(desired, observed.association.cluster, choice, grants);
}

function roleChanges(
  desired: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  choice: RoleChoice,
  grants: Grants,
): RolePart {
  const { role } = desired;
  if (role.kind === "existing" || choice.kind === "foreign")
    return useRole(desired, observedOf(choice), grants);
  const wanted = role.kind === "kept" ? NOTHING_ASKED : role;
  if (choice.kind === "ours") return keepRole(desired, cluster, wanted, choice, grants);
  return {
    arn: choice.arn,
    owned: undefined,
    assignable: () => createdRole(choice),
    changes: createRole(choice.arn, { ...desired, role: wanted }, cluster, grants.toWrite()),
    notes: [],
  };
}

/** A role that is only to be repaired. */
const NOTHING_ASKED: ManagedRole = { kind: "managed", prefix: "", policies: [], tags: {} };

function observedOf(choice: RoleChoice): ObservedRole {
  if (choice.kind === "create") throw new TypeError("a role that does not exist can't be used as it is");
  return choice.observed;
}

/** A role of ours: trust, policies and the rest are brought in line. */
function keepRole(
  desired: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  wanted: ManagedRole,
  { observed, owned, unnamed }: Extract<RoleChoice, { kind: "ours" }>,
  grants: Grants,
): RolePart {
  const { role } = observed;
  checkSet(role, wanted);
  const evaluation = evaluateGrant(role.trust, grants.asIs);
  const refused = evaluation.verdict === "deny";
  const { asIs } = grants;
  const other = refused && asIs.way === undefined ? otherIssuerOf(role.trust, asIs) : undefined;
  if (other !== undefined && !desired.addTrust) throw trustMove(role, desired, other);
  const holder = holderOf(cluster, owned.serviceAccount, asIs);
  const expectNamed = (): void => {
    if (unnamed === true) throw roleUnnamed(observed, desired, true);
  };
  const give = (): GivableRole => {
    expectNamed();
    return givableRole(owned.arn, role, holder, desired);
  };
  const after = refused ? restoredTrust(role, owned, desired, grants.toWrite(), give) : undefined;
  const changes = reconcileRole({ ...observed, owned, give, expectNamed }, askOf(observed, wanted, after));
  return {
    arn: role.arn,
    owned: role.arn,
    assignable: () => {
      expectNamed();
      return owned.arn;
    },
    changes: expectNoEngine(role, changes, desired),
    notes: [
      ...trustNotes(after ?? role.trust, after ? evaluateGrant(after, grants.asIs) : evaluation),
      ...extras(observed, wanted),
      ...inlineExtras(observed, wanted),
    ],
  };
}

/** The ServiceAccount is let into a role of ours that keeps it out; others who have the role must be known of. */
function restoredTrust(
  role: Role,
  owned: OwnedRole,
  { role: asked, addTrust, clusterFlags }: DesiredServiceAccount,
  grant: WritableGrant,
  give: () => GivableRole,
): WritableTrust {
  const isNamed = addTrust && asked.kind === "managed" && asked.name !== undefined;
  const target = openableRole(owned, role, grant, isNamed ? "named" : clusterFlags);
  const trust = trustWithGrant(target, role, grant);
  give();
  return trust;
}

/** A role that is not ours to change: it does what is asked, or we stop; its trust alone may be planned, by name. */
function useRole(desired: DesiredServiceAccount, observed: ObservedRole, grants: Grants): RolePart {
  const { role } = observed;
  const asked = desired.role;
  if (asked.kind === "managed") checkLacks(desired, asked, observed);
  const used = {
    arn: role.arn,
    owned: undefined,
    assignable: () => {
      if (asked.kind === "existing") return asked.arn;
      throw roleUnnamed(observed, desired, false);
    },
  };
  const evaluation = evaluateGrant(role.trust, grants.asIs);
  if (evaluation.verdict !== "deny") {
    const beyond =
      asked.kind === "managed"
        ? [...extras(observed, { ...asked, exclusivePolicies: false }), ...inlineExtras(observed, asked)]
        : [];
    return { ...used, changes: [], notes: [...trustNotes(role.trust, evaluation), ...beyond] };
  }
  if (asked.kind !== "existing" || !desired.addTrust) throw trustRefuses(role, desired, grants.asIs);
  const target = namedForTrust(asked.arn);
  const after = trustWithGrant(target, role, grants.toWrite());
  return {
    ...used,
    changes: [editTrust(target, role, after)],
    notes: trustNotes(after, evaluateGrant(after, grants.asIs)),
  };
}

function checkLacks(desired: DesiredServiceAccount, wanted: ManagedRole, observed: ObservedRole): void {
  const { serviceAccount, clusterFlags } = desired;
  const missing = lacks(observed, wanted);
  if (missing.length === 0) return;
  throw new Failure(
    "refused",
    "role-lacks",
    `the role of ${serviceAccountPath(serviceAccount)} is not managed by irsa and does not match the request`,
    {
      facts: [["role", observed.role.arn], ...missing],
      ...(adoptFirst(observed.role, serviceAccount, clusterFlags) ?? {
        advice: `Ask its owner to change it. ${nameBoth(desired)}`,
      }),
    },
  );
}

/** A role belongs to one set: if two files name it, the second to be applied is probably a mistake. */
function checkSet({ name, tags }: ObservedRole["role"], { set }: ManagedRole): void {
  const found = tags[TAG.set];
  if (set === undefined || found === undefined || found === set) return;
  throw new Failure("refused", "other-set", `role '${name}' belongs to set '${found}'`, {
    advice: `It was applied from another file. To move it to this set, remove its tag ${TAG.set} first`,
  });
}
