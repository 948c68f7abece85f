import type { IamPort, Receipt } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { roleRef } from "../model/arn.ts";
import type { Change, CreateProvider, CreateRole, EditProvider, EditRole } from "../model/change.ts";
import { Failure, isFailure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { digestOf } from "../model/digest.ts";
import { inlineDigest, providerDigest, roleDigest } from "../model/observed-digest.ts";
import { sameDocument } from "../model/trust-policy/same.ts";

/** What a plan is applied to. */
export interface Targets {
  readonly iam: IamPort;
  /** Absent where a plan holds no change of the cluster. */
  readonly kubernetes: KubernetesPort | undefined;
}

/**
 * Does one change. An edit re-reads its target just before it writes and stops if that is no longer what was
 * observed; a create finds out by itself, since names are unique.
 * @throws Failure `conflict` when the target has changed meanwhile, or what the API refuses
 */
export async function perform(change: Change, { iam, kubernetes }: Targets): Promise<readonly Receipt[]> {
  switch (change.kind) {
    case "create-provider":
      return [await createProvider(change, iam)];
    case "edit-provider":
      return editProvider(change, iam);
    case "create-role":
      return [await createRole(change, iam)];
    case "edit-role":
      return editRole(change, iam);
    case "attach-policy":
      return [await iam.attachPolicy(roleRef(change.role).name, change.policy)];
    case "put-inline-policy": {
      const { name } = roleRef(change.role);
      expectUnchanged(
        change.observed,
        inlineDigest(await iam.getInlinePolicy(name, change.name)),
        change.name,
      );
      return [await iam.putInlinePolicy(name, change.name, change.after)];
    }
    case "create-namespace":
      await ignoringExisting(required(kubernetes).createNamespace(change.namespace));
      return [];
    case "create-account":
      await required(kubernetes).createServiceAccount({ ...change, ref: change.account });
      return [];
    case "edit-account":
      await required(kubernetes).patchServiceAccount({
        ref: change.account,
        labels: change.setLabels,
        annotations: change.setAnnotations,
        resourceVersion: change.resourceVersion,
      });
      return [];
  }
}

/** A create whose answer was lost is tried again by the SDK and then finds its own work: that is done, not a conflict. */
async function createProvider(change: CreateProvider, iam: IamPort): Promise<Receipt> {
  try {
    return await iam.createProvider(change);
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
    const found = await iam.getProvider(change.arn);
    const same = found !== undefined && change.clientIds.every((id) => found.clientIds.includes(id));
    if (!same || !hasTags(found.tags, change.tags)) throw error;
    return {};
  }
}

async function createRole(change: CreateRole, iam: IamPort): Promise<Receipt> {
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

async function editProvider(change: EditProvider, iam: IamPort): Promise<Receipt[]> {
  const found = await iam.getProvider(change.arn);
  expectUnchanged(change.observed, found && providerDigest(found), change.arn);
  const receipts: Receipt[] = [];
  for (const id of change.addClientIds) receipts.push(await iam.addClientId(change.arn, id));
  if (Object.keys(change.setTags).length > 0)
    receipts.push(await iam.tagProvider(change.arn, change.setTags));
  if (change.thumbprints !== undefined)
    receipts.push(await iam.setThumbprints(change.arn, change.thumbprints));
  return receipts;
}

/** Marks first: what is ours must be known as such even if the next call fails. */
async function editRole(change: EditRole, iam: IamPort): Promise<Receipt[]> {
  const { name } = roleRef(change.arn);
  const found = await iam.getRole(name);
  expectUnchanged(change.observed, found && roleDigest(found), `the role ${name}`);
  const receipts: Receipt[] = [];
  if (change.setTags !== undefined) receipts.push(await iam.tagRole(name, change.setTags));
  if (change.trust !== undefined) receipts.push(await iam.setTrust(name, change.trust.after));
  if (change.boundary !== undefined) receipts.push(await iam.setBoundary(name, change.boundary.after));
  if (change.maxSessionSeconds !== undefined) {
    receipts.push(await iam.setMaxSession(name, change.maxSessionSeconds.after));
  }
  return receipts;
}

async function ignoringExisting(create: Promise<void>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
  }
}

function hasTags(found: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return digestOf({ ...found, ...wanted }) === digestOf(found);
}

function expectUnchanged(observed: string, now: string | undefined, what: string): void {
  if (now === observed) return;
  throw new Failure("refused", "conflict", `${what} has been changed since the plan was made`, {
    advice: "Look at the new plan: run the command again without --approve",
  });
}

function required(kubernetes: KubernetesPort | undefined): KubernetesPort {
  if (kubernetes === undefined)
    throw new TypeError("the plan changes the cluster, but there is no connection to it");
  return kubernetes;
}
