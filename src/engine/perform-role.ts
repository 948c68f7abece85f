import type { IamPort, Receipt } from "../aws/port.ts";
import { roleRef, type PolicyArn } from "../model/arn.ts";
import type {
  CreateRole,
  DeleteInlinePolicy,
  DeleteRole,
  EditRole,
  PutInlinePolicy,
} from "../model/role-change.ts";
import { digestOf } from "../model/digest.ts";
import { Failure, isFailure } from "../model/failure.ts";
import { editedRole } from "../model/edited-role.ts";
import type { Role } from "../model/iam-objects.ts";
import { settingLacks } from "../model/shown-settings.ts";
import { settingsOf } from "../model/role-settings.ts";
import { inlineDigest, roleDigest } from "../model/observed-digest.ts";
import { sameDocument } from "../model/trust-policy/same.ts";
import { confirmEdit, needsConfirming, notYetVisible } from "./confirm-role.ts";
import { writeTrust, type TrustEdit } from "./confirm-trust.ts";
import { confirmed, type Terms } from "./confirm.ts";
import { onceVisible } from "./once-visible.ts";
import { expectUnchanged, hasTags, inOrder, orGone } from "./preconditions.ts";
import { asPlanned, type Performed } from "./performed.ts";

/** Creates the role; an identical one of that name was created by an attempt whose answer was lost. */
export async function createRole(change: CreateRole, iam: IamPort, terms: Terms): Promise<Receipt> {
  const { name, path } = roleRef(change.arn);
  try {
    return await onceVisible(() => iam.createRole({ ...change, name, path }), terms);
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
    const found = await iam.getRole(name);
    if (found === undefined || !isAsMade(found, change)) throw error;
    return {};
  }
}

function isAsMade(found: Role, role: CreateRole): boolean {
  return (
    found.arn === role.arn &&
    found.boundary === role.boundary &&
    settingLacks(found, role).length === 0 &&
    hasTags(found.tags, role.tags) &&
    sameDocument(found.trust, role.trust)
  );
}

/**
 * Ownership tags are set first and removed last: what is ours must be known as such even if the next call fails, so that
 * the same command finds it again. What IAM takes only whole is read again right before the write and after it.
 */
export async function editRole(change: EditRole, iam: IamPort, terms: Terms): Promise<Performed> {
  const { name } = roleRef(change.arn);
  const found = await iam.getRole(name);
  expectUnchanged(change.observed, found && roleDigest(found), `role ${name}`);
  const { setTags, trust, boundary, unsetTags } = change;
  let written: TrustEdit | undefined;
  const receipts = await inOrder([
    ...(setTags === undefined ? [] : [() => iam.tagRole(name, setTags)]),
    ...(trust === undefined
      ? []
      : [
          async () => {
            const { receipt, ...edit } = await setTrust(change, trust, iam, terms);
            written = edit;
            return receipt;
          },
        ]),
    ...(boundary === undefined ? [] : [() => bound(name, boundary.after, iam)]),
    ...settingWrites(change, found, iam),
    ...(unsetTags === undefined ? [] : [() => iam.untagRole(name, unsetTags)]),
  ]);
  if (found === undefined || !needsConfirming(change)) return asPlanned(receipts);
  const seen = await confirmEdit(change, found, written, iam, terms);
  return { ...seen, receipts: [...receipts, ...seen.receipts] };
}

/** Where a write came before, the trust policy is read once more: what is written over must have been seen just now. */
async function setTrust(
  { arn, setTags }: EditRole,
  { before, after }: NonNullable<EditRole["trust"]>,
  iam: IamPort,
  terms: Terms,
): ReturnType<typeof writeTrust> {
  const { name } = roleRef(arn);
  if (setTags !== undefined) {
    const now = await iam.getRole(name);
    expectUnchanged(digestOf(before), now && digestOf(now.trust), `the trust policy of ${name}`);
  }
  return writeTrust(name, after, iam, terms);
}

/**
 * What one UpdateRole sets. It sets what the edit leaves, too, as it was found: IAM takes a duration that is not given for
 * one hour.
 */
function settingWrites(change: EditRole, found: Role | undefined, iam: IamPort): (() => Promise<Receipt>)[] {
  const { boundary: _, ...edits } = settingsOf(change);
  if (found === undefined || Object.keys(edits).length === 0) return [];
  const after = editedRole(found, change);
  return [() => iam.setRoleSettings(found.name, after)];
}

function bound(name: string, boundary: PolicyArn | undefined, iam: IamPort): Promise<Receipt> {
  return boundary === undefined ? iam.deleteBoundary(name) : iam.setBoundary(name, boundary);
}

/** Re-reads the role, then deletes it; one that no longer exists counts as done. */
export async function deleteRole({ arn, observed }: DeleteRole, iam: IamPort): Promise<Receipt> {
  const { name } = roleRef(arn);
  const found = await iam.getRole(name);
  if (found === undefined) return {};
  expectUnchanged(observed, roleDigest(found), `role ${name}`);
  return orGone(iam.deleteRole(name));
}

/**
 * Re-reads the inline policy, then writes it. An existing one is read again afterwards: if two runs wrote it
 * concurrently, the other's document is kept and reported.
 */
export async function putInlinePolicy(
  change: PutInlinePolicy,
  iam: IamPort,
  terms: Terms,
): Promise<Performed> {
  const { name } = roleRef(change.role);
  const { name: policy, after } = change;
  const before = await iam.getInlinePolicy(name, policy);
  expectUnchanged(change.observed, inlineDigest(before), policy);
  const receipt = await iam.putInlinePolicy(name, policy, after);
  if (before === undefined) return asPlanned([receipt]);
  const what = `the inline policy ${policy} of ${name}`;
  const isThere = await confirmed(
    what,
    async () => {
      const now = await iam.getInlinePolicy(name, policy);
      if (now !== undefined && sameDocument(now, after)) return { state: "there" };
      if (now !== undefined && sameDocument(now, before)) return { state: "behind" };
      throw overwrittenInline(what);
    },
    terms,
  );
  return { receipts: [receipt], notes: isThere ? [] : [notYetVisible(what)], replaced: before };
}

function overwrittenInline(what: string): Failure {
  return new Failure("failed", "conflict", `${what} was changed in the meantime`, {
    advice: "Review the current policy, then run the command again",
    written: true,
  });
}

/** Deletes an inline policy, after re-reading its document if that was shown. */
export async function deleteInlinePolicy(
  { role, name: policy, before }: DeleteInlinePolicy,
  iam: IamPort,
): Promise<Receipt> {
  const { name } = roleRef(role);
  if (before !== undefined) {
    const found = await iam.getInlinePolicy(name, policy);
    if (found === undefined) return {};
    expectUnchanged(inlineDigest(before), inlineDigest(found), `the inline policy ${policy}`);
  }
  return orGone(iam.deleteInlinePolicy(name, policy));
}
