import { policyName, type PolicyArn, type RoleArn } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { AUDIENCE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { marksAttachment, TAG } from "../model/marks.ts";
import type { Note } from "../model/plan.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { Grant } from "../model/trust-policy/grant.ts";
import { adoptFirst } from "./adopt-first.ts";
import { accountChanges } from "./account-changes.ts";
import { associationPart } from "./association.ts";
import { chooseRole, NAME_BOTH, type RoleChoice } from "./choose-role.ts";
import type { DesiredAccount, ManagedRole } from "./desired.ts";
import { administrator, checkGuardrails, isAdministratorName } from "./guardrails.ts";
import type { ObservedAccount, ObservedRole } from "./observed.ts";
import { checkRights } from "./rights.ts";
import { createRole, editTrust, lacks, reconcileRole } from "./role-changes.ts";
import {
  evaluateGrant,
  grantFor,
  otherIssuerOf,
  trustMove,
  trustNotes,
  trustRefuses,
  trustWithGrant,
} from "./trust.ts";

/** What is to be done for one account, and what it will then have. */
export interface AccountPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: RoleArn;
  readonly audience: string;
}

/**
 * Plans one account; pure.
 * @throws Failure when it must not or can't be done; nothing has been written then
 */
export function planAccount(desired: DesiredAccount, observed: ObservedAccount): AccountPlan {
  const { cluster } = observed.association;
  const guardNotes = checkGuardrails(desired, observed.policies);
  const audience = audienceOf(desired, observed);
  const association = associationPart(desired, observed.association, audience);
  const grant = grantFor(cluster, desired.account, audience);
  const role = roleChanges(desired, cluster, chooseRole(desired, observed), grant);
  const account = accountPart(desired, observed, role.arn);
  return {
    changes: [...association.changes, ...role.changes, ...account.changes],
    notes: [...guardNotes, ...association.notes, ...role.notes, ...account.notes],
    role: role.arn,
    audience,
  };
}

function audienceOf({ audience, account }: DesiredAccount, { kubernetes }: ObservedAccount): string {
  const annotated = kubernetes?.account?.annotations[AUDIENCE_ANNOTATION];
  if (audience !== undefined) return audience;
  if (annotated !== "") return annotated ?? DEFAULT_AUDIENCE;
  throw new Failure(
    "refused",
    "empty-audience",
    `the annotation ${AUDIENCE_ANNOTATION} of ${accountPath(account)} is empty`,
    {
      advice: `The webhook then asks for tokens for the API server itself. Set it right with --audience ${DEFAULT_AUDIENCE}`,
    },
  );
}

/** A share of the plan. */
interface Part {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

type RolePart = Part & { readonly arn: RoleArn };

function accountPart(desired: DesiredAccount, { kubernetes }: ObservedAccount, role: RoleArn): Part {
  if (desired.roleOnly || kubernetes === undefined) return { changes: [], notes: [] };
  const changes = accountChanges(desired, role, kubernetes);
  return { changes, notes: checkRights(changes, desired.account, kubernetes.may, "--role-only -o yaml") };
}

function roleChanges(
  desired: DesiredAccount,
  cluster: ClusterWithIssuer,
  choice: RoleChoice,
  grant: Grant,
): RolePart {
  const { role } = desired;
  if (role.kind === "existing" || choice.kind === "foreign")
    return useRole(desired, observedOf(choice), grant);
  if (choice.kind === "ours") return keepRole(desired, role, choice.observed, grant);
  return {
    arn: choice.arn,
    changes: createRole(choice.arn, { ...desired, role }, cluster, grant),
    notes: [],
  };
}

function observedOf(choice: RoleChoice): ObservedRole {
  if (choice.kind === "create") throw new TypeError("a role that does not exist can't be used as it is");
  return choice.observed;
}

/** A role of ours: trust, policies and the rest are brought in line. */
function keepRole(
  desired: DesiredAccount,
  wanted: ManagedRole,
  observed: ObservedRole,
  grant: Grant,
): RolePart {
  const { role } = observed;
  checkSet(role, wanted);
  const evaluation = evaluateGrant(role.trust, grant);
  const refused = evaluation.verdict === "deny";
  const other = refused ? otherIssuerOf(role.trust, grant) : undefined;
  if (other !== undefined && !desired.addTrust) throw trustMove(role, desired, other);
  const after = refused ? trustWithGrant(role, grant) : undefined;
  return {
    arn: role.arn,
    changes: reconcileRole(observed, wanted, after),
    notes: [
      ...trustNotes(after ?? role.trust, after ? evaluateGrant(after, grant) : evaluation),
      ...extras(observed, wanted),
    ],
  };
}

/** A role that is not ours to change: it does what is asked, or we stop; its trust alone may be planned, by name. */
function useRole(desired: DesiredAccount, observed: ObservedRole, grant: Grant): RolePart {
  const { role } = observed;
  const asked = desired.role;
  if (asked.kind === "managed") checkLacks(desired, asked, observed);
  else checkAttached(desired, observed);
  const evaluation = evaluateGrant(role.trust, grant);
  if (evaluation.verdict !== "deny") {
    const beyond = asked.kind === "managed" ? extras(observed, { ...asked, exact: false }) : [];
    return { arn: role.arn, changes: [], notes: [...trustNotes(role.trust, evaluation), ...beyond] };
  }
  if (asked.kind === "managed" || !desired.addTrust)
    throw trustRefuses(role, desired.account, grant, asked.kind === "existing");
  const after = trustWithGrant(role, grant);
  return {
    arn: role.arn,
    changes: [editTrust(role, after)],
    notes: trustNotes(after, evaluateGrant(after, grant)),
  };
}

function checkAttached({ allowAdministrator }: DesiredAccount, { attached }: ObservedRole): void {
  if (allowAdministrator) return;
  for (const policy of attached) {
    const reason = isAdministratorName(policy);
    if (reason !== undefined) throw administrator(`${policyName(policy)} of that role`, reason);
  }
}

function checkLacks({ account, reach }: DesiredAccount, wanted: ManagedRole, observed: ObservedRole): void {
  const missing = lacks(observed, wanted);
  if (missing.length === 0) return;
  throw new Failure(
    "refused",
    "role-lacks",
    `the role of ${accountPath(account)} is not irsa's and lacks what is asked for`,
    {
      facts: [["role", observed.role.arn], ...missing],
      ...(adoptFirst(observed.role, account, reach) ?? { advice: `Its owner can add that. ${NAME_BOTH}` }),
    },
  );
}

/** A role is of one set: of two files that name it, the second to be applied is likely a slip. */
function checkSet({ name, tags }: ObservedRole["role"], { set }: ManagedRole): void {
  const found = tags[TAG.set];
  if (set === undefined || found === undefined || found === set) return;
  throw new Failure("refused", "other-set", `the role '${name}' belongs to the set '${found}'`, {
    advice: `It was applied from another file. To take it over, remove its tag ${TAG.set} first`,
  });
}

/** What is attached and stays, although it was not asked for. */
function extras({ role, attached }: ObservedRole, wanted: ManagedRole): Note[] {
  const goes = (policy: PolicyArn): boolean =>
    wanted.exact === true && marksAttachment(role.tags[TAG.attached], policy);
  const beyond = attached.filter((policy) => !wanted.policies.includes(policy) && !goes(policy));
  if (beyond.length === 0) return [];
  const names = beyond.map(policyName).join(", ");
  return [
    {
      level: "info",
      code: "attached-beyond",
      message: `also attached, beyond what was asked for, and left so: ${names}`,
    },
  ];
}
