import { parseRoleArn, roleRef } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { ACCOUNT_MARK, accountOrigin, MANAGED_BY_LABEL, markedOrigin, type Origin } from "../model/marks.ts";
import { accountDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { HeldRole } from "./held-role.ts";
import type { Holding } from "./holding.ts";
import { ownerOf } from "./owner.ts";
import type { DesiredRemoval, Fate } from "./removal.ts";

/** The account's share of a removal. */
export interface AccountRemoval {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly fate: Fate;
}

/**
 * What becomes of the account. One that we made goes, or with `--keep-account` stays without all that is ours; one that
 * was taken over loses the annotation; anybody else's stays as it is.
 */
export function accountRemoval(
  desired: DesiredRemoval,
  holding: Holding,
  held: HeldRole | undefined,
  roleFate: Fate,
): AccountRemoval {
  const { account } = holding;
  if (account === undefined) return { changes: [], notes: [], fate: "absent" };
  const origin = provenOrigin(account, held);
  if (origin === undefined) return leave(dangling(account, held, roleFate));
  const owner = ownerOf(account);
  if (owner !== undefined) return leave([keptBy(account, owner)]);
  const goes = origin === "created" && !desired.keepAccount;
  if (goes && usesAnother(desired, holding, account, held)) return leave([keptForAnother(account)]);
  const role = held?.role.arn;
  const target = { account: account.ref, role, observed: accountDigest(account) };
  const { resourceVersion } = account;
  if (goes)
    return { changes: [{ kind: "delete-account", ...target, resourceVersion }], notes: [], fate: "deleted" };
  const unsetAnnotations = ownAnnotations(account, origin === "created", isAnothers(desired, account, held));
  const unsetLabels = origin === "created" ? [MANAGED_BY_LABEL] : [];
  const before = Object.fromEntries([
    ...unsetLabels.map((key) => [key, account.labels[key]] as const),
    ...unsetAnnotations.map((key) => [key, account.annotations[key]] as const),
  ]);
  const edit: Change = {
    kind: "edit-account",
    ...target,
    setLabels: {},
    setAnnotations: {},
    unsetLabels,
    unsetAnnotations,
    before,
    resourceVersion,
  };
  return { changes: [edit], notes: [], fate: "released" };
}

function leave(notes: readonly Note[]): AccountRemoval {
  return { changes: [], notes, fate: "kept" };
}

/** Our label alone is anybody's to set: it counts together with our annotation, or with a role of ours. */
function provenOrigin(account: ServiceAccount, held: HeldRole | undefined): Origin | undefined {
  const origin = accountOrigin(account);
  return markedOrigin(account) !== undefined || held?.ownership.kind === "ours" ? origin : undefined;
}

/** Where the role was named, an annotation that names another one is not ours. */
function isAnothers(
  { roleName, foundRole }: DesiredRemoval,
  { annotations }: ServiceAccount,
  held: HeldRole | undefined,
): boolean {
  return (roleName ?? foundRole) !== undefined && annotations[ROLE_ANNOTATION] !== held?.role.arn;
}

/**
 * True if pods get another role by the ServiceAccount than the one that is removed: they rely on it. A role that is named
 * and does not exist is known by its name alone.
 */
function usesAnother(
  { roleName, foundRole }: DesiredRemoval,
  { cluster }: Holding,
  { annotations }: ServiceAccount,
  held: HeldRole | undefined,
): boolean {
  const annotation = annotations[ROLE_ANNOTATION] ?? "";
  if (annotation === "") return false;
  if (held !== undefined) return annotation !== held.role.arn;
  const named = roleName ?? foundRole;
  if (named === undefined) return false;
  const parsed = parseRoleArn(annotation);
  if (!parsed.ok) return true;
  const { account, name } = roleRef(parsed.value);
  return account !== cluster.account || name !== named;
}

/** An audience that stood on an account before we came can't be told from ours: it stays, and means nothing by itself. */
function ownAnnotations({ annotations }: ServiceAccount, created: boolean, anothers: boolean): string[] {
  const ours = [
    ...(anothers ? [] : [ROLE_ANNOTATION, ...(created ? [AUDIENCE_ANNOTATION] : [])]),
    ACCOUNT_MARK,
  ];
  return ours.filter((key) => key in annotations);
}

function dangling({ ref, annotations }: ServiceAccount, held: HeldRole | undefined, roleFate: Fate): Note[] {
  if (held === undefined || roleFate !== "deleted" || annotations[ROLE_ANNOTATION] !== held.role.arn)
    return [];
  const message = `${accountPath(ref)} is not irsa's and keeps its annotation, which names a role that is going: take it out where the account is kept`;
  return [{ level: "warning", code: "annotation-stays", message }];
}

function keptForAnother({ ref, annotations }: ServiceAccount): Note {
  const role = annotations[ROLE_ANNOTATION];
  const message = `${accountPath(ref)} stays: it is annotated with another role, ${role}`;
  return { level: "warning", code: "annotated-other", message };
}

function keptBy({ ref }: ServiceAccount, owner: { name: string; instead: string }): Note {
  const message = `${accountPath(ref)} is kept by ${owner.name}, which would write it anew: take the annotation out ${owner.instead}`;
  return { level: "warning", code: "owned-elsewhere", message };
}
