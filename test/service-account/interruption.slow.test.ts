import { roleRef } from "../../src/model/arn.ts";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import type { When } from "../fakes/calls.ts";
import {
  aDesire,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  ownPolicy,
  ownRole,
  S3_READ,
  anAudience,
  aRoleName,
  EC2,
} from "../fakes/values.ts";
import { applyTo, bringAbout, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

interface Scenario {
  readonly name: string;
  readonly before: () => Promise<World>;
  readonly ask: DesiredServiceAccount;
  /** How many calls of the run write. */
  readonly writes: number;
}

const EVERYTHING = managed({
  policies: [CLOUDWATCH, S3_READ],
  inline: INLINE,
  boundary: ownPolicy("edge"),
  maxSessionSeconds: 7200,
  tags: { team: "payments" },
});
const LEGACY = ownRole("legacy/agent");

async function settled(): Promise<World> {
  const world = aWorld()
    .withPolicy(ownPolicy("edge"))
    .withProvider({ clientIds: ["other"] });
  await bringAbout(world, aDesire({ associate: true }));
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
  world.withProvider({ clientIds: ["other"] });
  return world;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: "from nothing",
    before: async () => aWorld().withPolicy(ownPolicy("edge")),
    ask: aDesire({ associate: true, role: EVERYTHING, labels: { team: "payments" } }),
    writes: 7,
  },
  {
    name: "a repair of everything that can be broken",
    before: settled,
    ask: aDesire({
      associate: true,
      role: EVERYTHING,
      labels: { team: "payments" },
      sharedRoles: [roleRef(aWorld().roleOf(aDesire())).name].map(aRoleName),
    }),
    writes: 8,
  },
  {
    name: "a ServiceAccount taken over, with another audience",
    before: async () =>
      aWorld()
        .withProvider({ clientIds: ["my-app"] })
        .withServiceAccount("amazon-cloudwatch/cloudwatch-agent", { annotations: { note: "kept" } }),
    ask: aDesire({ adopt: true, audience: anAudience("my-app") }),
    writes: 3,
  },
  {
    name: "somebody else's role that is to trust the ServiceAccount",
    before: async () =>
      aWorld()
        .withProvider()
        .withRole(LEGACY, { trust: trustPolicy([EC2]) }, { attached: [CLOUDWATCH] }),
    ask: aDesire({ role: existing(LEGACY), addTrust: true }),
    writes: 3,
  },
];

/** The reads that a plan can do without. */
const ADVISORY = new Set(["iam.listProviders", "iam.listRoles", "iam.getPolicyVersionId", "kubernetes.may"]);

/** A run of `create-sa` that may end anywhere. */
async function runTo(world: World, ask: DesiredServiceAccount): Promise<void> {
  try {
    await applyTo(world, (await planIn(world, ask)).changes);
  } catch {
    // Planning stopped: the run ends there.
  }
}

async function undisturbed({ before, ask }: Scenario) {
  const world = await before();
  world.log.clear();
  await bringAbout(world, ask);
  return { end: world.snapshot(), calls: world.log.calls, writes: world.log.writes };
}

describe.each(SCENARIOS)("$name", (scenario) => {
  const { before, ask } = scenario;

  it("is the run that is meant", async () => {
    const { writes } = await undisturbed(scenario);
    expect(writes).toHaveLength(scenario.writes);
  });

  it.each<When>(["before", "after"])(
    "dying %s one call and then another, the third run finishes it",
    async (when) => {
      const { end, calls } = await undisturbed(scenario);
      for (const first of calls.keys()) {
        for (const second of calls.keys()) {
          const world = await before();
          for (const at of [first, second]) {
            world.log.clear();
            world.log.dieAt(at + 1, when);
            await runTo(world, ask);
          }
          world.log.clear();
          await bringAbout(world, ask);
          expect(world.snapshot(), `died at calls ${first + 1} and ${second + 1}`).toEqual(end);
        }
      }
    },
  );

  it("each read failing in turn: the gating ones stop it, the advisory ones are a warning or nothing", async () => {
    const world = await before();
    world.log.clear();
    await planIn(world, ask);
    for (const [index, { name }] of world.log.calls.entries()) {
      const failing = await before();
      failing.log.clear();
      failing.log.fail(index + 1);
      const outcome = await planIn(failing, ask).then(
        () => "goes on",
        (error: unknown) => (error instanceof Failure ? error.code : "a bug"),
      );
      expect(outcome, name).toBe(ADVISORY.has(name) ? "goes on" : "unreachable");
      expect(failing.log.writes).toEqual([]);
    }
  });

  it("until the end no pod can get half of it: the ServiceAccount is the last to be written", async () => {
    const { writes } = await undisturbed(scenario);
    expect(writes.at(-1)).toMatch(/^kubernetes\.(create|patch)ServiceAccount$/);
    expect(writes.filter((name) => name.endsWith("ServiceAccount"))).toHaveLength(1);
  });

  it("leaves one statement of ours, one role and no ownership tags twice", async () => {
    const world = await before();
    const count = world.iam.roles.size;
    await bringAbout(world, ask);
    const { role } = await planIn(world, ask);
    const ours = listOf(world.role(role).role.trust.Statement).filter(({ Principal }) =>
      JSON.stringify(Principal).includes("oidc-provider"),
    );
    expect(ours).toHaveLength(1);
    expect(world.iam.roles.size - count).toBeLessThanOrEqual(1);
    const marks = world.role(role).role.tags["irsa/attached"]?.split(" ") ?? [];
    expect(new Set(marks).size).toBe(marks.length);
  });
});
