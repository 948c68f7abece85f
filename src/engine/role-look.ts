import { roleRef, type RoleArn } from "../model/arn.ts";
import type { Role } from "../model/iam-objects.ts";
import { roleDigest } from "../model/observed-digest.ts";
import { iamOf, type IamTargets } from "./iam-of.ts";
import { expectUnchanged } from "./preconditions.ts";

/** A change of something attached to a role, as far as the role itself is checked. */
interface OnRole {
  readonly role: RoleArn;
  readonly roleObserved?: string;
}

/**
 * Checks a role before what is attached to it changes: it must be the one that the plan was made for, with its trust
 * policy and tags. A deleted one is a conflict too, unless `mayBeGone`: what is to be removed from it was deleted with
 * it.
 * @throws Failure `conflict`
 */
export type RoleLook = (change: OnRole, mayBeGone?: "mayBeGone") => Promise<void>;

/** The checks of one run: all attachments of a role share one read. */
export function roleLooks(targets: IamTargets): RoleLook {
  const reads = new Map<string, Promise<Role | undefined>>();
  return async ({ role, roleObserved }, mayBeGone) => {
    if (roleObserved === undefined) return;
    const { name } = roleRef(role);
    const key = `${role} ${roleObserved}`;
    const read = reads.get(key) ?? iamOf(role, targets).getRole(name);
    reads.set(key, read);
    const found = await read;
    if (found === undefined && mayBeGone !== undefined) return;
    const now = found?.arn === role ? roleDigest(found) : undefined;
    expectUnchanged(roleObserved, now, `role ${name}`);
  };
}
