import type { IamPort, Receipt } from "../aws/port.ts";
import type { CreateProvider, DeleteProvider, EditProvider } from "../model/provider-change.ts";
import { isFailure } from "../model/failure.ts";
import { providerDigest } from "../model/observed-digest.ts";
import { expectUnchanged, hasTags, inOrder, orGone } from "./preconditions.ts";

/** A create whose answer was lost is tried again by the SDK and then finds its own work: that is done, not a conflict. */
export async function createProvider(change: CreateProvider, iam: IamPort): Promise<Receipt> {
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

/** Re-reads the provider, then adds and sets what is planned. */
export async function editProvider(change: EditProvider, iam: IamPort): Promise<Receipt[]> {
  const found = await iam.getProvider(change.arn);
  expectUnchanged(change.observed, found && providerDigest(found), change.arn);
  const { arn, addClientIds, setTags, thumbprints } = change;
  return inOrder([
    ...addClientIds.map((id) => () => iam.addClientId(arn, id)),
    ...(Object.keys(setTags).length === 0 ? [] : [() => iam.tagProvider(arn, setTags)]),
    ...(thumbprints === undefined ? [] : [() => iam.setThumbprints(arn, thumbprints)]),
  ]);
}

/** Re-reads the provider, then deletes it; one that no longer exists counts as done. */
export async function deleteProvider({ arn, observed }: DeleteProvider, iam: IamPort): Promise<Receipt> {
  const found = await iam.getProvider(arn);
  if (found === undefined) return {};
  expectUnchanged(observed, providerDigest(found), arn);
  return orGone(iam.deleteProvider(arn));
}
