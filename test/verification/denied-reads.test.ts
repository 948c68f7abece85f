import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { UNASKED } from "../../src/verification/seen.ts";
import type { World } from "../fakes/world.ts";
import { aShop, annotate, ROLE_KEY, verified } from "./healthy.ts";

/** Every call that `verify` makes in a world, by name. */
async function callsIn(build: () => World, subject: string): Promise<string[]> {
  const world = build();
  await verified(world, subject);
  return [...new Set(world.log.calls.map(({ name }) => name))];
}

/** Calls whose answer nothing hangs on where all is well: another shows the same. */
const UNMISSED = new Set([
  "kubernetes.getNamespace",
  "kubernetes.getWebhook",
  "kubernetes.tryPod",
  "eks.listPodIdentityAssociations",
]);

const withoutProvider = (): World => {
  const world = aShop();
  world.iam.providers.clear();
  return world;
};
const withoutAnnotation = (): World => {
  const world = aShop();
  annotate(world, { [ROLE_KEY]: undefined });
  return world;
};
const withPodIdentity = (): World => {
  const world = aShop();
  world.associations.set("shop/cart", "arn:aws:iam::111122223333:role/team/cart");
  return world;
};

describe.each([
  ["an account", aShop, "shop/cart"],
  ["a workload", aShop, "deploy/shop/cart"],
  ["a pod", aShop, "pod/shop/cart-5d9c-x1"],
  ["an account with Pod Identity", withPodIdentity, "shop/cart"],
] as const)(
  "%s: a call that is denied leaves something unknown, and nothing broken",
  async (_name, build, subject) => {
    it.each(await callsIn(build, subject))("%s", async (call) => {
      const world = build();
      world.log.deny(call);
      const report = await verified(world, subject);
      const statuses = report.links.map(({ status }) => status);
      expect(statuses).not.toContain("FAIL");
      expect(["works", "unproven"]).toContain(report.verdict);
      const isTold = statuses.some((status) => status === "UNKNOWN" || status === "WARN");
      expect(isTold || UNMISSED.has(call)).toBe(true);
    });
  },
);

describe.each([
  ["no provider", withoutProvider, "provider"],
  ["no annotation", withoutAnnotation, "service-account"],
] as const)("%s: a call that is denied adds no fault", async (_name, build, fault) => {
  it.each(await callsIn(build, "shop/cart"))("%s", async (call) => {
    const world = build();
    world.log.deny(call);
    const report = await verified(world);
    const broken = report.links.filter(({ status }) => status === "FAIL").map(({ link }) => link);
    // What may not be read of the provider, STS tells by its answer.
    expect([[], [fault], ["sts"]]).toContainEqual(broken);
  });
});

describe("what can't be reached is unknown", () => {
  const failure = new Failure(
    "failed",
    "unreachable",
    "the cluster's API server can't be reached: ETIMEDOUT",
  );

  it("the cluster's API", async () => {
    const report = await verified(aShop(), "shop/cart", { kubernetes: { state: "unknown", failure } });
    expect(report.verdict).toBe("unproven");
    expect(report.links.find(({ link }) => link === "service-account")).toMatchObject({
      status: "UNKNOWN",
      message: failure.message,
    });
    expect(report.links.find(({ link }) => link === "provider")).toMatchObject({ status: "PASS" });
  });

  it("EKS, and with it everything", async () => {
    const unknown = { state: "unknown", failure } as const;
    const report = await verified(aShop(), "shop/cart", { cluster: unknown, kubernetes: UNASKED });
    expect(report.verdict).toBe("unproven");
    expect(report.links.map(({ status }) => status)).toEqual([
      "UNKNOWN",
      ...report.links.slice(1).map(() => "SKIPPED"),
    ]);
  });
});
