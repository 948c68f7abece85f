import { expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { aShop, ROLE_KEY } from "../verification/healthy.ts";
import { POLL_MS, watching, type Watching } from "./watching.ts";

const SERVICE_ACCOUNTS = 12;
const PER_MINUTE = 2_000;
const MINUTES = 3;
/** So many changes come together. */
const AT_ONCE = 10;

const pathAt = (at: number): string => `shop/busy-${at % SERVICE_ACCOUNTS}`;
const roleAt = (at: number) => ownRole(`team/busy-${at % SERVICE_ACCOUNTS}`);

function aBusyShop(): World {
  const world = aShop();
  for (let at = 0; at < SERVICE_ACCOUNTS; at += 1) {
    const serviceAccount = aServiceAccount(pathAt(at));
    world.withRole(roleAt(at), { trust: world.trustOf({ serviceAccount }) });
    world.withServiceAccount(pathAt(at), { annotations: { [ROLE_KEY]: roleAt(at) } });
  }
  return world;
}

/** One in fifty breaks or repairs a ServiceAccount; the others are pods that come, go and change. */
function changeOne(world: World, at: number): void {
  const { pods } = world.api;
  if (at % 50 === 0) {
    const role = (at / 50) % 3 === 0 ? ownRole("team/gone") : roleAt(at / 50);
    world.withServiceAccount(pathAt(at / 50), { annotations: { [ROLE_KEY]: role } });
  } else if (at % 3 === 0 || pods.length < 20) {
    world.withPod({ ...podLike(world), name: `busy-${at}` });
  } else if (at % 3 === 1) {
    pods.splice(at % pods.length, 1);
  } else {
    const index = at % pods.length;
    const pod = pods[index];
    if (pod !== undefined) pods[index] = { ...pod, phase: at % 2 === 0 ? "Running" : "Pending" };
  }
}

function podLike(world: World) {
  const [pod] = world.api.pods;
  if (pod === undefined) throw new Error("no pod");
  return pod;
}

/** What goes wrong meanwhile, by the number of the change. */
const TROUBLES: Readonly<Record<number, (world: World) => void>> = {
  900: ({ watches }) => watches.drop(),
  1_800: ({ watches }) => watches.expire(),
  2_700: ({ log }) => log.lose("iam.", new Failure("failed", "aws-error", "iam: Throttling: Rate exceeded")),
  3_600: ({ log }) => log.restore("iam."),
  4_200: ({ watches }) => watches.lose(),
  4_700: ({ watches }) => watches.restore(),
};

/** The states of each ServiceAccount, as its events tell them one after another. */
function storiesIn(watch: Watching): ReadonlyMap<string, readonly (readonly [from: string, to: string])[]> {
  const stories = new Map<string, (readonly [string, string])[]>();
  for (const event of watch.rounds.flatMap(({ events }) => events)) {
    if (event.event !== "chainChanged") continue;
    const { serviceAccount, from, to } = event;
    const told = [from?.code ?? from?.verdict ?? "none", to?.code ?? to?.verdict ?? "none"] as const;
    stories.set(serviceAccount, [...(stories.get(serviceAccount) ?? []), told]);
  }
  return stories;
}

it("keeps up with 2,000 changes a minute while watches, the API server and IAM fail, and tells each state once", async () => {
  const world = aBusyShop();
  const watch = await watching(world);
  const changes = PER_MINUTE * MINUTES;
  for (let at = 0; at < changes; at += AT_ONCE) {
    for (let one = at; one < at + AT_ONCE; one += 1) changeOne(world, one);
    TROUBLES[at]?.(world);
    await world.watches.deliver();
    await watch.clock.advance((60_000 / PER_MINUTE) * AT_ONCE);
  }
  await watch.change(() => undefined, 2 * POLL_MS);
  const state = watch.state();
  expect([...state.sources].filter(([, { lost }]) => lost !== undefined)).toEqual([]);
  expect([...state.chains.values()].filter(({ isUnknown }) => isUnknown)).toEqual([]);
  for (let at = 0; at < SERVICE_ACCOUNTS; at += 1) {
    const annotated = world.api.serviceAccounts.get(pathAt(at))?.annotations[ROLE_KEY];
    const is = annotated === roleAt(at) ? "works" : "broken";
    expect([pathAt(at), state.chains.get(pathAt(at))?.state.verdict]).toEqual([pathAt(at), is]);
  }
  for (const [path, told] of storiesIn(watch)) {
    expect(told.length, path).toBeGreaterThan(0);
    for (const [from, to] of told) expect(from, path).not.toBe(to);
    expect(
      told.slice(1).map(([from]) => from),
      path,
    ).toEqual(told.slice(0, -1).map(([, to]) => to));
  }
  // Evaluations wait for one another: there are fewer than changes, however many come.
  expect(watch.rounds.length).toBeLessThan(changes / AT_ONCE + 100);
  const fresh = await watching(world);
  const statesIn = ({ chains }: typeof state) =>
    Object.fromEntries([...chains].map(([path, held]) => [path, held.state]));
  expect(statesIn(state)).toEqual(statesIn(fresh.state()));
  expect([...state.findings.keys()].toSorted()).toEqual([...fresh.state().findings.keys()].toSorted());
  await fresh.stop();
  await watch.stop();
});

it("rests after an evaluation that took long, and tells without delay what comes after the rest", async () => {
  const world = aBusyShop();
  const watch = await watching(world);
  const annotate = (role: RoleArn, milliseconds: number) =>
    watch.change(
      () => void world.withServiceAccount(pathAt(0), { annotations: { [ROLE_KEY]: role } }),
      milliseconds,
    );
  const [broken, repaired] = [`${pathAt(0)}: works -> role-missing`, `${pathAt(0)}: broken -> works`];
  // Before bad news AWS is read once more.
  const takeLong = () => world.log.before("iam.listRolesInFull", () => watch.clock.jump(4_000));
  takeLong();
  expect(await annotate(ownRole("team/gone"), 1_000)).toContain(broken);
  expect(await annotate(roleAt(0), 2_000)).toEqual([]);
  expect(await watch.change(() => undefined, 2_000)).toContain(repaired);
  await watch.change(() => undefined, 2 * POLL_MS);
  takeLong();
  expect(await annotate(ownRole("team/gone"), 1_000)).toContain(broken);
  await watch.change(() => undefined, 20_000);
  expect(await annotate(roleAt(0), 1_000)).toContain(repaired);
  await watch.stop();
});
