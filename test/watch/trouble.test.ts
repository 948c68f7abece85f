import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { asOf } from "../../src/watch/source-health.ts";
import { WATCHED_KINDS } from "../../src/watch/mirror.ts";
import { associatedShop } from "../verification/associated.ts";
import { annotate, aShop, CART, ROLE, ROLE_KEY } from "../verification/healthy.ts";
import { unreachable } from "../fakes/calls.ts";
import { iamDenies } from "../fakes/iam-answers.ts";
import { eksDenies } from "../fakes/eks.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { POLL_MS, watching, type Watching } from "./watching.ts";

const MINUTES = 5 * POLL_MS;
/** Longer than the longest pause between two tries. */
const BACK_MS = 40_000;

const breakCart = (world: World): void => annotate(world, { [ROLE_KEY]: undefined });
const repairCart = (world: World): void => annotate(world, { [ROLE_KEY]: ROLE });
/** Another ServiceAccount whose role does not exist. */
const addTill = (world: World): void =>
  void world.withServiceAccount("shop/till", { annotations: { [ROLE_KEY]: ownRole("team/till") } });

const ofChains = (events: readonly string[]): readonly string[] =>
  events.filter((event) => event.startsWith("shop/"));

async function begin(build: () => World = aShop): Promise<{ world: World; watch: Watching }> {
  const world = build();
  const watch = await watching(world);
  expect(watch.state().chains.get(CART)?.state).toEqual({ verdict: "works" });
  return { world, watch };
}

/** What is shown of every chain and finding. */
function shown(watch: Watching) {
  const { chains, findings } = watch.state();
  return {
    chains: [...chains].map(([path, { state, isUnknown }]) => [path, state.verdict, isUnknown]),
    findings: [...findings.values()]
      .map(({ finding, isUnknown }): [string, boolean] => [finding.rule, isUnknown])
      .toSorted(([one], [other]) => one.localeCompare(other)),
  };
}

describe("a watch that ends", () => {
  const ENDS = {
    "is continued where it ended": { end: (world: World) => world.watches.drop(), lists: 0 },
    "and is too old is listed again": { end: (world: World) => world.watches.expire(), lists: 1 },
  };

  describe.each(Object.entries(ENDS))("%s", (_name, { end, lists }) => {
    it("without an event, where nothing has changed", async () => {
      const { world, watch } = await begin();
      world.watches.calls.length = 0;
      expect(await watch.change(() => end(world), MINUTES)).toEqual([]);
      const expected = WATCHED_KINDS.flatMap((kind) => [
        ...Array.from({ length: lists }, () => `list ${kind}`),
        `watch ${kind}`,
      ]);
      expect(world.watches.calls.toSorted()).toEqual(expected.toSorted());
      expect(shown(watch).chains).toEqual([[CART, "works", false]]);
      await watch.stop();
    });

    it("and what has changed meanwhile is told once, and nothing twice", async () => {
      const { world, watch } = await begin();
      const meanwhile = (): void => {
        end(world);
        breakCart(world);
        addTill(world);
      };
      expect(ofChains(await watch.change(meanwhile, 0))).toEqual([]);
      expect(ofChains(await watch.change(() => undefined, MINUTES))).toEqual([
        `${CART}: works -> none`,
        "shop/till: none -> role-missing",
      ]);
      expect(await watch.change(() => end(world), MINUTES)).toEqual([]);
      const repaired = await watch.change(() => {
        end(world);
        repairCart(world);
      }, 0);
      expect(ofChains([...repaired, ...(await watch.change(() => undefined, MINUTES))])).toEqual([
        `${CART}: none -> works`,
      ]);
      await watch.stop();
    });
  });

  it("immediately, again and again, is not tried without a pause", async () => {
    const { world, watch } = await begin();
    world.watches.calls.length = 0;
    await watch.change(() => world.watches.expireAll(true), POLL_MS);
    world.watches.expireAll(false);
    expect(world.watches.calls.filter((call) => call === "list pods").length).toBeLessThan(10);
    expect(watch.events()).toEqual([]);
    await watch.change(() => undefined, BACK_MS);
    expect(ofChains(await watch.change(() => breakCart(world)))).toEqual([`${CART}: works -> none`]);
    await watch.stop();
  });
});

