import { expect } from "vitest";
import { applyChanges, type Step } from "../../src/engine/apply.ts";
import type { PolicyArn } from "../../src/model/arn.ts";
import { changeable } from "../../src/model/authority.ts";
import type { FromOperator } from "../../src/model/source.ts";
import type { Change } from "../../src/model/change.ts";
import { MANAGED_BY_LABEL, LIST_TAGS, recordsAttachment, TAG } from "../../src/model/ownership-tags.ts";
import { roleDigest } from "../../src/model/observed-digest.ts";
import type { Note } from "../../src/model/plan.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { sameStatement } from "../../src/model/trust-policy/same.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { planOf } from "../config/plan-file.ts";
import { fileOf } from "../config/read.ts";
import { Overlap, type Traffic } from "../fakes/overlap.ts";
import { aDesire, aServiceAccount, aRoleName, awsPolicy, existing, ownRole } from "../fakes/values.ts";
import { VirtualTime } from "../fakes/virtual-time.ts";
import { bringAbout, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const SHARED = ownRole("shared");
const API = ownRole("api");
const S3 = awsPolicy("AmazonS3ReadOnlyAccess");
const AGENT = awsPolicy("CloudWatchAgentServerPolicy");
const ROUNDS = 200;
/** Calls between two hundredths and three tenths of a second, there and back. */
const LATENCY = [10, 150] as const;

const OTHERS: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};
const DENY: Statement = {
  Sid: "Foreign",
  Effect: "Deny",
  Principal: "*",
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
};

/** `create-sa --attach-role-arn R --add-trust` for a ServiceAccount of that name. */
function joining(name: string): DesiredServiceAccount {
  return {
    ...aDesire({ serviceAccount: aServiceAccount(`shop/${name}`) }),
    role: existing(SHARED),
    addTrust: true,
    roleOnly: true,
  };
}

/** How a run ended, and what it said. */
interface Ended {
  readonly isDone: boolean;
  readonly codes: readonly string[];
  readonly notes: readonly Note[];
  readonly writes: number;
}

async function apply(world: World, changes: readonly Change[], time: VirtualTime): Promise<Ended> {
  const steps: Step[] = [];
  const targets = { iam: world.aws.iam, kubernetes: world.kubernetes, clock: time };
  for await (const step of applyChanges(changes, targets)) steps.push(step);
  const done = steps.filter((step) => step.state === "done");
  return {
    isDone: done.length === changes.length,
    codes: steps.flatMap((step) => (step.state === "failed" ? [step.failure.code] : [])),
    notes: done.flatMap(({ notes }) => notes),
    writes: done.length,
  };
}

async function join(overlap: Overlap, name: string, after: number): Promise<Ended> {
  await overlap.time.sleep(after);
  const world = overlap.seen();
  const { changes } = await planIn(world, joining(name));
  return apply(world, changes, overlap.time);
}

/** Runs until all has been done, as its user does who is told of a conflict. */
async function joinAtLast(overlap: Overlap, name: string, after: number): Promise<readonly Ended[]> {
  const tries = [await join(overlap, name, after)];
  while (tries.at(-1)?.isDone !== true && tries.length < 6)
    tries.push(await join(overlap, name, overlap.time.between(0, 500)));
  return tries;
}

const trustOf = (world: World): readonly Statement[] => listOf(world.role(SHARED).role.trust.Statement);
const has = (world: World, wanted: Statement): boolean =>
  trustOf(world).some((one) => sameStatement(one, wanted));
const ours = (world: World, name: string): Statement =>
  webIdentityStatement(world.grantOf({ serviceAccount: aServiceAccount(`shop/${name}`) }));
const codesOf = (tries: readonly Ended[]): readonly string[] =>
  tries.flatMap(({ notes }) => notes.map(({ code }) => code));
const shared = (trust: PolicyDocument = trustPolicy([OTHERS])): World =>
  aWorld().withProvider().withRole(SHARED, { trust });

