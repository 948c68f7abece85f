import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { targetOf } from "../../src/model/change-facts.ts";
import type { Change } from "../../src/model/change.ts";
import { base32Digest, digestOf } from "../../src/model/digest.ts";
import { countTargets, planDigest, type Plan } from "../../src/model/plan.ts";
import { shellCommand } from "../../src/output/shell.ts";
import { aCluster, aDesire, CLOUDWATCH, INLINE, managed, S3_READ } from "../fakes/values.ts";
import { changeOf, planIn } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = managed({ policies: [CLOUDWATCH, S3_READ], inline: INLINE });

async function planOf(desired = aDesire({ associate: true, role: ROLE })): Promise<Plan> {
  const world = aWorld();
  return { cluster: world.cluster, ...(await planIn(world, desired)) };
}

describe("a plan's digest", () => {
  it("is the same for the same plan, however it was put together", async () => {
    const plan = await planOf();
    const again = JSON.parse(JSON.stringify(await planOf())) as Plan;
    expect(planDigest(plan)).toMatch(/^[0-9a-f]{64}$/);
    expect(planDigest(again)).toBe(planDigest(plan));
    const turned = plan.changes.map((change) => Object.fromEntries(Object.entries(change).toReversed()));
    expect(planDigest({ ...plan, changes: turned as unknown as Change[] })).toBe(planDigest(plan));
  });

  it("is another for another cluster, other changes, another order, or other observed things", async () => {
    const plan = await planOf();
    const [first, second, ...rest] = plan.changes as [Change, Change, ...Change[]];
    const others: readonly Plan[] = [
      { ...plan, cluster: aCluster({ arn: aCluster().arn.replace("1111", "9999") }) },
      { ...plan, changes: plan.changes.slice(1) },
      { ...plan, changes: [second, first, ...rest] },
      await planOf(aDesire({ associate: true, role: { ...ROLE, tags: { team: "x" } } })),
    ];
    const digests = [plan, ...others].map(planDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("leaves out what does not matter: notes, and a ServiceAccount's resourceVersion", async () => {
    const world = aWorld().withProvider().withServiceAccount("amazon-cloudwatch/cloudwatch-agent");
    const planned = async (): Promise<Plan> => ({
      cluster: world.cluster,
      ...(await planIn(world, aDesire({ adopt: true }))),
    });
    const before = await planned();
    world.editServiceAccount("amazon-cloudwatch/cloudwatch-agent", () => ({}));
    const after = await planned();
    expect(changeOf(after, "edit-service-account").resourceVersion).not.toBe(
      changeOf(before, "edit-service-account").resourceVersion,
    );
    expect(planDigest({ ...after, notes: [{ level: "info", code: "x", message: "y" }] })).toBe(
      planDigest(before),
    );
  });
});

it("counts things, not calls", async () => {
  const { changes } = await planOf();
  expect(changes).toHaveLength(7);
  expect(countTargets(changes)).toEqual({ create: 4, change: 0, remove: 0 });
  const attach = changes.filter(({ kind }) => kind === "attach-policy");
  expect(countTargets(attach)).toEqual({ create: 0, change: 1, remove: 0 });
  expect(countTargets([])).toEqual({ create: 0, change: 0, remove: 0 });
});

it("names the target of each change; those of a role are one", async () => {
  const { changes } = await planOf();
  expect([...new Set(changes.map(targetOf))]).toEqual([
    expect.stringMatching(/^provider:arn:aws:iam::111122223333:oidc-provider\//),
    expect.stringMatching(/^role:arn:aws:iam::111122223333:role\//),
    "namespace:amazon-cloudwatch",
    "account:amazon-cloudwatch/cloudwatch-agent",
  ]);
});

describe("a digest", () => {
  it("is of what a value says: the order of keys does not count, that of lists does", () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: "x" } })).toBe(digestOf({ b: { d: "x", c: [1, 2] }, a: 1 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    expect(digestOf({ a: undefined })).toBe(digestOf({}));
    const pairs = fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(digestOf(one) === digestOf(other)).toBe(sorted(one) === sorted(other));
    });
    fc.assert(pairs);
  });

  it("in base32 is RFC 4648's of SHA-256, in lower case", () => {
    // sha256("abc") = ba7816bf 8f01cfea …, FIPS 180-2; base32 of its first ten bytes: XJ4BNP4PAHH6UQKB.
    expect(base32Digest("abc", 16)).toBe("xj4bnp4pahh6uqkb");
  });
});

function sorted(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  const keys = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${keys.map(([key, inner]) => `${JSON.stringify(key)}:${sorted(inner)}`).join()}}`;
}

describe("a command line", () => {
  it.each([
    [["irsa", "create-sa", "--name", "a"], "irsa create-sa --name a"],
    [["irsa", "my cluster"], "irsa 'my cluster'"],
    [["it's", "$HOME", ""], String.raw`'it'\''s' '$HOME' ''`],
    [["a;b", "--tag=k=v", "arn:aws:iam::1:role/x,y@z+%"], "'a;b' --tag=k=v arn:aws:iam::1:role/x,y@z+%"],
  ])("%j", (words, line) => {
    expect(shellCommand(words)).toBe(line);
  });
});
