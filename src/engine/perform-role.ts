import type { IamPort, Receipt } from "../aws/port.ts";
import { roleRef, type PolicyArn } from "../model/arn.ts";
import type {
  CreateRole,
  DeleteInlinePolicy,
  DeleteRole,
  EditRole,
  PutInlinePolicy,
} from "../model/role-change.ts";
import { isFailure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { inlineDigest, roleDigest } from "../model/observed-digest.ts";
import { sameDocument } from "../model/trust-policy/same.ts";
import { expectUnchanged, hasTags, inOrder, orGone } from "./held.ts";

/** Makes the role; one of that name that is just so already was made by a try whose answer was lost. */
export async function createRole(change: CreateRole, iam: IamPort): Promise<Receipt> {
  const { name, path } = roleRef(change.arn);
  try {
    return await iam.createRole({ ...change, name, path });
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
    const found = await iam.getRole(name);
    if (found === undefined || !isAsMade(found, change)) throw error;
    return {};
  }
}

function isAsMade(found: Role, { arn, tags, trust, boundary }: CreateRole): boolean {
  return (
    found.arn === arn &&
    found.boundary === boundary &&
    hasTags(found.tags, tags) &&
    sameDocument(found.trust, trust)
  );
}

/**
 * Marks are set first and fall last: what is ours must be known as such even if the next call fails, so that the same
 * command finds it again.
 */
export async function editRole(change: EditRole, iam: IamPort): Promise<Receipt[]> {
  const { name } = roleRef(change.arn);
  const found = await iam.getRole(name);
  expectUnchanged(change.observed, found && roleDigest(found), `the role ${name}`);
  const { setTags, trust, boundary, maxSessionSeconds, unsetTags } = change;
  return inOrder([
    ...(setTags === undefined ? [] : [() => iam.tagRole(name, setTags)]),
    ...(trust === undefined ? [] : [() => iam.setTrust(name, trust.after)]),
    ...(boundary === undefined ? [] : [() => bound(name, boundary.after, iam)]),
    ...(maxSessionSeconds === undefined ? [] : [() => iam.setMaxSession(name, maxSessionSeconds.after)]),
    ...(unsetTags === undefined ? [] : [() => iam.untagRole(name, unsetTags)]),
  ]);
}

function bound(name: string, boundary: PolicyArn | undefined, iam: IamPort): Promise<Receipt> {
  return boundary === undefined ? iam.deleteBoundary(name) : iam.setBoundary(name, boundary);
}

/** Re-reads the role, then deletes it; one that is gone already is done. */
export async function deleteRole({ arn, observed }: DeleteRole, iam: IamPort): Promise<Receipt> {
  const { name } = roleRef(arn);
  const found = await iam.getRole(name);
  if (found === undefined) return {};
  expectUnchanged(observed, roleDigest(found), `the role ${name}`);
  return orGone(iam.deleteRole(name));
}

/** Re-reads the inline policy, then writes it. */
export async function putInlinePolicy(change: PutInlinePolicy, iam: IamPort): Promise<Receipt> {
  const { name } = roleRef(change.role);
  expectUnchanged(change.observed, inlineDigest(await iam.getInlinePolicy(name, change.name)), change.name);
  return iam.putInlinePolicy(name, change.name, change.after);
}

/** Deletes an inline policy, after another look at what it says if that was shown. */
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
