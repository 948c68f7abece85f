import { assert, boolean, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { isPrintable } from "../../src/model/printable.ts";
import type { ServiceAccountEvent } from "../../src/model/service-account-event.ts";
import { clusterEventsOf } from "../../src/watch/cluster-events.ts";
import { eventWriter } from "../../src/watch/event-writer.ts";
import { Failure } from "../../src/model/failure.ts";
import { FakeEvents } from "../fakes/events.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { aShop } from "../verification/healthy.ts";
import { SteppedClock } from "./stepped-clock.ts";
import { watching } from "./watching.ts";

const short = ({ serviceAccount, type, reason, isOld }: ServiceAccountEvent): string =>
  `${serviceAccount.namespace}/${serviceAccount.name} ${type} ${reason}${isOld ? " (old)" : ""}`;

describe("clusterEventsOf", () => {
  it("tells what breaks and is repaired, with the same name in every run", async () => {
    const world = aShop();
    const roles = new Map(world.iam.roles);
    const { rounds, change, stop } = await watching(world);
    expect(rounds.flatMap(clusterEventsOf)).toEqual([]);
    await change(() => world.iam.roles.clear(), 130_000);
    const broken = rounds.flatMap(clusterEventsOf);
    expect(broken.map(short)).toEqual(["shop/cart Warning RoleMissing", "shop/cart Warning RoleGone"]);
    const told = rounds.length;
    await change(() => roles.forEach((role, name) => world.iam.roles.set(name, role)), 130_000);
    expect(rounds.slice(told).flatMap(clusterEventsOf).map(short)).toEqual([
      "shop/cart Normal RoleMissingResolved",
      "shop/cart Normal RoleGoneResolved",
    ]);
    await stop();

    world.iam.roles.clear();
    const again = await watching(world);
    const old = again.rounds.flatMap(clusterEventsOf);
    expect(old.map(short)).toEqual(broken.map((one) => `${short(one)} (old)`));
    expect(old.map(({ name }) => name)).toEqual(broken.map(({ name }) => name));
    await again.stop();
  });

  it("keeps to what the API takes, whatever others wrote", () => {
    const message = string({ unit: "binary", maxLength: 3_000 });
    assert(
      property(message, boolean(), (text, isLong) => {
        const path = `shop/${isLong ? "a.".repeat(120) : "c"}art`;
        const to = { verdict: "broken", link: "role", code: "role-missing", message: text } as const;
        const events = [{ event: "chainChanged", serviceAccount: path, from: undefined, to }] as const;
        const state = { findings: new Map(), chains: new Map(), sources: new Map() };
        const [told, ...more] = clusterEventsOf({ state, events, isFirst: false });
        expect(more).toEqual([]);
        expect(Buffer.byteLength(told?.note ?? "")).toBeLessThanOrEqual(1024);
        expect(isPrintable(told?.note ?? "\n")).toBe(true);
        expect(told?.name).toMatch(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])$/);
      }),
    );
  });
});

const eventOf = (name: string, isOld = false): ServiceAccountEvent => ({
  serviceAccount: aServiceAccount("shop/cart"),
  name,
  type: "Warning",
  reason: "RoleGone",
  action: "Audit",
  note: "role-gone (high): gone",
  isOld,
});

/** A writer at work, on a clock that a test steps. */
function aWriter() {
  const [events, clock, end] = [new FakeEvents(), new SteppedClock(), new AbortController()];
  const said: string[] = [];
  let isLeading = true;
  const writer = eventWriter({
    events,
    clock,
    isLeading: () => isLeading,
    onFailure: (failure) => said.push(failure.message),
    onLeftOut: (count) => said.push(`${count} left out`),
  });
  const run = writer.run(end.signal);
  return {
    events,
    clock,
    said,
    add: writer.add,
    loseLease: () => (isLeading = false),
    stop: async () => {
      end.abort();
      await run;
    },
  };
}

describe("eventWriter", () => {
  it("writes each once, counts what happens again, and not what was told before a restart", async () => {
    const { add, events, clock, stop } = aWriter();
    add([eventOf("a"), eventOf("b")]);
    await clock.advance(1_000);
    add([eventOf("a"), eventOf("b", true)]);
    await clock.advance(1_000);
    expect([...events.told.values()].map(({ name, count }) => [name, count])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    await stop();
  });

  it("writes five a second at most, and leaves out what is too much", async () => {
    const { add, events, clock, said, stop } = aWriter();
    add(Array.from({ length: 1_200 }, (_, number) => eventOf(`e${number}`)));
    expect(said).toEqual(["200 left out"]);
    await clock.advance(10_000);
    expect(events.told.size).toBeGreaterThan(45);
    expect(events.told.size).toBeLessThan(55);
    await stop();
  });

  it("says once that it is not permitted, and tries again only what could not be reached", async () => {
    const { add, events, clock, said, stop } = aWriter();
    let isDenied = true;
    events.before = async () => {
      if (isDenied) throw new Failure("denied", "forbidden", "not permitted in the cluster: create event");
    };
    add([eventOf("a"), eventOf("b")]);
    await clock.advance(30_000);
    expect(said).toEqual(["not permitted in the cluster: create event"]);
    isDenied = false;
    await clock.advance(30_000);
    expect(events.told.size).toBe(0);
    let isAway = true;
    events.before = async () => {
      if (isAway) throw new Failure("failed", "unreachable", "the API server can't be reached");
    };
    add([eventOf("c")]);
    await clock.advance(15_000);
    isAway = false;
    await clock.advance(15_000);
    expect([...events.told.values()].map(({ name, count }) => [name, count])).toEqual([["c", 1]]);
    await stop();
  });

  describe.each([2_000, 8_000, 14_000, 24_000])(
    "while the API server is away, events %i ms apart",
    (pause) => {
      it.each([
        ["in their order", ["broken", "resolved"], ["broken", "resolved"]],
        ["last what is so again", ["broken", "resolved", "broken"], ["resolved", "broken"]],
      ])("are written later, %s", async (_, added, expected) => {
        const { add, events, clock, stop } = aWriter();
        let isAway = true;
        events.before = async () => {
          if (isAway) throw new Failure("failed", "unreachable", "the API server can't be reached");
        };
        for (const name of added) {
          add([eventOf(name)]);
          await clock.advance(pause);
        }
        isAway = false;
        await clock.advance(60_000);
        expect([...events.told.values()].map(({ name }) => name)).toEqual(expected);
        await stop();
      });
    },
  );

  it("writes nothing once another may lead", async () => {
    const { add, events, clock, loseLease, stop } = aWriter();
    loseLease();
    add([eventOf("a")]);
    await clock.advance(5_000);
    expect(events.told.size).toBe(0);
    await stop();
  });
});