describe("the cluster's API server", () => {
  const AWAY: Readonly<Record<string, Failure>> = {
    "is gone": unreachable(),
    "does not accept the token any more": new Failure(
      "denied",
      "unauthorized",
      "the cluster does not recognize this AWS principal",
    ),
    "does not accept the kubeconfig's credentials any more": new Failure(
      "denied",
      "kubeconfig-credentials",
      "the cluster does not accept the credentials of the kubeconfig user 'ci'",
    ),
    "forbids it now": new Failure("denied", "forbidden", "not permitted in the cluster: list pods"),
    "answers with errors": new Failure("failed", "kubernetes-error", "list pods: etcd leader changed"),
  };
  const SOURCES = [...WATCHED_KINDS, "nodeClasses"];
  const LOST = SOURCES.map((kind) => `sourceLost ${kind}`).toSorted();
  const RESTORED = SOURCES.map((kind) => `sourceRestored ${kind}`).toSorted();
  const lose = (world: World, failure: Failure): void => {
    world.watches.lose(failure);
    world.log.lose("kubernetes.", failure);
  };
  const restore = (world: World): void => {
    world.watches.restore();
    world.log.restore("kubernetes.");
  };

  it.each(Object.entries(AWAY))("%s for minutes: that is told once, and so is its return", async (_, why) => {
    const { world, watch } = await begin(() => {
      const built = aShop();
      addTill(built);
      return built;
    });
    const before = shown(watch);
    const fresh = asOf(watch.state().sources).cluster;
    // What was there is gone meanwhile, and what was not is: nothing of it is known.
    const lost = await watch.change(() => {
      lose(world, why);
      breakCart(world);
      world.api.serviceAccounts.delete("shop/till");
    }, MINUTES);
    expect(lost.toSorted()).toEqual(LOST);
    expect(shown(watch).chains).toEqual(before.chains.map(([path, verdict]) => [path, verdict, true]));
    expect(shown(watch).findings).toEqual(before.findings.map(([rule]) => [rule, true]));
    expect(asOf(watch.state().sources).cluster).toBe(fresh);
    expect([...watch.state().sources.values()].flatMap(({ lost }) => lost?.failure.message ?? [])).toContain(
      why.message,
    );
    const back = await watch.change(() => restore(world), BACK_MS);
    expect(back.filter((event) => event.startsWith("source")).toSorted()).toEqual(RESTORED);
    expect(ofChains(back)).toEqual([`${CART}: works -> none`, "shop/till: broken -> none"]);
    expect(new Set(back).size).toBe(back.length);
    expect(await watch.change(() => undefined, MINUTES)).toEqual([]);
    await watch.stop();
  });

  it("is back as it was: nothing else is told, and no token is exchanged again", async () => {
    const { world, watch } = await begin();
    const before = shown(watch);
    await watch.change(() => lose(world, unreachable()), MINUTES);
    world.log.clear();
    // Node classes are polled.
    const back = await watch.change(() => restore(world), POLL_MS);
    expect(back.toSorted()).toEqual(RESTORED);
    expect(shown(watch)).toEqual(before);
    expect(world.log.calls.filter(({ name }) => name.startsWith("sts."))).toEqual([]);
    await watch.stop();
  });

  it("lists a kind, but refuses its watch: that is told once", async () => {
    const { world, watch } = await begin();
    world.watches.refuseWatch("pods", new Failure("denied", "forbidden", "not permitted: watch pods"));
    expect(await watch.change(() => world.watches.drop(), MINUTES)).toEqual(["sourceLost pods"]);
    expect(shown(watch).chains).toEqual([[CART, "works", true]]);
    world.watches.calls.length = 0;
    expect(await watch.change(() => undefined, MINUTES)).toEqual([]);
    expect(world.watches.calls.filter((call) => call === "list pods").length).toBeLessThan(20);
    world.watches.refuseWatch("pods", undefined);
    expect(await watch.change(() => undefined, BACK_MS)).toEqual(["sourceRestored pods"]);
    expect(shown(watch).chains).toEqual([[CART, "works", false]]);
    await watch.stop();
  });
});

