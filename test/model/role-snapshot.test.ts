import { describe, expect, it } from "vitest";
import {
  changedParts,
  snapshotDifferences,
  snapshotTag,
  type RoleSnapshot,
} from "../../src/model/role-snapshot.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { CLOUDWATCH, INLINE, ownPolicy, S3_READ } from "../fakes/values.ts";

const before: RoleSnapshot = {
  trust: trustPolicy([]),
  attached: [CLOUDWATCH, S3_READ],
  inline: { a: INLINE, b: INLINE },
  boundary: ownPolicy("edge"),
};

describe("the mark of what a role has", () => {
  it("is the same for ever, in whatever order IAM tells it", () => {
    const tag = "d4dcpfbz k7xrmdx6 peighhdi 55cqfahn";
    expect(snapshotTag(before)).toBe(tag);
    expect(
      snapshotTag({ ...before, attached: [S3_READ, CLOUDWATCH], inline: { b: INLINE, a: INLINE } }),
    ).toBe(tag);
  });

  it("fits a tag's value", () => {
    expect(snapshotTag(before)).toMatch(/^([a-z2-7]{8} ?){4}$/);
  });

  const { boundary: _, ...unbounded } = before;
  it.each<readonly [string, RoleSnapshot, string]>([
    ["trust", { ...before, trust: { ...before.trust, Version: "2008-10-17" } }, "2008-10-17"],
    ["attached", { ...before, attached: [CLOUDWATCH] }, `no longer ${S3_READ}`],
    [
      "attached",
      { ...before, attached: [...before.attached, ownPolicy("more")] },
      `also ${ownPolicy("more")}`,
    ],
    ["inline", { ...before, inline: { a: INLINE } }, "b"],
    ["inline", { ...before, inline: { ...before.inline, a: { Statement: [] } } }, "a"],
    ["boundary", unbounded, `was ${ownPolicy("edge")}, now none`],
  ])("tells that %s has changed, and the difference says how", (part, now, says) => {
    expect(changedParts(snapshotTag(before), now)).toEqual([part]);
    expect(snapshotDifferences(before, now)).toEqual([[part, expect.stringContaining(says)]]);
  });

  it("vouches for nothing where it can't be read", () => {
    expect(changedParts("nonsense", before)).toEqual(["trust", "attached", "inline", "boundary"]);
  });
});
