import { describe, expect, it } from "vitest";
import type { Rollout } from "../../src/model/kubernetes-objects.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { withAgent, withIrsa } from "../fakes/moving-world.ts";
import { aWorld, type World } from "../fakes/world.ts";

const CART = "shop/cart";
const LINE = `migrate-pod-identity ${CART} --cluster eks-work-cluster --region ap-northeast-2`;

/** A ServiceAccount that uses IRSA, after these runs. */
async function after(...flags: readonly string[]): Promise<World> {
  const world = withIrsa(withAgent(aWorld().withProvider()), CART);
  for (const flag of flags) await runWell(world, `${LINE} ${flag} --approve`);
  world.log.clear();
  return world;
}

interface Answer {
  readonly code: number;
  readonly row: {
    readonly state: string;
    readonly error?: { readonly message: string };
    readonly exchange?: object | null;
  };
  readonly text: string;
  readonly notes: readonly { readonly code: string; readonly message: string }[];
}

async function run(world: World, flags: string): Promise<Answer> {
  const { heard } = await runIn(world, `${LINE} ${flags} --approve -o json`);
  const answer = JSON.parse(heard.out.join("\n")) as {
    readonly plan: { readonly notes: Answer["notes"] };
    readonly result: { readonly serviceAccounts: readonly [Answer["row"]] };
  };
  const [row] = answer.result.serviceAccounts;
  return { code: heard.code, row, text: JSON.stringify(answer), notes: answer.plan.notes };
}

/** A Deployment's rollout that is complete. */
const COMPLETE: Rollout = {
  generation: 1,
  observedGeneration: 1,
  wanted: 1,
  updated: 1,
  available: 1,
  total: 1,
};

function rollOut(world: World, rollout: Rollout): void {
  const key = "deployment/shop/cart";
  const found = world.api.workloads.get(key);
  if (found === undefined) throw new Error("no Deployment");
  world.api.workloads.set(key, { ...found, rollout });
}

describe("an association that pods use is not deleted where a restart would not replace them", () => {
  it.each([
    ["a paused rollout", { manualReason: "paused" }, "its rollout is paused"],
    ["pods that are replaced when deleted", { manualReason: "on-delete" }, "(OnDelete)"],
    ["a partition", { manualReason: "partition" }, "its partition keeps pods"],
    ["a rollout that goes on", { updated: 0 }, "its last rollout is not complete: 0 of 1 pod"],
    ["a rollout that is stuck", { stuck: "no image", updated: 0 }, "no image"],
  ] as const)("%s", async (_what, change, reason) => {
    const world = await after("", "--restart", "--finish", "--back");
    rollOut(world, { ...COMPLETE, ...change });
    const { row } = await run(world, "--back --restart");
    expect(row.error?.message).toContain(reason);
    expect(world.log.writes).toEqual([]);
    rollOut(world, COMPLETE);
    expect((await run(world, "--back --restart")).row.state).toBe("applied");
    expect(world.log.writes).toEqual(["eks.deletePodIdentity", "kubernetes.restartWorkload"]);
  });

  it("a restart that the API server refuses", async () => {
    const world = await after("", "--restart", "--finish", "--back");
    world.log.deny("kubernetes.tryRestart");
    expect((await run(world, "--back --restart")).row.error?.message).toContain("would be left without");
    expect(world.log.writes).toEqual([]);
  });

  it("there, a paused rollout only keeps its pods", async () => {
    const world = await after("");
    rollOut(world, { ...COMPLETE, manualReason: "paused" });
    await runIn(world, `${LINE} --restart --approve`);
    expect(world.log.writes).toEqual(["kubernetes.restartWorkload"]);
  });
});

/** Every stage that relies on the way to move to, and who exchanges there. */
const RELYING = [
  ["--restart", [""], "EKS"],
  ["--finish", ["", "--restart"], "EKS"],
  ["--back --restart", ["", "--restart", "--finish", "--back"], "STS"],
  ["--back --finish", ["", "--restart", "--finish", "--back", "--back --restart"], "STS"],
] as const;

describe("before the former way is left, a token is exchanged by the way to move to", () => {
  it.each(RELYING)("%s, and the answer says so", async (flags, before, who) => {
    const world = await after(...before);
    const { row, notes } = await run(world, flags);
    expect(row).toMatchObject({ state: "applied", exchange: { state: "accepted", reason: null } });
    const note = notes.find(({ code }) => code === "exchange-accepted");
    expect(note?.message).toContain(`${who} accepts tokens of 1 ServiceAccount`);
    expect(note?.message).toContain("This does not show that pods reach");
  });

  it.each(RELYING)("%s does nothing where it is refused", async (flags, before, who) => {
    const world = await after(...before);
    const refusal = { code: "AccessDenied", message: "no" };
    world.decree.refusal = refusal;
    world.decree.eksAuth = refusal;
    const { code, row } = await run(world, flags);
    expect(row.error?.message).toBe(`${who} rejects a token of shop/cart: AccessDenied: no`);
    expect(code).not.toBe(0);
    expect(world.log.writes).toEqual([]);
  });

  it.each(RELYING)("%s goes on where it is not permitted, and warns", async (flags, before) => {
    const world = await after(...before);
    world.log.deny("kubernetes.requestToken");
    const { row, notes } = await run(world, flags);
    expect(row).toMatchObject({ state: "applied", exchange: { state: "notTried" } });
    expect(notes.map(({ code }) => code)).toContain("exchange-not-tried");
  });

  it("session tags that are too large keep a ServiceAccount on IRSA", async () => {
    const world = await after("");
    world.decree.eksAuth = {
      code: "PackedPolicyTooLarge",
      message: "Packed size of session tags exceeds the limit",
    };
    const { row, text } = await run(world, "--restart");
    expect(row.state).toBe("failed");
    expect(text).toContain("--disable-session-tags");
    expect(world.log.writes).toEqual([]);
  });

  it("not where both ways are put in place", async () => {
    const world = await after();
    world.decree.eksAuth = { code: "AccessDenied", message: "no" };
    expect((await run(world, "")).row).toMatchObject({ state: "applied", exchange: null });
  });
});

it("pods whose association is gone are named until they are restarted", async () => {
  const world = await after("", "--restart", "--finish", "--back");
  world.associations.delete(CART);
  const { text, notes } = await run(world, "--back");
  expect(notes.map(({ code }) => code)).toContain("association-gone");
  expect(text).toContain("--back --restart --approve");
  await run(world, "--back --restart");
  expect((await run(world, "--back")).notes.map(({ code }) => code)).not.toContain("association-gone");
});