/** One round: what is lost of what was to be there, and what was said. */
async function round(
  seed: number,
  traffic: Traffic,
): Promise<{ lost: number; merges: number; refused: number }> {
  const time = new VirtualTime(seed);
  const world = shared();
  const overlap = new Overlap(world, time, traffic);
  const runs = await time.pass(
    Promise.all(["cart", "till"].map((name) => joinAtLast(overlap, name, time.between(0, 600)))),
  );
  expect(
    runs.map((tries) => tries.at(-1)?.isDone),
    `seed ${seed}`,
  ).toEqual([true, true]);
  const wanted = [OTHERS, ours(world, "cart"), ours(world, "till")];
  return {
    lost: wanted.filter((one) => !has(world, one)).length,
    merges: runs.flatMap(codesOf).filter((code) => code === "trust-merged").length,
    refused: runs.flat().filter(({ isDone }) => !isDone).length,
  };
}

async function rounds(
  label: string,
  count: number,
  one: (seed: number) => Promise<{ lost: number; merges: number; refused: number }>,
): Promise<void> {
  const sum = { lost: 0, merges: 0, refused: 0 };
  for (let seed = 1; seed <= count; seed += 1) {
    const { lost, merges, refused } = await one(seed);
    expect(lost, `seed ${seed}`).toBe(0);
    sum.merges += merges;
    sum.refused += refused;
  }
  console.log(
    `concurrency: ${label}: ${count} rounds, ${sum.merges} merges, ${sum.refused} refused and run again, ${sum.lost} lost`,
  );
  expect(sum.merges).toBeGreaterThan(0);
}

attack("other IAM user", "M2: two runs that add trust to one role at once lose no statement", {
  attack: () => rounds("two --add-trust", ROUNDS, (seed) => round(seed, { latency: LATENCY })),
  twin: async () => {
    const time = new VirtualTime(1);
    const world = shared();
    const overlap = new Overlap(world, time, { latency: [10, 60] });
    const ended = await time.pass(join(overlap, "cart", 0));
    expect(ended).toMatchObject({ isDone: true, notes: [], writes: 1 });
    // One read before the write, one after it, and one that planned.
    expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(3);
  },
});

/** A file with one ServiceAccount that shares the role, and one that is in every file. */
const clusterFile = (name: string): string =>
  fileOf(
    `metadata: { namespace: shop, name: ${name} }\nattachRoleARN: ${SHARED}`,
    `metadata: { namespace: shop, name: api }\nroleName: api\nattachPolicyARNs: [${S3}, ${AGENT}]`,
  );

async function applyFile(overlap: Overlap, text: string, after: number): Promise<readonly Ended[]> {
  await overlap.time.sleep(after);
  const tries: Ended[] = [];
  while (tries.at(-1)?.isDone !== true && tries.length < 6) {
    if (tries.length > 0) await overlap.time.sleep(overlap.time.between(0, 500));
    const world = overlap.seen();
    const { changes, rows } = await planOf(text, world, { addTrust: true });
    expect(rows.flatMap((row) => (row.state === "failed" ? [row.failure.message] : []))).toEqual([]);
    tries.push(await apply(world, changes, overlap.time));
  }
  return tries;
}

/** The ServiceAccounts of both files; irsa made them, and a role for one of them. */
async function fleet(): Promise<World> {
  const world = shared().withNamespace("shop");
  for (const name of ["cart", "till", "api"])
    world.withServiceAccount(`shop/${name}`, { labels: { [MANAGED_BY_LABEL]: "irsa" } });
  await bringAbout(world, ofApi([]));
  return world;
}

/** `create-sa --role-name api` with these policies, beside those that are attached. */
function ofApi(policies: readonly FromOperator<PolicyArn>[]): DesiredServiceAccount {
  const { role, ...desired } = aDesire({ serviceAccount: aServiceAccount("shop/api") });
  if (role.kind !== "managed") throw new Error("a role of irsa's");
  return { ...desired, role: { ...role, name: aRoleName("api"), policies: [...policies] } };
}

