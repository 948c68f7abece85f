import type { NarrowedTrust } from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import type { EditRole } from "../../model/role-change.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { valueOf } from "../../model/known.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import { labeledOrigin, TAG, type Origin } from "../../model/ownership-tags.ts";
import { roleDigest } from "../../model/observed-digest.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag } from "../../model/command-words.ts";
import { listOf, type PolicyDocument } from "../../model/trust-policy/document.ts";
import { grantStatements } from "../../model/trust-policy/grant.ts";
import type { CurrentRole } from "../role/current-role.ts";
import type { ServiceAccountState, RoleParts } from "../service-account/state.ts";
import { engineInCharge } from "../role/left-to-engine.ts";
import type { ForeignRole, OwnedRole } from "../role/ownership.ts";
import type { DesiredRemoval, Fate, Loss } from "./desired.ts";
import { grantKeysFor } from "../role/trust.ts";
import { trustWithoutGrants } from "../role/write-trust.ts";

/** The flag by which a role is named: the ServiceAccount's own, or the target role of its association. */
type NameFlag = "--role-name" | "--target-role-name";

/** The role's share of a removal. */
export interface RoleRemoval {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly fate: Fate;
  readonly loss: Loss;
}

const NOTHING = { changes: [], notes: [], loss: "never" } as const;

/**
 * What is done with the role. One that irsa created is deleted with all that is attached to it, unless its trust policy
 * allows others too: then it is kept, without our statement and tags. An adopted one loses our tags. Any other is kept;
 * our tags for this ServiceAccount are removed even there (an interrupted removal leaves them).
 * @throws Failure `only-statement`, `role-unproven`
 */
export function roleRemoval(
  desired: DesiredRemoval,
  state: ServiceAccountState,
  current: CurrentRole | undefined,
  parts: RoleParts,
  clusterFlags: readonly string[],
  nameFlag: NameFlag = "--role-name",
): RoleRemoval {
  if (current === undefined) return { ...NOTHING, fate: "absent" };
  const { role, ownership } = current;
  if (desired.keepRole) return { ...NOTHING, notes: [kept(role, "as requested")], fate: "kept" };
  const rest = trustLess(role, state);
  if (ownership.kind === "foreign") return leaveForeign(desired, role, rest, ownership);
  const engine = engineInCharge(role, desired);
  if (engine !== undefined) return { ...NOTHING, notes: [leftTo(engine, role)], fate: "kept" };
  const origin = provenOrigin(desired, state, current.role, ownership);
  const goes = (origin ?? ownership.origin) === "created" || desired.deleteAdopted;
  if (goes && origin === undefined) throw roleUnproven(role, state.ref, clusterFlags, nameFlag);
  if (goes && rest === undefined)
    return { changes: deletion(role, ownership, parts), notes: [], fate: "deleted", loss: "at-once" };
  const trust = goes || desired.removeTrust ? required(rest, role) : undefined;
  const note = goes ? shared(role, trust ?? role.trust, state) : adopted(role);
  return release(role, trust, ownTagKeys(role), [note]);
}

function leftTo(engine: string, { name }: Role): Note {
  const message = `role '${name}' is kept: it is managed by ${engine}. Delete it there, or add --override-engine`;
  return { level: "warning", code: "owned-elsewhere", message };
}

/**
 * Whether irsa created or adopted the role, if that is confirmed by someone who may have it deleted. Anyone who can tag
 * can forge tags, and every tool's trust policy for the ServiceAccount is like irsa's; besides these two it takes the
 * computed name, the operator, or the cluster: a ServiceAccount with irsa's label or annotation, and this role by its
 * annotation or its association, as its target role too.
 * `undefined` if nothing confirms it.
 */
function provenOrigin(
  { roleName }: DesiredRemoval,
  { serviceAccount, association }: ServiceAccountState,
  role: Role,
  { witness, origin }: OwnedRole,
): Origin | undefined {
  if (witness !== "trust" || roleName !== undefined) return origin;
  const { roleArn, targetRoleArn } = valueOf(association) ?? {};
  const leads = [annotatedArn(serviceAccount), roleArn, targetRoleArn];
  if (serviceAccount === undefined || !leads.includes(role.arn)) return undefined;
  const said = labeledOrigin(serviceAccount);
  return said === "adopted" ? said : said && origin;
}

/**
 * The refusal to delete what only tags call irsa's.
 * @param clusterFlags the flags that lead to the cluster again
 */
