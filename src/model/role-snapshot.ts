import { base32Digest, digestOf } from "./digest.ts";
import type { Role, RolePolicies } from "./iam-objects.ts";

/** What a role is and has: who gets in, and what whoever is in may do. */
export type RoleSnapshot = RolePolicies & Pick<Role, "trust" | "boundary">;

/** The snapshot of a role that was read. */
export function snapshotOf(
  { trust, boundary }: Pick<Role, "trust" | "boundary">,
  { attached, inline }: RolePolicies,
): RoleSnapshot {
  return { trust, attached, inline, ...(boundary !== undefined && { boundary }) };
}

/** Its parts, in the order of the tag. */
const PARTS = ["trust", "attached", "inline", "boundary"] as const;

/** A part of a snapshot. */
export type SnapshotPart = (typeof PARTS)[number];

/**
 * A snapshot as a tag's value: 8 base32 characters of the digest of each part, in a fixed order. A later run uses it to
 * find what has changed since. The format never changes, like those of all ownership tags.
 */
export function snapshotTag(snapshot: RoleSnapshot): string {
  return PARTS.map((part) => base32Digest(digestOf(plain(snapshot, part)), 8)).join(" ");
}

/** Which parts differ from the tag; if the tag can't be parsed, all. */
export function changedParts(tag: string, now: RoleSnapshot): readonly SnapshotPart[] {
  const [before, after] = [tag.split(" "), snapshotTag(now).split(" ")];
  return PARTS.filter((_, at) => before[at] !== after[at]);
}

function plain(snapshot: RoleSnapshot, part: SnapshotPart): unknown {
  return part === "attached" ? snapshot.attached.toSorted() : (snapshot[part] ?? null);
}

/** What differs between two states, part by part, in words. */
export function snapshotDifferences(
  before: RoleSnapshot,
  now: RoleSnapshot,
): (readonly [SnapshotPart, string])[] {
  const inline = (name: string): boolean =>
    digestOf(before.inline[name] ?? null) !== digestOf(now.inline[name] ?? null);
  const names = new Set([...Object.keys(before.inline), ...Object.keys(now.inline)]);
  return changedParts(snapshotTag(before), now).map((part) => {
    switch (part) {
      case "trust":
        return [part, `was ${JSON.stringify(before.trust)}, now ${JSON.stringify(now.trust)}`];
      case "attached":
        return [part, gainsAndLosses(before.attached, now.attached).join(", ")];
      case "inline":
        return [part, [...names].filter(inline).toSorted().join(", ")];
      case "boundary":
        return [part, `was ${before.boundary ?? "none"}, now ${now.boundary ?? "none"}`];
    }
  });
}

function gainsAndLosses(before: readonly string[], now: readonly string[]): string[] {
  return [
    ...before.filter((one) => !now.includes(one)).map((one) => `no longer ${one}`),
    ...now.filter((one) => !before.includes(one)).map((one) => `also ${one}`),
  ];
}