attack("other IAM user", "M2: two runs of apply over one role at once lose neither statement nor mark", {
  attack: () =>
    rounds("two apply -f", ROUNDS, async (seed) => {
      const time = new VirtualTime(seed);
      const world = await fleet();
      const overlap = new Overlap(world, time, { latency: LATENCY });
      const runs = await time.pass(
        Promise.all([
          applyFile(overlap, clusterFile("cart"), time.between(0, 400)),
          applyFile(overlap, clusterFile("till"), time.between(0, 400)),
        ]),
      );
      expect(
        runs.map((tries) => tries.at(-1)?.isDone),
        `seed ${seed}`,
      ).toEqual([true, true]);
      const api = world.role(API);
      const unmarked = api.attached.filter(
        (policy) => !recordsAttachment(api.role.tags[TAG.attached], policy),
      );
      const wanted = [OTHERS, ours(world, "cart"), ours(world, "till")];
      return {
        lost: wanted.filter((one) => !has(world, one)).length + unmarked.length,
        merges: runs.flatMap(codesOf).filter((code) => code.endsWith("-merged")).length,
        refused: runs.flat().filter(({ isDone }) => !isDone).length,
      };
    }),
  twin: async () => {
    const world = await fleet();
    const time = new VirtualTime(1);
    const overlap = new Overlap(world, time, { latency: LATENCY });
    const [ended, ...more] = await time.pass(applyFile(overlap, clusterFile("cart"), 0));
    expect([ended, more]).toMatchObject([{ isDone: true, notes: [] }, []]);
  },
});

async function attachAtLast(
  overlap: Overlap,
  policy: FromOperator<PolicyArn>,
  after: number,
): Promise<readonly Ended[]> {
  await overlap.time.sleep(after);
  const tries: Ended[] = [];
  while (tries.at(-1)?.isDone !== true && tries.length < 6) {
    if (tries.length > 0) await overlap.time.sleep(overlap.time.between(0, 500));
    const world = overlap.seen();
    tries.push(await apply(world, (await planIn(world, ofApi([policy]))).changes, overlap.time));
  }
  return tries;
}

attack(
  "other IAM user",
  "M2 variant: two runs that attach policies to one role at once lose no mark of theirs",
  {
    attack: () =>
      rounds("two --policy-arn", ROUNDS, async (seed) => {
        const time = new VirtualTime(seed);
        const world = await fleet();
        const overlap = new Overlap(world, time, { latency: LATENCY });
        const runs = await time.pass(
          Promise.all([S3, AGENT].map((policy) => attachAtLast(overlap, policy, time.between(0, 400)))),
        );
        expect(
          runs.map((tries) => tries.at(-1)?.isDone),
          `seed ${seed}`,
        ).toEqual([true, true]);
        const { attached, role } = world.role(API);
        const kept = [S3, AGENT].filter(
          (policy) => attached.includes(policy) && recordsAttachment(role.tags[TAG.attached], policy),
        );
        return {
          lost: 2 - kept.length,
          merges: runs.flatMap(codesOf).filter((code) => code === "tags-merged").length,
          refused: runs.flat().filter(({ isDone }) => !isDone).length,
        };
      }),
    twin: async () => {
      const world = await fleet();
      const time = new VirtualTime(1);
      const [ended] = await time.pass(attachAtLast(new Overlap(world, time, { latency: LATENCY }), S3, 0));
      expect(ended).toMatchObject({ isDone: true, notes: [] });
    },
  },
);

/** An edit that adds a mark to a tag as it is then, until it is done. */
async function markAtLast(
  overlap: Overlap,
  tag: (typeof LIST_TAGS)[number],
  mark: string,
): Promise<readonly Ended[]> {
  await overlap.time.sleep(overlap.time.between(0, 400));
  const tries: Ended[] = [];
  while (tries.at(-1)?.isDone !== true && tries.length < 6) {
    if (tries.length > 0) await overlap.time.sleep(overlap.time.between(0, 500));
    const world = overlap.seen();
    const role = await world.aws.iam.getRole("shared");
    if (role === undefined) throw new Error("the role is there");
    const setTags = { [tag]: `${role.tags[tag] ?? ""} ${mark}`.trim() };
    const edit: Change = { kind: "edit-role", arn: changeable(role), setTags, observed: roleDigest(role) };
    tries.push(await apply(world, [edit], overlap.time));
  }
  return tries;
}

