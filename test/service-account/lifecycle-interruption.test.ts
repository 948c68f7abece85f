import { describe, expect, it } from "vitest";
import { providerMarks } from "../../src/model/marks.ts";
import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { observeRemoval } from "../../src/oidc-association/observe-removal.ts";
import { planProviderRemoval } from "../../src/oidc-association/plan-removal.ts";
import { aDesire, CLOUDWATCH, INLINE, managed, ownPolicy, S3_READ } from "../fakes/values.ts";
import { applyAll, applyTo, aRemoval, bringAbout, removalIn, updateIn } from "../fakes/walk.ts";
import { WEATHER } from "../fakes/weather.ts";
import { aWorld, type World } from "../fakes/world.ts";

interface Scenario {
  readonly name: string;
  readonly before: () => Promise<World>;
  readonly plan: (world: World) => ReturnType<typeof planOf>;
  /** How many calls of the run write. */
  readonly writes: number;
}

async function planOf(world: World, changes = {}) {
  return (await removalIn(world, aRemoval(changes))).changes;
}

const FULL = managed({ name: "mine" as never, policies: [CLOUDWATCH, S3_READ], inline: INLINE });
const EC2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

async function settled(adopt = false): Promise<World> {
  const world = aWorld().withProvider();
  if (adopt) world.withAccount("amazon-cloudwatch/cloudwatch-agent", { annotations: { note: "x" } });
  const { role } = await bringAbout(world, aDesire({ role: FULL, adopt }));
  world.editRole(role, (found) => ({
    profiles: ["nodes"],
    role: { ...found.role, tags: { ...found.role.tags, old: "x" } },
  }));
  return world;
}

async function shared(): Promise<World> {
  const world = await settled();
  const [stored] = [...world.iam.roles.values()];
  if (stored === undefined) throw new Error("no role");
  const trust = { ...stored.role.trust, Statement: [EC2, ...listOf(stored.role.trust.Statement)] };
  world.editRole(stored.role.arn, ({ role }) => ({ role: { ...role, trust } }));
  return world;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "everything that irsa made", before: () => settled(), plan: planOf, writes: 6 },
  { name: "a role for an account that was taken over", before: () => settled(true), plan: planOf, writes: 6 },
  { name: "a role that others rely on", before: shared, plan: planOf, writes: 3 },
  {
    name: "the account alone",
    before: () => settled(),
    plan: (world) => planOf(world, { keepRole: true }),
    writes: 1,
  },
  {
    name: "an update of everything that can be changed",
    before: async () => (await settled()).withPolicy(ownPolicy("edge")).withPolicy(ownPolicy("more")),
    plan: async (world) => [
      ...(
        await updateIn(world, {
          policies: { kind: "exactly", policies: [S3_READ, ownPolicy("more")] },
          inline: "remove",
          boundary: { set: ownPolicy("edge") },
          maxSessionSeconds: 7200,
          setTags: { team: "payments" },
          unsetTags: ["old"],
          setLabels: { team: "payments" },
        })
      ).changes,
    ],
    writes: 9,
  },
  {
    name: "the provider",
    before: async () => {
      const world = aWorld();
      return world.withProvider({ tags: providerMarks(world.cluster) });
    },
    plan: async ({ aws, cluster }) => [
      ...planProviderRemoval({ force: false, foreign: false }, await observeRemoval(aws.iam, cluster, true))
        .changes,
    ],
    writes: 1,
  },
];

async function undisturbed({ before, plan }: Scenario) {
  const world = await before();
  world.log.clear();
  await applyAll(world, await plan(world));
  return { end: world.snapshot(), calls: world.log.calls, writes: world.log.writes };
}

describe.each(SCENARIOS)("$name", (scenario) => {
  const { before, plan } = scenario;

  it("is the run that is meant", async () => {
    expect((await undisturbed(scenario)).writes).toHaveLength(scenario.writes);
  });

  it.each(WEATHER)("whichever call %s, the same command again finishes it", async (_what, disturb) => {
    const { end, calls } = await undisturbed(scenario);
    for (const [index, { name }] of calls.entries()) {
      const world = await before();
      world.log.clear();
      disturb(world, index + 1);
      await plan(world).then(
        (changes) => applyTo(world, changes),
        () => undefined,
      );
      world.log.clear();
      await applyAll(world, await plan(world));
      expect(world.snapshot(), `disturbed at call ${index + 1}, ${name}`).toEqual(end);
      expect(await plan(world)).toEqual([]);
    }
  });
});
