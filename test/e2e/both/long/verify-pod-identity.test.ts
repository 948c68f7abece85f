import { EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROWS } from "../../../../src/verification/rows.ts";
import { startWorld } from "../../../worlds/start.ts";
import type { World } from "../../../worlds/world.ts";
import { clusterOf } from "../../cluster.ts";
import { STORY } from "../../commands.ts";
import { irsa } from "../../irsa.ts";
import { installAgent } from "../../verify/pod-identity/agent.ts";
import type { PodIdentityCode } from "../../verify/pod-identity/break.ts";
import { POD_IDENTITY_BREAKS } from "../../verify/pod-identity/breaks.ts";
import { HEALTHY_SHOPS } from "../../verify/pod-identity/healthy.ts";
import { openPodIdentityShop } from "../../verify/pod-identity/shop.ts";
import { becomes, becomesRight, findingsOf } from "../../verify/pod-identity/verified.ts";
import { runFix } from "../../verify/run-fix.ts";

let world: World;
let eks: EKSClient;

beforeAll(async () => {
  world = await startWorld();
  const { url: endpoint, region, keys } = world.aws;
  eks = new EKSClient({ endpoint, region, credentials: keys.admin });
  expect(await irsa(STORY.associate, world.environmentOf("admin"))).toMatchObject({ code: 0 });
  await installAgent({ cluster: clusterOf(world), eks });
});
afterAll(async () => {
  eks?.destroy();
  await world?.stop();
});

const CASES = Object.entries(POD_IDENTITY_BREAKS).flatMap(([code, breaks], row) =>
  breaks.map((one, at) => ({ ...one, code: code as PodIdentityCode, namespace: `shop-${row}-${at}` })),
);

/** A row is some ten runs of the command, and rollouts between them. */
const PATIENT = { timeout: 1_800_000 };

describe(
  "a chain by Pod Identity with one thing broken is found, fixed as printed, and then right",
  PATIENT,
  () => {
    test.each(CASES)(
      "$code: $name",
      async ({ code, namespace, opens, breaks, subject: kind, level = "fail", fix }) => {
        const { row } = ROWS[code];
        const shop = await openPodIdentityShop(world, eks, namespace, opens);
        const subject =
          kind === undefined ? `${namespace}/${shop.serviceAccount}` : `${kind}/${namespace}/cart`;
        await breaks(shop);
        const wanted = { code, row, level, fix: { kind: fix === "command" ? "command" : "advice" } };
        const chain = await becomes(
          shop,
          subject,
          level === "fail"
            ? { verdict: "broken", firstBroken: wanted }
            : { way: "podIdentity", verdict: "works", firstBroken: null },
        );
        const found = findingsOf(chain).find((one) => one.code === code);
        expect(found).toMatchObject(wanted);
        const text = found?.fix.text ?? "";
        expect(text).toMatch(fix === "command" ? /^(irsa|kubectl) / : fix.advice);
        await (fix === "command" ? runFix(shop, text) : fix.follow(shop));
        await shop.settled();
        await becomesRight(shop, subject);
        await shop.close();
      },
    );
  },
);

describe("a chain by Pod Identity that is as it should be has nothing to warn of", PATIENT, () => {
  test.each(HEALTHY_SHOPS.map((one, at) => ({ ...one, namespace: `healthy-${at}` })))(
    "$name",
    async ({ namespace, opens, changes, restores }) => {
      const shop = await openPodIdentityShop(world, eks, namespace, opens);
      await changes?.(shop);
      for (const subject of [`${namespace}/cart`, `deploy/${namespace}/cart`])
        await becomesRight(shop, subject);
      await restores?.(shop);
      await shop.close();
    },
  );
});
