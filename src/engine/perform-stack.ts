import type { CloudFormationPort, IamPort, Receipt } from "../aws/port.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import { digestOf } from "../model/digest.ts";
import { afterWriting, Failure, isFailure } from "../model/failure.ts";
import { changedParts, snapshotDifferences, snapshotOf } from "../model/role-snapshot.ts";
import { TAG } from "../model/ownership-tags.ts";
import { sleep } from "../model/sleep.ts";
import { canBeUpdated, isGone, isMoving, isTorn, type Stack } from "../model/stack.ts";
import type { ConfirmRelease, DeleteStack, Noted, RetainStack } from "../model/stack-change.ts";
import { readTemplate, retainsAll } from "../model/stack-template.ts";
import { expectUnchanged, orGone } from "./preconditions.ts";

const PAUSE_MS = { first: 250, most: 5_000 };
/** As long as the deletion of a stack without work to do could ever take. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Updates the stack's template and waits. The template is read before and after: what is up to date is not written, and
 * what CloudFormation then has is believed, not its answer.
 * @throws Failure `conflict`, `stack-state`, `stack-keeps-nothing`, `stack-slow`
 */
export async function retainStack(
  change: RetainStack,
  cloudFormation: CloudFormationPort,
): Promise<Receipt[]> {
  const { stack, observed } = change;
  const found = await settled(stack, cloudFormation);
  if (found === undefined || isGone(found)) return [];
  const template = await cloudFormation.getTemplate(stack.id);
  if (retains(template)) return [];
  expectUnchanged(observed, template && digestOf(template), `the template of stack ${stack.name}`);
  if (!canBeUpdated(found)) throw notUpdatable(found);
  const receipt = await orNotUpdated(cloudFormation.setTemplate({ ...change, stackId: stack.id }));
  const now = await afterWrite(settled(stack, cloudFormation));
  await afterWrite(expectRetained(stack, now, cloudFormation));
  return [receipt];
}

/**
 * Deletes the stack and waits, once its template is seen to retain everything and the role to be what was noted; one
 * that is going already is waited for.
 * @throws Failure `conflict`, `stack-keeps-nothing`, `stack-stays`, `stack-slow`
 */
export async function deleteStack(
  change: DeleteStack,
  cloudFormation: CloudFormationPort,
  iam: IamPort,
): Promise<Receipt[]> {
  const { stack } = change;
  const found = await settled(stack, cloudFormation);
  if (found === undefined || isGone(found)) return [];
  await expectRetained(stack, found, cloudFormation);
  await expectAsNoted(change, iam);
  const lifted = found.isProtected ? [await cloudFormation.setTerminationProtection(stack.id, false)] : [];
  const deletion = orGone(cloudFormation.deleteStack(stack.id));
  const deleted = await (lifted.length === 0 ? deletion : afterWrite(deletion));
  const now = await afterWrite(settled(stack, cloudFormation));
  if (now !== undefined && !isGone(now)) throw stays(now);
  return [...lifted, deleted];
}

/**
 * Compares the role with its recorded state, and removes the tag that records it.
 * @throws Failure `release-differs` with the differences
 */
export async function confirmRelease(change: ConfirmRelease, iam: IamPort): Promise<Receipt[]> {
  const { name } = roleRef(change.role);
  const changed = await changesSince(change, iam);
  if (changed.length > 0) {
    const message = `role ${name} has changed since before its stack was deleted`;
    throw new Failure("failed", "release-differs", message, {
      facts: changed,
      advice: "It was changed in the meantime; review it, then remove the tag irsa/releasing",
      written: true,
    });
  }
  // Not asked first whether it is there: IAM may not tell yet.
  return [await iam.untagRole(name, [TAG.releasing])];
}

/** The last check before what can't be undone. */
async function expectAsNoted(change: DeleteStack, iam: IamPort): Promise<void> {
  const changed = await changesSince(change, iam);
  if (changed.length === 0) return;
  const message = `the role ${roleRef(change.role).name} has changed since the plan was made`;
  throw new Failure("refused", "conflict", message, {
    facts: changed,
    advice: "Its stack was not deleted. Run the command again without --approve to review the new plan",
  });
}

/** How the role differs from its recorded state, in words. */
async function changesSince(
  { role: arn, before, snapshot }: Noted & { readonly role: RoleArn },
  iam: IamPort,
): Promise<readonly (readonly [string, string])[]> {
  const { name } = roleRef(arn);
  const [role, details] = await Promise.all([iam.getRole(name), iam.getRoleDetails(name)]);
  if (role === undefined || details === undefined) return [["role", "was deleted"]];
  const now = snapshotOf(role, details);
  if (snapshot !== undefined) return snapshotDifferences(snapshot, now);
  return changedParts(before, now).map((part) => [part, "differs from what was recorded"] as const);
}

/** The stack once CloudFormation has finished; `undefined` if it was deleted. */
async function settled(
  { id, name }: RetainStack["stack"],
  cloudFormation: CloudFormationPort,
): Promise<Stack | undefined> {
  const begun = performance.now();
  for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 1.5, PAUSE_MS.most)) {
    const found = await cloudFormation.getStack(id);
    if (found === undefined || !isMoving(found)) return found;
    if (performance.now() - begun > PATIENCE_MS) throw slow(name, found.status);
    await sleep(pause, undefined);
  }
}

function retains(template: string | undefined): boolean {
  return retainsAll(template === undefined ? undefined : readTemplate(template));
}

async function expectRetained(
  { id, name }: RetainStack["stack"],
  found: Stack | undefined,
  cloudFormation: CloudFormationPort,
): Promise<void> {
  const isHalfWay = found !== undefined && isTorn(found);
  if (!isHalfWay && retains(await cloudFormation.getTemplate(id))) return;
  const reason = found?.reason === undefined ? [] : [["CloudFormation", found.reason] as const];
  const why = isHalfWay
    ? "its last update did not complete"
    : "not every resource of its template has DeletionPolicy Retain";
  throw new Failure(
    "failed",
    "stack-keeps-nothing",
    `stack ${name} ${isHalfWay ? "could" : "would"} delete its role: ${why}`,
    {
      facts: [["state", found?.status ?? "not found"], ...reason],
      advice: "It was not deleted, and its resources were not changed",
    },
  );
}

async function orNotUpdated(update: Promise<Receipt>): Promise<Receipt> {
  try {
    return await update;
  } catch (error) {
    if (!isFailure(error, "not-updated")) throw error;
    return {};
  }
}

async function afterWrite<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw afterWriting(error);
  }
}

function notUpdatable({ name, status, reason }: Stack): Failure {
  return new Failure("refused", "stack-state", `stack ${name} can't be updated safely in its state`, {
    facts: [["state", status], ...(reason === undefined ? [] : [["CloudFormation", reason] as const])],
    advice: "An update would continue what failed, with your permissions. Roll the stack back first",
  });
}

function stays({ name, status, reason }: Stack): Failure {
  return new Failure("failed", "stack-stays", `stack ${name} could not be deleted`, {
    facts: [["state", status], ...(reason === undefined ? [] : [["CloudFormation", reason] as const])],
    advice: "Its role and policies are kept (DeletionPolicy Retain)",
    written: true,
  });
}

function slow(name: string, status: string): Failure {
  return new Failure("failed", "stack-slow", `stack ${name} is still ${status}`, {
    advice: "Wait until CloudFormation has finished with it",
  });
}