for (const tag of LIST_TAGS)
  attack("other IAM user", `M2 variant: two runs that write the tag ${tag} at once lose no mark`, {
    attack: () =>
      rounds(`two edits of ${tag}`, ROUNDS, async (seed) => {
        const time = new VirtualTime(seed);
        const world = shared();
        const overlap = new Overlap(world, time, { latency: LATENCY });
        const marks = ["mine", "theirs"];
        const runs = await time.pass(Promise.all(marks.map((mark) => markAtLast(overlap, tag, mark))));
        expect(
          runs.map((tries) => tries.at(-1)?.isDone),
          `seed ${seed}`,
        ).toEqual([true, true]);
        const kept = new Set(world.role(SHARED).role.tags[tag]?.split(" "));
        return {
          lost: marks.filter((mark) => !kept.has(mark)).length,
          merges: runs.flatMap(codesOf).filter((code) => code === "tags-merged").length,
          refused: runs.flat().filter(({ isDone }) => !isDone).length,
        };
      }),
    twin: async () => {
      const world = shared();
      const time = new VirtualTime(1);
      const [ended] = await time.pass(
        markAtLast(new Overlap(world, time, { latency: LATENCY }), tag, "mine"),
      );
      expect(ended).toMatchObject({ isDone: true, notes: [] });
      expect(world.role(SHARED).role.tags).toEqual({ [tag]: "mine" });
    },
  });

/** A change of somebody else's at a moment of our run; what the run then ends with. */
async function against(
  moment: (overlap: Overlap) => Promise<void>,
  traffic: Traffic = { latency: [50, 50] },
): Promise<{ world: World; ended: Ended }> {
  const time = new VirtualTime(7);
  const world = shared();
  const overlap = new Overlap(world, time, traffic);
  const [ended] = await time.pass(Promise.all([join(overlap, "cart", 0), moment(overlap)]));
  return { world, ended };
}

const adding =
  (statement: Statement) =>
  (trust: PolicyDocument): PolicyDocument => ({
    ...trust,
    Statement: [...listOf(trust.Statement), statement],
  });
const set = (world: World, change: (trust: PolicyDocument) => PolicyDocument): void =>
  world.editRole(SHARED, ({ role }) => ({ role: { ...role, trust: change(role.trust) } }));
const writesOf = ({ log }: World): number => log.writes.filter((name) => name === "iam.setTrust").length;

attack(
  "other IAM user",
  "M2 variant: who writes back what they had read before our write loses nothing, and neither do we",
  {
    // Reads before our write at 0.35 s, and writes after it.
    attack: async () => {
      const { world, ended } = await against(async (overlap) => {
        await overlap.time.sleep(200);
        const read = structuredClone(overlap.world.role(SHARED).role.trust);
        await overlap.time.sleep(500);
        set(overlap.world, () => adding(DENY)(read));
      });
      expect(ended).toMatchObject({ isDone: true, notes: [{ code: "trust-merged" }] });
      expect([OTHERS, DENY, ours(world, "cart")].map((one) => has(world, one))).toEqual([true, true, true]);
    },
    // Who adds to what we wrote is only told of.
    twin: async () => {
      const { world, ended } = await against(async (overlap) => {
        await overlap.time.sleep(700);
        set(overlap.world, adding(DENY));
      });
      expect(ended).toMatchObject({ isDone: true, notes: [{ code: "trust-changed-too" }] });
      expect([has(world, DENY), writesOf(world)]).toEqual([true, 1]);
    },
  },
);