describe("AWS", () => {
  const throttled = (action: string): Failure =>
    new Failure("failed", "aws-error", `${action}: Throttling: Rate exceeded`);
  const expired = (): Failure =>
    new Failure("failed", "bad-credentials", "the AWS credentials have expired (ExpiredToken)");
  const TROUBLES: readonly (readonly [string, readonly string[], Failure])[] = [
    ["IAM throttles", ["iam"], throttled("iam:GetAccountAuthorizationDetails")],
    ["IAM denies", ["iam"], iamDenies("listRolesInFull")],
    ["IAM can't be reached", ["iam"], unreachable()],
    ["EKS throttles", ["eks"], throttled("eks:DescribeCluster")],
    ["EKS denies", ["eks"], eksDenies("describeCluster")],
    ["the credentials have expired", ["iam", "eks"], expired()],
    [
      "AWS rejects the credentials",
      ["iam", "eks"],
      new Failure("failed", "bad-credentials", "AWS rejected the credentials: InvalidClientTokenId"),
    ],
    [
      "the SSO session has expired",
      ["iam", "eks"],
      new Failure("failed", "sso-expired", "the SSO session has expired"),
    ],
  ];
  const lose = (world: World, services: readonly string[], failure: Failure): void =>
    services.forEach((service) => world.log.lose(`${service}.`, failure));
  const restore = (world: World, services: readonly string[]): void =>
    services.forEach((service) => world.log.restore(`${service}.`));
  const WAYS = {
    IRSA: { build: aShop, code: "role-missing" },
    "Pod Identity": { build: associatedShop, code: "none" },
  };
  const CASES = Object.entries(WAYS).flatMap(([way, { build, code }]) =>
    TROUBLES.map(([name, services, why]) => ({ way, build, code, name, services, why })),
  );

  it.each(CASES)("$name for some polls ($way): told once, and so is its return", async (one) => {
    const { build, services, why } = one;
    const { world, watch } = await begin(() => {
      const built = build();
      addTill(built);
      return built;
    });
    const before = shown(watch);
    const fresh = asOf(watch.state().sources).aws;
    const lost = await watch.change(() => lose(world, services, why), MINUTES);
    expect(lost.toSorted()).toEqual(services.map((name) => `sourceLost ${name}`).toSorted());
    expect(shown(watch).chains).toEqual(before.chains.map(([path, verdict]) => [path, verdict, true]));
    expect(shown(watch).findings.map(([rule]) => rule)).toEqual(before.findings.map(([rule]) => rule));
    expect(asOf(watch.state().sources).aws).toBe(fresh);
    for (const name of services)
      expect(watch.state().sources.get(name as "iam")?.lost?.failure.message).toContain(why.message);
    const back = await watch.change(() => restore(world, services), POLL_MS);
    expect(back.toSorted()).toEqual(services.map((name) => `sourceRestored ${name}`).toSorted());
    expect(shown(watch)).toEqual(before);
    expect(await watch.change(() => undefined, MINUTES)).toEqual([]);
    await watch.stop();
  });

  it.each(CASES)("$name while something changes ($way): told when it is back", async (one) => {
    const { build, services, why } = one;
    const { world, watch } = await begin(build);
    await watch.change(() => lose(world, services, why), MINUTES);
    const changed = await watch.change(() => {
      world.iam.roles.clear();
      world.associations.clear();
    }, MINUTES);
    const back = await watch.change(() => restore(world, services), 2 * POLL_MS);
    expect(ofChains([...changed, ...back])).toEqual([`${CART}: works -> ${one.code}`]);
    await watch.stop();
  });

  it("exchanges no token again because IAM was away", async () => {
    const { world, watch } = await begin();
    await watch.change(() => lose(world, ["iam"], unreachable()), MINUTES);
    world.log.clear();
    await watch.change(() => undefined, MINUTES);
    expect(world.log.calls.filter(({ name }) => name.startsWith("sts."))).toEqual([]);
    await watch.stop();
  });

  it("has denied it from the beginning: nothing is lost", async () => {
    const world = aShop();
    world.log.deny("iam.listRolesInFull");
    const watch = await watching(world);
    expect(await watch.change(() => undefined, MINUTES)).toEqual([]);
    expect(watch.state().sources.get("iam")?.lost).toBeUndefined();
    expect(shown(watch).chains).toEqual([[CART, "works", false]]);
    await watch.stop();
  });
});

describe("whoever may not try a token", () => {
  const TRIES = ["kubernetes.requestToken", "kubernetes.tryPod"];

  it("is asked for it once an hour, and finds what else changes as ever", async () => {
    const world = aShop();
    TRIES.forEach((name) => world.log.deny(name));
    const watch = await watching(world);
    expect(shown(watch).chains).toEqual([[CART, "unproven", false]]);
    world.log.clear();
    TRIES.forEach((name) => world.log.deny(name));
    const tries = () => world.log.calls.filter(({ name }) => TRIES.includes(name)).length;
    expect(await watch.change(() => undefined, MINUTES)).toEqual([]);
    expect(tries()).toBe(0);
    expect(ofChains(await watch.change(() => breakCart(world), MINUTES))).toEqual([
      "shop/cart: unproven -> none",
    ]);
    await watch.change(() => repairCart(world), MINUTES);
    TRIES.forEach((name) => world.log.restore(name));
    world.log.clear();
    expect(ofChains(await watch.change(() => undefined, 3_600_000 + POLL_MS))).toEqual([
      "shop/cart: unproven -> works",
    ]);
    await watch.stop();
  });
});

