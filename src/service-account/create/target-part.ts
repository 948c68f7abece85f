import { assumePolicy } from "../../model/authority.ts";
import { known } from "../../model/known.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { AnnotatedRole } from "../../model/service-account-facts.ts";
import { checkPermissions } from "../role/guardrails.ts";
import { targetGrantFor } from "../role/trust.ts";
import { writableTargetGrant } from "../role/write-trust.ts";
import type { AssignedRole, Grants, Part } from "../way/way.ts";
import type { DesiredServiceAccount, ManagedRole } from "./desired.ts";
import type { ObservedServiceAccount, ObservedTarget } from "./observed.ts";
import { rolePart } from "./role-part.ts";

/** The target role's share of the plan. */
export interface TargetPart extends Part {
  readonly arn: RoleArn;
  /** What it takes of the rest: the association has the target role, and its own role may assume it. */
  readonly first: DesiredServiceAccount;
}

/**
 * Plans the target role that irsa keeps in another AWS account, as any role of irsa's is planned: it trusts the association's
 * own role, which may do nothing but assume it. `undefined` where none is asked for.
 * @param firstRole the association's own role
 * @throws Failure as for any role
 */
export function targetPart(
  desired: DesiredServiceAccount,
  observed: ObservedServiceAccount,
  firstRole: () => AssignedRole,
): TargetPart | undefined {
  const { target, podIdentity, role } = desired;
  const { target: seen } = observed;
  if (target === undefined || podIdentity === undefined || role.kind !== "managed") return undefined;
  if (seen === undefined) throw new TypeError("the target role was not read");
  const { withoutSessionTags } = podIdentity;
  const ask = { ...desired, role: target, isTarget: true } as const;
  const notes = checkPermissions(
    { ...permissionsOf(target), allowAdministrator: desired.allowAdministrator },
    seen.policies,
  );
  const current = currentTarget(observed, seen);
  const planned = rolePart(
    ask,
    asObserved(seen),
    current,
    grantsOf(desired, observed, firstRole(), withoutSessionTags),
  );
  const targetRole = planned.assignable();
  return {
    arn: planned.arn,
    changes: planned.changes,
    notes: [...notes, ...planned.notes],
    first: {
      ...desired,
      role: { ...role, inline: assumePolicy(targetRole, withoutSessionTags) },
      podIdentity: { ...podIdentity, targetRole },
    },
  };
}

function grantsOf(
  { serviceAccount }: DesiredServiceAccount,
  { association: { cluster }, podIdentity }: ObservedServiceAccount,
  first: AssignedRole,
  withoutSessionTags: boolean,
): Grants {
  const externalId = podIdentity?.association?.externalId;
  const terms = { withoutSessionTags, externalId };
  return {
    asIs: targetGrantFor(cluster, serviceAccount, { ...terms, firstRole: first.arn }),
    toWrite: () => writableTargetGrant(cluster, serviceAccount, { ...terms, firstRole: first.assignable() }),
  };
}

function permissionsOf({ policies, inline }: ManagedRole) {
  return { policies, ...(inline !== undefined && { inline }) };
}

/** The association's target role, while it exists and is in the AWS account that is asked for. */
function currentTarget(
  { podIdentity }: ObservedServiceAccount,
  { named, current }: ObservedTarget,
): AnnotatedRole {
  const arn = podIdentity?.association?.targetRoleArn;
  const found = [named, current].find((one) => one?.role.arn === arn);
  return found === undefined ? { kind: "none", text: "" } : { kind: "arn", text: found.role.arn };
}

/** Of its AWS account, all that there is to see is the role. */
function asObserved({ cluster, named, current, policies }: ObservedTarget): ObservedServiceAccount {
  return {
    association: { cluster, provider: undefined, lookalikes: [] },
    kubernetes: undefined,
    named,
    annotated: current,
    behind: known([]),
    policies,
  };
}
