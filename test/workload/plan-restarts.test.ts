import { describe, expect, it } from "vitest";
import type { StaleGroup } from "../../src/workload/find-stale.ts";
import { planRestarts } from "../../src/workload/plan-restarts.ts";
import { injected, manifestOf, specOf } from "../fakes/pods.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { applyTo } from "../fakes/walk.ts";
import { parseWorkload } from "../fakes/workloads.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = "arn:aws:iam::111122223333:role/cart";
const CART = manifestOf("cart");
const BETTER = specOf(
  injected(CART, { annotations: { "eks.amazonaws.com/role-arn": ROLE }, podIdentity: false }),
);

const FLAGS = ["--cluster", "blue"];

const STALE: StaleGroup = {
  serviceAccount: aServiceAccount("shop/cart"),
  workload: "deployment/cart",
  pods: ["cart-1", "cart-2"],
  problems: [{ code: "not-injected", container: "app", found: "no role" }],
  restart: "deployment/cart",
};

describe("planRestarts", () => {
  it("restarts a workload whose new pods get the role", () => {
    const { changes, notes } = planRestarts(
      [STALE],
      () => ROLE,
      () => BETTER,
      [],
    );
    expect(changes).toEqual([
      {
        kind: "restart-workload",
        workload: { kind: "deployment", namespace: "shop", name: "cart" },
        serviceAccount: STALE.serviceAccount,
        because: "2 pods: container 'app' runs without the ServiceAccount's role",
      },
    ]);
    expect(notes).toEqual([]);
  });

  it("restarts it too where no pod could be tried", () => {
    expect(
      planRestarts(
        [STALE],
        () => ROLE,
        () => undefined,
        [],
      ).changes,
    ).toHaveLength(1);
  });

  it.each([
    ["new pods would have no role either", STALE, specOf(CART), "not-injecting"],
    [
      "its owner reference is not a name",
      { ...STALE, restart: "deployment/../other/deployments/cart" },
      BETTER,
      "not-restarted",
    ],
    ["a restart does not mend it", { ...STALE, restart: undefined }, BETTER, "not-restarted"],
  ] as const)("leaves it alone where %s", (_name, group, tried, code) => {
    const { changes, notes } = planRestarts(
      [group],
      () => ROLE,
      () => tried,
      FLAGS,
    );
    expect(changes).toEqual([]);
    expect(notes).toMatchObject([{ level: "warning", code }]);
    const command = ["irsa", "verify", ...FLAGS, "shop/cart"];
    expect(notes[0]?.command).toEqual(code === "not-injecting" ? command : undefined);
  });

  it("restarts pods with a role that their ServiceAccount no longer names", () => {
    const group: StaleGroup = { ...STALE, problems: [{ code: "other-role", found: ROLE }] };
    expect(
      planRestarts(
        [group],
        () => "",
        () => specOf(CART),
        [],
      ).changes,
    ).toHaveLength(1);
  });
});

it("a restart is one write, and one of a workload that is gone fails", async () => {
  const world = aWorld();
  world.api.workloads.set("deployment/shop/cart", parseWorkload("deployment/shop/cart", specOf(CART)));
  const { changes } = planRestarts(
    [STALE],
    () => ROLE,
    () => BETTER,
    [],
  );
  const steps = await applyTo(world, changes);
  expect(steps.at(-1)).toMatchObject({ state: "done" });
  expect(world.log.writes).toEqual(["kubernetes.restartWorkload"]);
  world.api.workloads.clear();
  expect((await applyTo(world, changes)).at(-1)).toMatchObject({
    state: "failed",
    failure: { code: "gone" },
  });
});