describe("whoever the cluster does not recognize for a while", () => {
  it("proves at the next poll what could not be proved then", async () => {
    const { world, watch } = await begin();
    const stranger = new Failure(
      "denied",
      "unauthorized",
      "the cluster does not recognize this AWS principal",
    );
    const tries = ["kubernetes.requestToken", "kubernetes.tryPod"];
    tries.forEach((name) => world.log.lose(name, stranger));
    const changed = await watch.change(() => annotate(world, { [ROLE_KEY]: ROLE, note: "x" }));
    expect(changed).toEqual([`${CART}: works -> unproven`]);
    tries.forEach((name) => world.log.restore(name));
    expect(await watch.change(() => undefined, 2 * POLL_MS)).toEqual([`${CART}: unproven -> works`]);
    await watch.stop();
  });
});

describe("the calls", () => {
  const counted = (world: World): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { name } of world.log.calls) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  /** What docs/watch.md says of a poll; a policy by AWS is its version and then the document. */
  const POLL = {
    "iam.listRolesInFull": 1,
    "iam.listProviders": 1,
    "iam.getProvider": 1,
    "iam.getPolicyVersionId": 1,
    "iam.getPolicyDocument": 1,
    "eks.describeCluster": 1,
    "eks.listClusters": 1,
    "eks.describePodIdentities": 1,
    "eks.describeNodeGroups": 1,
    "eks.describeFargateProfiles": 1,
    "kubernetes.listNodeClasses": 2,
  };
  const inAPoll = async (world: World) => {
    const watch = await watching(world);
    await watch.clock.advance(2 * POLL_MS);
    world.log.clear();
    await watch.clock.advance(POLL_MS);
    return { watch, counts: counted(world) };
  };
  const more = (world: World, count: number): World => {
    const subjects = Array.from({ length: count }, (_, at) => `shop/more-${at}`);
    for (const path of subjects) {
      const role = ownRole(path.replace("shop/", "team/"));
      world.withRole(role, { trust: world.trustOf({ serviceAccount: aServiceAccount(path) }) });
      world.withServiceAccount(path, { annotations: { [ROLE_KEY]: role } });
    }
    return world;
  };

  it.each([1, 20])("of a poll are the same for %d roles more", async (count) => {
    const { watch, counts } = await inAPoll(more(aShop(), count));
    expect(counts).toEqual(POLL);
    await watch.stop();
  });

  it("of a poll are a token, a dry run and an exchange more for each chain that is not known to work", async () => {
    const { watch, counts } = await inAPoll(
      ["one", "two"].reduce(
        (world, name) => world.withServiceAccount(`shop/${name}`, { annotations: { [ROLE_KEY]: ROLE } }),
        aShop(),
      ),
    );
    const tried = { "kubernetes.requestToken": 2, "kubernetes.tryPod": 2, "sts.assumeWithToken": 2 };
    expect(counts).toEqual({ ...POLL, ...tried });
    await watch.stop();
  });

  it("of a poll are four for each role in use where all can't be listed", async () => {
    const own = async (count: number) => {
      const denied = more(aShop(), count);
      denied.log.deny("iam.listRolesInFull");
      const begun = await watching(denied);
      const from = denied.log.calls.length;
      await begun.clock.advance(POLL_MS);
      const calls = denied.log.calls.slice(from).filter(({ name }) => name.startsWith("iam."));
      await begun.stop();
      return calls.length;
    };
    expect((await own(5)) - (await own(1))).toBe(4 * 4);
  });

  it("before bad news are those of a poll, at most once in an interval", async () => {
    const { world, watch } = await begin(() => more(aShop(), 2));
    await watch.clock.advance(2 * POLL_MS);
    world.log.clear();
    expect(ofChains(await watch.change(() => breakCart(world)))).toEqual([`${CART}: works -> none`]);
    expect(counted(world)["iam.listRolesInFull"]).toBe(1);
    expect(ofChains(await watch.change(() => addTill(world)))).toEqual(["shop/till: none -> role-missing"]);
    expect(counted(world)["iam.listRolesInFull"]).toBe(1);
    await watch.stop();
  });
});
