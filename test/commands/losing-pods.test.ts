import { known } from "../../src/model/known.ts";
import { describe, expect, it } from "vitest";
import { losingPods, podsOf } from "../../src/commands/shared/losing-pods.ts";
import type { RemovalPlan } from "../../src/service-account/delete/plan.ts";
import { aPod, injected, manifestOf } from "../fakes/pods.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { stopOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = ownRole("agent");
const BARE = manifestOf("agent");
const WITH_ROLE = injected(BARE, {
  annotations: { "eks.amazonaws.com/role-arn": ROLE },
  podIdentity: false,
});
const PODS = [
  aPod("shop/a", WITH_ROLE, { workload: "deployment/web" }),
  aPod("shop/b", WITH_ROLE, { workload: "deployment/web" }),
  aPod("shop/alone", WITH_ROLE),
  aPod("shop/bare", BARE, { workload: "daemonset/old" }),
];

function aPlan(changes: Partial<RemovalPlan>): RemovalPlan {
  return {
    changes: [],
    notes: [],
    role: { arn: ROLE, fate: "deleted" },
    association: { arn: undefined, fate: "absent" },
    serviceAccountFate: "released",
    loss: "at-once",
    ...changes,
  };
}
const told = (changes: Partial<RemovalPlan>, pods: Parameters<typeof losingPods>[0] = known(PODS)) =>
  losingPods(pods, aPlan(changes)).map(({ message }) => message);

describe("who notices a removal", () => {
  it.each([
    ["at-once", "running pods lose access to AWS immediately: deployment/web (2), pod alone"],
    ["at-renewal", "when their credentials expire, usually within an hour: deployment/web (2), pod alone"],
    ["at-token-end", "when their token expires, within a day: deployment/web (2), pod alone"],
    ["restart", "when they restart: deployment/web (2), pod alone"],
  ] as const)("%s", (loss, text) => {
    expect(told({ loss })).toEqual([expect.stringContaining(text)]);
  });

  it("nobody, where nothing changes or nobody runs with the role", () => {
    expect(told({ loss: "never" })).toEqual([]);
    expect(told({}, known([]))).toEqual([]);
    expect(told({ role: { arn: undefined, fate: "absent" }, loss: "restart" })).toEqual([]);
  });

  it("workloads that can't start new pods without the ServiceAccount, whatever role they run with", () => {
    expect(told({ serviceAccountFate: "deleted" })).toContain(
      "no new pod of deployment/web, daemonset/old can start without the ServiceAccount",
    );
  });

  it("that it can't be determined, where pods may not be listed", async () => {
    const world = aWorld();
    world.log.deny("kubernetes.listPods");
    const pods = await podsOf(world.kubernetes, aServiceAccount("shop/agent"));
    expect(told({}, pods)).toEqual([expect.stringContaining("pods can't be listed")]);
    world.log.clear();
    world.log.fail("kubernetes.listPods");
    expect((await stopOf(podsOf(world.kubernetes, aServiceAccount("shop/agent")))).code).toBe("unreachable");
  });
});
