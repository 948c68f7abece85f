import { expect } from "vitest";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import type { ApiRequest, Connection } from "../../src/kubernetes/connection.ts";
import { eventAdapter } from "../../src/kubernetes/events.ts";
import type { ServiceAccountEvent } from "../../src/model/service-account-event.ts";
import { eventWriter } from "../../src/watch/event-writer.ts";
import { FakeEvents } from "../fakes/events.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { SteppedClock } from "../watch/stepped-clock.ts";
import { attack } from "./attack.ts";

const EVENT: ServiceAccountEvent = {
  serviceAccount: aServiceAccount("shop/cart"),
  name: "cart.abc",
  type: "Warning",
  reason: "RoleGone",
  action: "Verify",
  note: "role: gone",
  isOld: false,
};

/** An API server that keeps an Event under a name, of whoever made it first. */
function aServer() {
  const kept = new Map<string, object>();
  const sent: ApiRequest[] = [];
  const answer = ({ method, path, body }: ApiRequest): ApiAnswer => {
    if (path.endsWith("/serviceaccounts/cart")) return { status: 200, body: { metadata: { uid: "u1" } } };
    if (method === "GET") return { status: 200, body: kept.get("cart.abc") };
    if (method === "POST" && kept.has("cart.abc")) return { status: 409, body: { reason: "AlreadyExists" } };
    kept.set("cart.abc", { ...kept.get("cart.abc"), ...(body as object) });
    return { status: 200, body: {} };
  };
  const connection: Connection = {
    server: "https://server",
    identity: { by: "aws" },
    send: async (call) => {
      sent.push(call);
      return answer(call);
    },
    open: async () => Promise.reject(new Error("not expected")),
    pass: async () => Promise.reject(new Error("not expected")),
    close: () => undefined,
  };
  return { kept, sent, events: eventAdapter(connection) };
}

attack(
  "cluster tenant",
  "make an Event under the name that watch --events would use, so that the ServiceAccount looks right and nobody hears that it is broken",
  {
    attack: async () => {
      for (const change of [
        { note: "all is right" },
        { type: "Normal" },
        { reportingController: "tenant" },
        { regarding: { kind: "ServiceAccount", name: "other", uid: "u1" } },
        { series: { count: 2 ** 31 - 1 } },
        { series: { count: -5 } },
      ]) {
        const { kept, sent, events } = aServer();
        await events.recordEvent(EVENT);
        kept.set("cart.abc", { ...kept.get("cart.abc"), ...change });
        for (const isOld of [false, true])
          await expect(events.recordEvent({ ...EVENT, isOld })).rejects.toThrow(
            "another has made 'cart.abc'",
          );
        expect(sent.filter(({ method }) => method === "PATCH")).toEqual([]);
      }
    },
    twin: async () => {
      const { kept, sent, events } = aServer();
      await events.recordEvent(EVENT);
      await events.recordEvent({ ...EVENT, isOld: true });
      expect(sent.filter(({ method }) => method === "PATCH")).toEqual([]);
      await events.recordEvent(EVENT);
      await events.recordEvent(EVENT);
      expect(kept.get("cart.abc")).toMatchObject({ note: "role: gone", series: { count: 3 } });
    },
  },
);

attack(
  "cluster tenant",
  "cause so many Events in one namespace that watch --events leaves out those of others, or writes them hours later",
  {
    attack: async () => {
      const [flood, after] = [1, 2].map((wave) =>
        Array.from({ length: 5_000 }, (_, at) => named(`e${wave}-${at}`, "crowd/loud")),
      );
      const quiet = ["a", "b", "c"].map((name) => named(name, `${name}/quiet`));
      const { told, leftOut } = await written([flood ?? [], quiet, after ?? []], 2_000);
      expect(told).toEqual(expect.arrayContaining(["a", "b", "c"]));
      expect(leftOut).toBe(10_000 + 3 - 1_000);
    },
    twin: async () => {
      const many = Array.from({ length: 1_000 }, (_, at) => named(`e${at}`, "crowd/loud"));
      const { told, leftOut } = await written([many], 300_000);
      expect(told).toEqual(many.map(({ name }) => name));
      expect(leftOut).toBe(0);
    },
  },
);

function named(name: string, of: string): ServiceAccountEvent {
  return { ...EVENT, name, serviceAccount: aServiceAccount(of) };
}

/** The names of the Events that are there after so long, and how many were left out. */
async function written(waves: readonly (readonly ServiceAccountEvent[])[], milliseconds: number) {
  const [events, clock, end] = [new FakeEvents(), new SteppedClock(), new AbortController()];
  let leftOut = 0;
  const onLeftOut = (count: number) => void (leftOut = count);
  const options = { events, clock, isLeading: () => true, onFailure: () => undefined, onLeftOut };
  const { add, run } = eventWriter(options);
  const running = run(end.signal);
  waves.forEach(add);
  await clock.advance(milliseconds);
  end.abort();
  await clock.advance(1_000);
  await running;
  return { told: [...events.told.values()].map(({ name }) => name), leftOut };
}
