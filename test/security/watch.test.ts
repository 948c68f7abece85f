import { expect } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { handOut, keepSecret } from "../../src/model/secrets.ts";
import { screenLines } from "../../src/output/watch-screen.ts";
import { FIRST_VIEW } from "../../src/output/watch-view.ts";
import { noChanges } from "../../src/watch/changes.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { PLAIN } from "../fakes/shown.ts";
import type { World } from "../fakes/world.ts";
import { aShop, CART, ROLE, ROLE_KEY, run } from "../verification/healthy.ts";
import { stateOf } from "../watch/held.ts";
import { POLL_MS, watching } from "../watch/watching.ts";
import { attack } from "./attack.ts";

/** A shop whose pod takes variables from a Secret. */
function shopWithSecret(): World {
  const world = aShop();
  world.api.keys.set("secret/shop/settings", ["COLOR"]);
  return run(
    world,
    manifestOf("cart", { containers: [{ name: "app", envFrom: [{ secretRef: { name: "settings" } }] }] }),
  );
}

attack(
  "cluster tenant",
  "Clear the managed fields of a Secret, so that a watch holds what it knows of others for unknown",
  {
    attack: async () => {
      const world = shopWithSecret();
      const real = { ...world.kubernetes };
      Object.assign(world.kubernetes, {
        getKeyNames: async (source: Parameters<typeof real.getKeyNames>[0]) => {
          if (source.name === "settings") return real.getKeyNames(source);
          throw new Failure(
            "failed",
            "keys-untracked",
            `${source.name}: the names of its keys are not known`,
          );
        },
      });
      const watch = await watching(world);
      const evil = manifestOf("evil", {
        containers: [{ name: "app", envFrom: [{ secretRef: { name: "odd" } }] }],
      });
      const events = await watch.change(() => {
        world
          .withServiceAccount("shop/evil", { annotations: { [ROLE_KEY]: ROLE } })
          .withPod(aPod("shop/evil", evil));
      }, 3 * POLL_MS);
      expect(events).not.toContain("sourceLost keys");
      expect(watch.state().chains.get(CART)).toMatchObject({ state: { verdict: "works" }, isUnknown: false });
      await watch.stop();
    },
    twin: async () => {
      const world = shopWithSecret();
      const watch = await watching(world);
      const getKeyNames = () => Promise.reject(new Failure("failed", "unreachable", "connection refused"));
      const events = await watch.change(() => Object.assign(world.kubernetes, { getKeyNames }), 3 * POLL_MS);
      expect(events).toContain("sourceLost keys");
      expect(watch.state().chains.get(CART)?.isUnknown).toBe(true);
      await watch.stop();
    },
  },
);

/** The part of the time that a watch spends with exchanges of tokens that STS refuses, of so many ServiceAccounts. */
async function timeWithTokens(serviceAccounts: number): Promise<number> {
  const [takes, lasts, atOnce] = [30_000, 7_200_000, 8];
  const world = aShop();
  const watch = await watching(world);
  let exchanges = 0;
  Object.assign(world.aws.sts, {
    assumeWithToken: async () => {
      exchanges += 1;
      await watch.clock.sleep(takes, undefined);
      return { accepted: false, code: "AccessDenied", message: "no" };
    },
  });
  await watch.change(() => {
    for (let at = 0; at < serviceAccounts; at += 1)
      world.withServiceAccount(`shop/evil-${at}`, { annotations: { [ROLE_KEY]: ROLE } });
  }, lasts);
  expect(exchanges).toBeGreaterThan(serviceAccounts);
  await watch.stop();
  return (exchanges * takes) / atOnce / lasts;
}

attack(
  "cluster tenant",
  "Annotate many ServiceAccounts with a role that refuses them, so that a watch calls STS all the time",
  {
    attack: async () => expect(await timeWithTokens(40)).toBeLessThan(0.35),
    twin: async () => expect(await timeWithTokens(1)).toBeGreaterThan(0.01),
  },
);

/** The details of a ServiceAccount in the view of a watch on a terminal of so many columns, its lines put together. */
function viewOf(message: string, columns: number): string {
  const state = stateOf([{ path: CART, verdict: "broken", message }], []);
  const view = { ...FIRST_VIEW, isOpen: true };
  const watched = { cluster: "c", state, changes: [] };
  return screenLines(watched, view, { columns, rows: 40 }, Date.now(), PLAIN).map(String).join("");
}

attack(
  "malicious cluster",
  "Echo the operator's token in a message that the view of watch breaks into lines",
  {
    attack: () => {
      const token = "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXhhbXBsZS8_QWN0aW9uPUdldENhbGxlcg";
      keepSecret(token);
      for (let columns = 20; columns < 100; columns += 1)
        expect(viewOf(`refused: ${token}`, columns)).not.toMatch(/aHR0|QWN0|GxlcG/i);
      handOut(token);
    },
    twin: () => expect(viewOf("refused: no such role", 30)).toContain("no such role"),
  },
);

attack(
  "cluster tenant",
  "Create and delete objects for as long as a watch runs, so that what it remembers grows without end",
  {
    attack: () => {
      const changes = noChanges(100);
      const before = changes.present();
      changes.touch("serviceAccounts/shop/cart");
      for (let at = 0; at < 1000; at += 1) changes.touch(`serviceAccounts/evil/${at}`);
      // What is not remembered counts as changed: no change is missed.
      expect(changes.isTouched(["serviceAccounts/shop/cart"], before)).toBe(true);
      expect(changes.isTouched(["serviceAccounts/evil/0"], before)).toBe(true);
      expect(changes.isTouched(["serviceAccounts/shop/cart"], changes.present())).toBe(false);
    },
    twin: () => {
      const changes = noChanges(100);
      changes.touch("serviceAccounts/shop/till");
      expect(changes.isTouched(["serviceAccounts/shop/cart"], 0)).toBe(false);
      expect(changes.isTouched(["serviceAccounts/shop/till"], 0)).toBe(true);
    },
  },
);
