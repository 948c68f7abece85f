import type { IamPort, Receipt } from "../aws/port.ts";
import type { EditRole } from "../model/role-change.ts";
import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { LIST_TAGS, mergeHashes } from "../model/ownership-tags.ts";
import type { Note } from "../model/plan.ts";
import { note, type Part } from "./confirm-part.ts";
import { trustPart, type TrustEdit } from "./confirm-trust.ts";
import { confirmed, type WriteState, type Terms } from "./confirm.ts";
import type { Performed } from "./performed.ts";

/** True for an edit of what IAM only takes whole: somebody else's edit of the same part is lost with it, or ours is. */
export function needsConfirming({ trust, boundary, setTags, unsetTags }: EditRole): boolean {
  const tags = new Set([...Object.keys(setTags ?? {}), ...(unsetTags ?? [])]);
  return trust !== undefined || boundary !== undefined || LIST_TAGS.some((tag) => tags.has(tag));
}

/**
 * Reads the role again once its edit was written. Where someone else has written over it, both edits are merged and
 * written again; what others have changed stays.
 * @param before the role as it was read right before the edit
 * @throws Failure `conflict` where the two can't be merged, or others go on
 */
export async function confirmEdit(
  change: EditRole,
  before: Role,
  trust: TrustEdit | undefined,
  iam: IamPort,
  terms: Terms,
): Promise<Performed> {
  const receipts: Receipt[] = [];
  const parts = [
    ...(trust === undefined ? [] : [trustPart(before, trust, iam, receipts, terms)]),
    ...(change.boundary === undefined ? [] : [boundaryPart(before, change.boundary.after)]),
    ...LIST_TAGS.flatMap((tag) => hashesPart(tag, before, change, iam, receipts)),
  ];
  const what = `role ${before.name}`;
  const isThere = await confirmed(
    what,
    async (patience) => {
      const now = await iam.getRole(before.name);
      if (now === undefined || now.id !== before.id) throw goneMeanwhile(before.name);
      return together(parts.map((part) => part.compare(now, patience)));
    },
    terms,
  );
  const notes = parts.flatMap((part) => part.notes());
  const [{ replaced } = { replaced: undefined }] = parts;
  return {
    receipts,
    notes: isThere ? notes : [...notes, notYetVisible(what)],
    ...(replaced !== undefined && { replaced: replaced() }),
  };
}

function together(states: readonly WriteState[]): WriteState {
  const writes = states.flatMap((one) => (one.state === "overwritten" ? [one.write] : []));
  if (writes.length > 0)
    return {
      state: "overwritten",
      write: async () => {
        for (const write of writes) await write();
      },
    };
  return states.find(({ state }) => state === "behind") ?? { state: "there" };
}

/** A boundary has one value: where someone else has set another, nobody can tell which is meant. */
function boundaryPart({ name, boundary: base }: Role, ours: Role["boundary"]): Part {
  return {
    compare({ boundary: now }) {
      if (now === ours) return { state: "there" };
      if (now === base) return { state: "behind" };
      throw new Failure(
        "failed",
        "conflict",
        `another permissions boundary was set on role ${name} in the meantime`,
        {
          facts: [
            ["written", ours ?? "none"],
            ["found", now ?? "none"],
          ],
          advice: "Decide which boundary is right, then run the command again",
          written: true,
        },
      );
    },
    notes: () => [],
  };
}

function hashesPart(
  tag: (typeof LIST_TAGS)[number],
  { name, tags: { [tag]: base } }: Role,
  { setTags = {}, unsetTags = [] }: EditRole,
  iam: IamPort,
  receipts: Receipt[],
): readonly Part[] {
  const ours = setTags[tag];
  if (ours === undefined && !unsetTags.includes(tag)) return [];
  let merges = 0;
  const part: Part = {
    compare({ tags: { [tag]: now } }) {
      const merged = mergeHashes(base, ours, now);
      if (merged === now) return { state: "there" };
      if (now === base) return { state: "behind" };
      return {
        state: "overwritten",
        write: async () => {
          merges += 1;
          receipts.push(
            merged === undefined
              ? await iam.untagRole(name, [tag])
              : await iam.tagRole(name, { [tag]: merged }),
          );
        },
      };
    },
    notes: () =>
      merges > 0
        ? [note("tags-merged", `tag ${tag} of ${name} was changed in the meantime; both changes were merged`)]
        : [],
  };
  return [part];
}

/** IAM shows what was there before, longer than it should. */
export function notYetVisible(what: string): Note {
  return note(
    "not-visible-yet",
    `IAM does not show the change of ${what} yet; run the command again to verify it`,
  );
}

function goneMeanwhile(name: string): Failure {
  return new Failure("failed", "conflict", `role ${name} was deleted or recreated in the meantime`, {
    advice: "Run the command again to see the current plan",
    written: true,
  });
}
