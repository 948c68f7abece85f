import { layerOf, quotaOf, targetOf } from "./change-facts.ts";
import { LAYERS, type Layer } from "./change-kind-row.ts";
import type { Change } from "./change.ts";
import { serviceAccountPath } from "./service-account-ref.ts";
import { listOf } from "./trust-policy/document.ts";

/**
 * The changes that must be done before each change, by index. Related changes keep the plan's order; all others may run
 * concurrently. Creation is planned as provider, role, what is attached to it, association, ServiceAccount, and ownership tags
 * are written before what they record. A namespace waits for no role, and a new ServiceAccount not for what its role is
 * given: no pod runs with it yet, and IAM takes longer to apply a policy than the two calls take (decision 8). Deletion is planned in reverse: no pod gets
 * a role that is being deleted, and a tag is removed after what it records. A stack is deleted after everything planned
 * before it for its role.
 */
export function prerequisites(changes: readonly Change[]): number[][] {
  const placed = changes.map(place);
  const before = new Map<string, number[]>();
  return placed.map((one, index) => {
    const near = new Set(looksFor(one).flatMap((key) => before.get(key) ?? []));
    for (const key of foundBy(one)) listAt(before, key).push(index);
    return [...near]
      .toSorted((a, b) => a - b)
      .filter((at) => {
        const other = placed[at];
        return other !== undefined && bearOnEachOther(other, one);
      });
  });
}

function listAt(lists: Map<string, number[]>, key: string): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** A change with where it stands, looked up once: every two changes of a plan are compared. */
interface Placed {
  readonly change: Change;
  readonly layer: Layer;
  readonly height: number;
  readonly target: string;
  readonly quota: "gives" | "takes" | undefined;
  /** The role that it is about, but is not itself. */
  readonly role: string | undefined;
  /** The target role of an association. */
  readonly targetRole: string | undefined;
  /** The roles that the trust policy it writes names. */
  readonly trusted: readonly string[];
}

function place(change: Change): Placed {
  const layer = layerOf(change);
  const role = "role" in change ? change.role : undefined;
  return {
    change,
    layer,
    height: LAYERS.indexOf(layer),
    target: targetOf(change),
    quota: quotaOf(change),
    role,
    targetRole: targetRoleOf(change),
    trusted: trustedRoles(change),
  };
}

/** What changes can bear on each other by: of a plan of thousands, not every two are compared. */
interface Keys {
  /** What it is, or is for. */
  readonly own: readonly string[];
  /** What it depends on beside. */
  readonly others: readonly string[];
}

function keysOf({ change, layer, target, role, targetRole, trusted }: Placed): Keys {
  const roles = [role, targetRole, ...trusted].flatMap((one) => (one === undefined ? [] : [`role:${one}`]));
  const paths = "serviceAccount" in change ? [serviceAccountPath(change.serviceAccount)] : [];
  const isInNamespace = layer === "service-account" && "serviceAccount" in change;
  return {
    own: [
      target,
      ...(role === undefined ? [] : [`of:${role}`]),
      ...(layer === "association" ? paths.map((path) => `account:${path}`) : []),
    ],
    others: [
      ...roles,
      ...(layer === "workload" ? paths.flatMap((path) => [`account:${path}`, `association:${path}`]) : []),
      ...(isInNamespace ? [`namespace:${change.serviceAccount.namespace}`] : []),
    ],
  };
}

/** The keys under which a later change finds this one: as what it is, and as what depends on that. */
function foundBy(one: Placed): readonly string[] {
  const { own, others } = keysOf(one);
  return [...own, ...others.map((key) => `on ${key}`), one.layer === "provider" ? "provider" : "any"];
}

/** The keys of the earlier changes that may bear on this one. Providers bear on everything. */
function looksFor(one: Placed): readonly string[] {
  const { own, others } = keysOf(one);
  return [
    ...own,
    ...others,
    ...own.map((key) => `on ${key}`),
    "provider",
    ...(one.layer === "provider" ? ["any"] : []),
  ];
}

function targetRoleOf(change: Change): string | undefined {
  if (change.kind === "create-pod-identity" || change.kind === "delete-pod-identity")
    return change.targetRole;
  return change.kind === "update-pod-identity" ? change.set.targetRole : undefined;
}

/** IAM takes no trust policy that names a role which does not exist. */
function trustedRoles(change: Change): readonly string[] {
  const trust =
    change.kind === "create-role"
      ? change.trust
      : change.kind === "edit-role"
        ? change.trust?.after
        : undefined;
  return listOf(trust?.Statement ?? []).flatMap(({ Principal: principal }) =>
    typeof principal === "object" ? listOf(principal.AWS ?? []) : [],
  );
}

function bearOnEachOther(one: Placed, other: Placed): boolean {
  const [lower, upper] = one.height <= other.height ? [one, other] : [other, one];
  const below = lower.layer;
  switch (upper.layer) {
    case "addon":
      return lower.target === upper.target;
    case "provider":
      return false;
    case "role":
      return (
        below === "provider" ||
        lower.target === upper.target ||
        upper.trusted.some((role) => lower.target === `role:${role}`)
      );
    case "stack":
      return lower.target === upper.target || isOf(upper, lower);
    case "attachment":
      if (below === "provider") return true;
      if (lower.target !== upper.target) return false;
      // A role's quota decides whether it may first be given or must first be taken from.
      return below === "role" || lower.quota !== upper.quota;
    case "association":
      return (
        lower.target === upper.target ||
        isOf(upper, lower) ||
        (below === "stack" && isOfOneRole(upper, lower))
      );
    case "namespace":
      if (below === "association") return isOfOneRole(upper, lower);
      return below === "provider";
    case "service-account":
      if (isGivenToNew(upper, lower)) return false;
      if (below === "association") return upper.target === lower.target.replace("association:", "account:");
      if (below === "namespace") return upper.target.startsWith(`${serviceAccountsOf(lower)}/`);
      return below === "provider" || isOf(upper, lower) || (below === "stack" && isOfOneRole(upper, lower));
    case "workload":
      return runsWith(upper, lower);
  }
}

/** True for what is given to the role of a ServiceAccount that does not exist yet. */
function isGivenToNew({ change }: Placed, lower: Placed): boolean {
  return change.kind === "create-service-account" && lower.layer === "attachment" && lower.quota === "gives";
}

/** True if the workload's pods are to run with that ServiceAccount. */
function runsWith({ change }: Placed, lower: Placed): boolean {
  if (!("serviceAccount" in change)) return false;
  const path = serviceAccountPath(change.serviceAccount);
  return [`account:${path}`, `association:${path}`].includes(lower.target);
}

/** True if the ServiceAccount or namespace is changed for the sake of that role. */
function isOf({ role, targetRole }: Placed, lower: Placed): boolean {
  return [role, targetRole].some((one) => one !== undefined && lower.target === `role:${one}`);
}

function isOfOneRole(one: Placed, other: Placed): boolean {
  return one.role !== undefined && one.role === other.role;
}

/** How the targets of a namespace's ServiceAccounts begin. */
function serviceAccountsOf(namespace: Placed): string {
  return namespace.target.replace("namespace:", "account:");
}