export function roleUnproven(
  { name, arn }: Role,
  ref: ServiceAccountRef,
  clusterFlags: readonly string[],
  nameFlag: NameFlag = "--role-name",
): Failure {
  const who = ["-n", ref.namespace, "--name", ref.name, ...flag(nameFlag, name)];
  return new Failure(
    "refused",
    "role-unproven",
    `only tags show that irsa created role '${name}' for ${serviceAccountPath(ref)}`,
    {
      facts: [["role", arn]],
      advice:
        "Neither its name nor the ServiceAccount confirms it, and anyone who can tag roles can set tags. To delete the role, name it:",
      command: ["irsa", "delete-sa", ...clusterFlags, ...who],
    },
  );
}

/** The trust policy without our statements for the ServiceAccount, by either way; `undefined` where nothing is left of it. */
function trustLess({ trust }: Role, { cluster, ref }: ServiceAccountState): NarrowedTrust | undefined {
  return trustWithoutGrants(trust, grantKeysFor(cluster, ref));
}

function leaveForeign(
  { removeTrust, serviceAccount }: DesiredRemoval,
  role: Role,
  rest: NarrowedTrust | undefined,
  { tagged, why }: ForeignRole,
): RoleRemoval {
  const notes = [kept(role, `it is not managed by irsa (${why})`)];
  const trust = removeTrust ? required(rest, role) : undefined;
  if (tagged || changes(trust, role)) return release(role, trust, tagged ? ownTagKeys(role) : [], notes);
  if (rest === role.trust) return { ...NOTHING, notes, fate: "kept" };
  const message = `its trust policy still allows ${serviceAccountPath(serviceAccount)}; to remove that statement: --remove-trust`;
  return { ...NOTHING, notes: [...notes, { level: "info", code: "trust-stays", message }], fate: "kept" };
}

function release(
  role: Role,
  trust: NarrowedTrust | undefined,
  unsetTags: readonly string[],
  notes: readonly Note[],
): RoleRemoval {
  const changed = changes(trust, role);
  const edit: EditRole = {
    kind: "edit-role",
    arn: role.arn,
    ...(changed && { trust: { before: role.trust, after: trust } }),
    ...(unsetTags.length > 0 && { unsetTags }),
    observed: roleDigest(role),
  };
  return { changes: [edit], notes, fate: "released", loss: changed ? "at-renewal" : "never" };
}

function changes(trust: NarrowedTrust | undefined, role: Role): trust is NarrowedTrust {
  return trust !== undefined && trust !== role.trust;
}

function deletion(role: Role, { arn }: OwnedRole, { attached, inline, profiles }: RoleParts): Change[] {
  const observed = roleDigest(role);
  const target = { role: arn, roleObserved: observed };
  return [
    ...attached.map((policy) => ({ kind: "detach-policy", ...target, policy }) as const),
    ...inline.map((name) => ({ kind: "delete-inline-policy", ...target, name }) as const),
    ...profiles.map((profile) => ({ kind: "leave-instance-profile", ...target, profile }) as const),
    { kind: "delete-role", arn, observed },
  ];
}

function ownTagKeys({ tags }: Role): string[] {
  const marks = new Set<string>(Object.values(TAG));
  return Object.keys(tags).filter((key) => marks.has(key));
}

/** IAM takes no trust policy without a statement. */
function required(trust: NarrowedTrust | undefined, role: Role): NarrowedTrust {
  if (trust !== undefined) return trust;
  throw new Failure(
    "refused",
    "only-statement",
    `the trust policy of '${role.name}' has no other statement, and IAM requires at least one`,
    {
      facts: [["role", role.arn]],
      advice: "Omit --remove-trust, and ask the role's owner to delete it or change its trust policy",
    },
  );
}

function kept({ name }: Role, why: string): Note {
  return { level: "info", code: "role-stays", message: `role '${name}' is kept: ${why}` };
}

function adopted(role: Role): Note {
  return kept(role, "adopted role; to delete it too: --delete-adopted-role");
}

function shared(role: Role, rest: PolicyDocument, { cluster, ref }: ServiceAccountState): Note {
  const ours = grantKeysFor(cluster, ref).flatMap((key) => grantStatements(role.trust, key)).length;
  const others = listOf(rest.Statement).length;
  const count = others === 1 ? "a statement" : `${others} statements`;
  const beside = ours === 0 ? `${count} not created by irsa` : `${count} in addition to irsa's`;
  return kept(role, `its trust policy has ${beside}`);
}