attack(
  "other IAM user",
  "M2 variant: a Deny that is written while our write is on its way is there afterwards",
  {
    attack: async () => {
      const { world, ended } = await against(
        async (overlap) => {
          await overlap.time.sleep(1_500);
          set(overlap.world, adding(DENY));
        },
        { latency: [50, 50], slowWrites: 3_000 },
      );
      expect(ended).toMatchObject({ isDone: true, notes: [{ code: "trust-merged" }] });
      expect([OTHERS, DENY, ours(world, "cart")].map((one) => has(world, one))).toEqual([true, true, true]);
    },
    twin: async () => {
      const { world, ended } = await against(() => Promise.resolve(), {
        latency: [50, 50],
        slowWrites: 3_000,
      });
      expect(ended).toMatchObject({ isDone: true, notes: [] });
      expect(writesOf(world)).toBe(1);
    },
  },
);

attack("other IAM user", "M2 variant: a change between plan and write stops the run before it writes", {
  attack: async () => {
    const { world, ended } = await against(async (overlap) => {
      await overlap.time.sleep(150);
      set(overlap.world, adding(DENY));
    });
    expect(ended).toMatchObject({ isDone: false, codes: ["conflict"] });
    expect([has(world, DENY), writesOf(world)]).toEqual([true, 0]);
  },
  twin: async () => {
    const { ended } = await against(() => Promise.resolve());
    expect(ended).toMatchObject({ isDone: true });
  },
});

attack("other IAM user", "M2 variant: our statement removed again by someone else is not fought for", {
  attack: async () => {
    const { world, ended } = await against(async (overlap) => {
      await overlap.time.sleep(700);
      set(overlap.world, () => trustPolicy([OTHERS]));
    });
    expect(ended).toMatchObject({ isDone: true, notes: [{ code: "not-visible-yet" }] });
    expect([has(world, ours(world, "cart")), writesOf(world)]).toEqual([false, 1]);
  },
  // A read that is half a minute old looks just so, and the statement is there.
  twin: async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const time = new VirtualTime(seed);
      const world = shared();
      const overlap = new Overlap(world, time, { latency: LATENCY, lag: { most: 30_000, share: 0.7 } });
      const ended = await time.pass(join(overlap, "cart", 0));
      expect(ended, `seed ${seed}`).toMatchObject({ isDone: true });
      expect([has(world, ours(world, "cart")), has(world, OTHERS), writesOf(world)]).toEqual([true, true, 1]);
    }
  },
});

attack("other IAM user", "M2 variant: two who go on writing over each other come to an end", {
  attack: async () => {
    const { world, ended } = await against(async (overlap) => {
      for (let at = 0; at < 60; at += 1) {
        await overlap.time.sleep(400);
        const name = `w${at}`;
        set(overlap.world, () => trustPolicy([OTHERS, { ...OTHERS, Sid: name }]));
      }
    });
    expect(ended.isDone).toBe(false);
    expect(ended.codes).toEqual(["conflict"]);
    expect(writesOf(world)).toBeLessThanOrEqual(5);
  },
  twin: async () => {
    const { world, ended } = await against(async (overlap) => {
      for (const Sid of ["One", "Two"]) {
        await overlap.time.sleep(700);
        const read = trustPolicy([OTHERS, { ...DENY, Sid }]);
        set(overlap.world, () => read);
      }
    });
    expect(ended.isDone).toBe(true);
    expect(has(world, ours(world, "cart"))).toBe(true);
  },
});

attack("other IAM user", "M2 variant: a role that is deleted and made again is another role", {
  attack: async () => {
    const made = async (overlap: Overlap, at: number) => {
      await overlap.time.sleep(at);
      overlap.world.editRole(SHARED, ({ role }) => ({ role: { ...role, id: "AROANOTHER" } }));
    };
    // Between plan and write, and right after the write.
    const [before, after] = [
      await against((overlap) => made(overlap, 150)),
      await against((overlap) => made(overlap, 700)),
    ];
    expect([before.ended.codes, writesOf(before.world)]).toEqual([["conflict"], 0]);
    expect(after.ended.codes).toEqual(["conflict"]);
  },
  twin: async () => {
    const { ended } = await against(() => Promise.resolve());
    expect(ended).toMatchObject({ isDone: true });
  },
});
