import type { EksPort, Receipt } from "../aws/port.ts";
import type { CreateAddon, DeleteAddon, UpdateAddon } from "../model/addon-change.ts";
import { clusterRef } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import { addonDigest } from "../model/observed-digest.ts";
import { expectUnchanged, hasTags, inOrder, orGone } from "./preconditions.ts";

/** Has EKS install the add-on; an identical one was installed by an attempt whose answer was lost. */
export async function createAddon(change: CreateAddon, eks: EksPort): Promise<Receipt> {
  const { name } = clusterRef(change.cluster);
  const { addon, version, resolveConflicts, tags } = change;
  try {
    return await eks.createAddon(name, {
      name: addon,
      ...(version !== undefined && { version }),
      resolveConflicts,
      tags,
    });
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
    const found = await eks.getAddon(name, addon);
    const isSame = found !== undefined && (version ?? found.version) === found.version;
    if (!isSame || !hasTags(found.tags, tags)) throw error;
    return {};
  }
}

/** Re-reads the add-on, then tags it and has EKS update it. */
export async function updateAddon(change: UpdateAddon, eks: EksPort): Promise<Receipt[]> {
  const { name } = clusterRef(change.cluster);
  const { addon, arn, version, resolveConflicts, setTags } = change;
  const found = await eks.getAddon(name, addon);
  expectUnchanged(change.observed, found && addonDigest(found), whatOf(change));
  const isUpdate = version !== undefined || resolveConflicts !== "NONE";
  return inOrder([
    ...(Object.keys(setTags).length === 0 ? [] : [() => eks.tagAddon(arn, setTags)]),
    ...(isUpdate
      ? [() => eks.updateAddon(name, addon, { ...(version !== undefined && { version }), resolveConflicts })]
      : []),
  ]);
}

/** Re-reads the add-on, then has EKS delete it; one that no longer exists, or is being deleted, counts as done. */
export async function deleteAddon(change: DeleteAddon, eks: EksPort): Promise<Receipt> {
  const { name } = clusterRef(change.cluster);
  const found = await eks.getAddon(name, change.addon);
  if (found === undefined || found.status === "DELETING") return {};
  expectUnchanged(change.observed, addonDigest(found), whatOf(change));
  return orGone(eks.deleteAddon(name, change.addon));
}

function whatOf({ addon }: { readonly addon: string }): string {
  return `the add-on ${addon}`;
}
