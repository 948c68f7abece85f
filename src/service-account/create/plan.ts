import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountChanges } from "../service-account/changes.ts";
import { irsaWay } from "../way/irsa.ts";
import { podIdentityWay } from "../way/pod-identity.ts";
import { NOTHING, type Part, type Way } from "../way/way.ts";
import type { DesiredServiceAccount } from "./desired.ts";
import { checkGuardrails } from "../role/guardrails.ts";
import type { ObservedServiceAccount } from "./observed.ts";
import { checkRights } from "../service-account/rights.ts";
import type { WayName } from "../../model/way.ts";
import { rolePart } from "./role-part.ts";
import { targetPart } from "./target-part.ts";

/** What is to be done for one ServiceAccount, and what it will then have. */
export interface ServiceAccountPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: RoleArn;
  /** The target role that pods get by the association, if there is one: asked for, or there and unchanged. */
  readonly targetRole?: RoleArn | undefined;
  readonly way: WayName;
  readonly audience: string;
}

/**
 * Plans one ServiceAccount; pure.
 * @throws Failure when it must not or can't be done; nothing has been written then
 */
export function planServiceAccount(
  asked: DesiredServiceAccount,
  observed: ObservedServiceAccount,
): ServiceAccountPlan {
  const target = targetPart(asked, observed, () => {
    const { current, grants } = wayOf(asked, observed);
    return rolePart(asked, observed, current, grants);
  });
  const desired = target?.first ?? asked;
  const guardNotes = checkGuardrails(desired, observed.policies);
  const way = wayOf(desired, observed);
  const role = rolePart(desired, observed, way.current, way.grants);
  const unsearched = observed.behind.state === "unknown" ? [unsearchedNote(observed.behind.failure)] : [];
  const parts = [
    way.groundwork,
    role,
    target ?? NOTHING,
    way.assign(role),
    serviceAccountPart(desired, observed, role.arn, way),
  ];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    notes: [...guardNotes, ...unsearched, ...parts.flatMap(({ notes }) => notes)],
    role: role.arn,
    targetRole: targetRoleOf(desired, observed),
    way: way.kind,
    audience: way.audience,
  };
}

function targetRoleOf(
  { podIdentity: asked }: DesiredServiceAccount,
  { podIdentity: found }: ObservedServiceAccount,
): RoleArn | undefined {
  if (asked === undefined) return undefined;
  const parsed = parseRoleArn(asked.targetRole ?? found?.association?.targetRoleArn ?? "");
  return parsed.ok ? parsed.value : undefined;
}

/** The way that is asked for. */
function wayOf(desired: DesiredServiceAccount, observed: ObservedServiceAccount): Way {
  const { podIdentity } = desired;
  return podIdentity === undefined
    ? irsaWay(desired, observed)
    : podIdentityWay(desired, podIdentity, observed);
}

function unsearchedNote({ message: why }: Failure): Note {
  const message = `whether irsa or eksctl already has a role for it under another name is unknown: ${why}`;
  return { level: "warning", code: "roles-unlisted", message };
}

function serviceAccountPart(
  desired: DesiredServiceAccount,
  { kubernetes }: ObservedServiceAccount,
  role: RoleArn,
  way: Way,
): Part {
  if (desired.roleOnly || kubernetes === undefined) return NOTHING;
  const changes = serviceAccountChanges(desired, role, way.annotations(role), kubernetes);
  return {
    changes,
    notes: checkRights(changes, desired.serviceAccount, kubernetes.may, "--role-only -o yaml"),
  };
}
