import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { UNASKED } from "../../src/model/known.ts";
import type { World } from "../fakes/world.ts";
import { associatedShop, targetingShop } from "./associated.ts";
import { aShop, annotate, chainWithPatience, ROLE_KEY, verified } from "./healthy.ts";

/** Every call that `verify` makes in a world, by name. */
async function callsIn(build: () => World, subject: string): Promise<string[]> {
  const world = build();
  await verified(world, subject);
  return [...new Set(world.log.calls.map(({ name }) => name))];
}

/** Calls whose answer nothing depends on where all is well: another shows the same. */
const UNMISSED = new Set([
  "kubernetes.getNamespace",
  "kubernetes.getWebhook",
  "kubernetes.tryPod",
  "eks.listPodIdentityAssociations",
  "eks.getAddon",
  "iam.getRoleDetails",
  "iam.getPolicyVersionId",
  "iam.getPolicyDocument",
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

describe.each([
  ["a ServiceAccount", aShop, "shop/cart"],
  ["a workload", aShop, "deploy/shop/cart"],
  ["a pod", aShop, "pod/shop/cart-5d9c-x1"],
  ["a ServiceAccount with Pod Identity", associatedShop, "shop/cart"],
  ["a workload with Pod Identity and a target role", targetingShop, "deploy/shop/cart"],
  ["a pod with Pod Identity", associatedShop, "pod/shop/cart-5d9c-x1"],
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

describe("what is not known", () => {
  it("of the ServiceAccount, leaves nothing to look at behind it", async () => {
    const world = aShop();
    world.log.deny("kubernetes.getServiceAccount");
    const { links } = await verified(world);
    const behind = links.filter(({ link }) =>
      ["role", "trust-policy", "webhook", "pod", "token"].includes(link),
    );
    expect(new Set(behind.map(({ message }) => message))).toEqual(
      new Set(["not checked: ServiceAccount is unknown"]),
    );
  });

  it.each([
    ["iam.getProvider", "works"],
    ["iam.listAttachedPolicies", "unproven"],
    ["iam.getRole", "unproven"],
    ["kubernetes.requestToken", "unproven"],
    ["kubernetes.listPods", "unproven"],
  ])("of %s, where STS takes a token: %s", async (call, verdict) => {
    const world = aShop();
    world.log.deny(call);
    expect(await verified(world)).toMatchObject({ verdict });
  });
});

describe("a refusal of STS", () => {
  const DENIED = { code: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };
  const triesIn = async (world: World): Promise<number> => {
    world.decree.refusal = DENIED;
    await chainWithPatience(world);
    return world.log.calls.filter(({ name }) => name === "sts.assumeWithToken").length;
  };

  it("is waited out where all else is right: a change may still be spreading", async () => {
    expect(await triesIn(aShop())).toBeGreaterThan(1);
  });

  it("is taken at its word where something is broken anyway", async () => {
    expect(await triesIn(withoutProvider())).toBe(1);
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
