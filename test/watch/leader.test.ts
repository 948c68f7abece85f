import { describe, expect, it } from "vitest";
import type { LeasePort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import type { LeaseRef } from "../../src/model/lease.ts";
import { whileLeading, type Standby } from "../../src/watch/leader.ts";
import { FakeLease } from "../fakes/leases.ts";
import { SteppedClock } from "./stepped-clock.ts";

const LEASE = { namespace: "irsa", name: "irsa-watch" } as LeaseRef;

/** A replica that runs until it is stopped, or loses the Lease. */
function replica(identity: string, leases: LeasePort, clock: SteppedClock, isWrongBy = 0) {
  const stop = new AbortController();
  const standbys: Standby[] = [];
  const seen = { leads: false, isLeading: () => false, ended: undefined as unknown };
  const run = whileLeading(
    {
      leases,
      lease: LEASE,
      identity,
      clock,
      today: () => new Date(clock.now() + isWrongBy),
      signal: stop.signal,
      onStandby: (standby) => standbys.push(standby),
    },
    async (signal, isLeading) => {
      Object.assign(seen, { leads: true, isLeading });
      await clock.sleep(86_400_000, signal);
      seen.leads = false;
    },
  );
  run.then(
    () => (seen.ended = "ended"),
    (error: unknown) => (seen.ended = error),
  );
  return { seen, standbys, stop: () => stop.abort() };
}

const unreachable = async (): Promise<void> => {
  throw new Failure("failed", "unreachable", "the cluster's API server can't be reached");
};
/** As a process that is killed: nothing of it is heard again. */
const silenced = (leases: FakeLease): LeasePort => ({
  getLease: () => leases.getLease(),
  createLease: (ref, record) => leases.createLease(ref, record),
  replaceLease: () => new Promise(() => undefined),
});

describe("whileLeading", () => {
  it("leads alone, and writes who holds the Lease and since when", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    const one = replica("one", leases, clock);
    await clock.advance(30_000);
    expect(one.seen).toMatchObject({ leads: true, ended: undefined });
    expect(leases.held?.record).toEqual({
      holder: "one",
      seconds: 15,
      acquiredAt: "2026-11-20T12:00:00.000000Z",
      renewedAt: "2026-11-20T12:00:30.000000Z",
      transitions: 0,
    });
    one.stop();
    await clock.advance(0);
    expect(one.seen).toMatchObject({ leads: false, ended: "ended" });
  });

  it("lets the other stand by, and lead in seconds when the first one is stopped in order", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    const one = replica("one", leases, clock);
    await clock.advance(0);
    const two = replica("two", leases, clock);
    await clock.advance(60_000);
    expect(two.seen.leads).toBe(false);
    expect(two.standbys.at(-1)).toEqual({ holder: "one" });
    one.stop();
    await clock.advance(5_000);
    expect(two.seen.leads).toBe(true);
    expect(leases.held?.record).toMatchObject({ holder: "two", seconds: 15, transitions: 1 });
  });

  it("leads after one that is killed, and not before its time is over, whatever the clocks of both say", async () => {
    for (const isWrongBy of [-3_600_000, 0, 3_600_000]) {
      const [leases, clock] = [new FakeLease(), new SteppedClock()];
      const killed = silenced(leases);
      const one = replica("one", killed, clock, isWrongBy);
      await clock.advance(0);
      const two = replica("two", leases, clock);
      await clock.advance(14_000);
      expect(two.seen.leads).toBe(false);
      await clock.advance(6_000);
      expect(two.seen.leads).toBe(true);
      // The first one has ended long before: there were never two.
      expect(one.seen.ended).toMatchObject({ code: "lease-lost" });
    }
  });

  it("never has two that may act, whenever the API server answers neither or only one", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    const all = ["one", "two", "three"].map((name) => replica(name, leases, clock));
    for (let second = 0; second < 300; second += 1) {
      leases.before = second % 37 < 13 ? unreachable : async () => undefined;
      await clock.advance(1_000);
      expect(all.filter(({ seen }) => seen.leads && seen.isLeading()).length).toBeLessThan(2);
    }
  });

  it("goes on while the API server is away for less than the deadline, and ends after it", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    const one = replica("one", leases, clock);
    await clock.advance(2_000);
    leases.before = unreachable;
    await clock.advance(7_000);
    expect(one.seen.isLeading()).toBe(true);
    leases.before = async () => undefined;
    await clock.advance(20_000);
    expect(one.seen).toMatchObject({ leads: true, ended: undefined });
    leases.before = unreachable;
    await clock.advance(11_000);
    expect(one.seen.isLeading()).toBe(false);
    expect(one.seen.ended).toMatchObject({ code: "lease-lost", message: "lost the Lease irsa/irsa-watch" });
  });

  it("ends as soon as it reads that another holds the Lease", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    const one = replica("one", leases, clock);
    await clock.advance(0);
    const { record } = leases.held ?? { record: undefined };
    if (record === undefined) throw new Error("nobody holds it");
    leases.held = { record: { ...record, holder: "thief" }, version: "stolen" };
    await clock.advance(5_000);
    expect(one.seen.ended).toMatchObject({ code: "lease-lost" });
    expect(leases.held.record.holder).toBe("thief");
  });

  it("waits while it can't read the Lease, and says why", async () => {
    const [leases, clock] = [new FakeLease(), new SteppedClock()];
    leases.before = unreachable;
    const one = replica("one", leases, clock);
    await clock.advance(20_000);
    expect(one.standbys.at(-1)?.failure?.code).toBe("unreachable");
    leases.before = async () => undefined;
    await clock.advance(5_000);
    expect(one.seen.leads).toBe(true);
  });
});
