import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { ROLE_ANNOTATION, type Workload, type WorkloadRef } from "../../src/model/kubernetes-objects.ts";
import { awaitRollout } from "../../src/workload/await-rollout.ts";
import { observeBinding } from "../../src/workload/observe-binding.ts";
import { planBinding, type BindingPlan } from "../../src/workload/plan-binding.ts";
import { manifestOf, specOf } from "../fakes/pods.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { applyTo, stopOf, textOf } from "../fakes/walk.ts";
import { parseWorkload } from "../fakes/workloads.ts";
import { aWorld, type World } from "../fakes/world.ts";

const SERVICE_ACCOUNT = aServiceAccount("shop/orders");
const ROLE = { [ROLE_ANNOTATION]: "arn:aws:iam::111122223333:role/orders" };

/** A world with the ServiceAccount and workloads that run with `default`, changed as given. */
function worldWith(paths: readonly string[], changes: Partial<Workload> = {}): World {
  const world = aWorld().withServiceAccount("shop/orders", { annotations: ROLE });
  for (const path of paths)
    world.api.workloads.set(path, { ...parseWorkload(path, specOf(manifestOf("default"))), ...changes });
  return world;
}

function refOf(path: string): WorkloadRef {
  return parseWorkload(path, specOf(manifestOf("default"))).ref;
}

async function planIn(world: World, ...paths: readonly string[]): Promise<BindingPlan> {
  return planBinding(
    SERVICE_ACCOUNT,
    await observeBinding(world.kubernetes, SERVICE_ACCOUNT, paths.map(refOf)),
    ["--cluster", "c"],
  );
}

const serviceAccountOf = (world: World, path: string): string | undefined =>
  world.api.workloads.get(path)?.template?.serviceAccountName;

describe("binding live workloads", () => {
  const paths = ["deployment/shop/web", "daemonset/shop/agent", "statefulset/shop/db", "cronjob/shop/report"];

  it("plans an edit of each, applies it, and has nothing left to do", async () => {
    const world = worldWith(paths);
    const { changes, notes } = await planIn(world, ...paths);
    expect(changes).toHaveLength(4);
    expect(changes[0]).toEqual({
      kind: "bind-workload",
      workload: refOf("deployment/shop/web"),
      serviceAccount: SERVICE_ACCOUNT,
      before: "default",
    });
    expect(notes).toEqual([]);
    const steps = await applyTo(world, changes);
    expect(steps.filter(({ state }) => state === "done")).toHaveLength(4);
    expect(paths.map((path) => serviceAccountOf(world, path))).toEqual(paths.map(() => "orders"));
    expect((await planIn(world, ...paths)).changes).toEqual([]);
  });

  it("warns where the ServiceAccount has no role annotation", async () => {
    const world = worldWith(paths).withServiceAccount("shop/orders");
    const { notes } = await planIn(world, "deployment/shop/web");
    const command = ["irsa", "verify", "--cluster", "c", "shop/orders"];
    expect(notes).toMatchObject([{ level: "warning", code: "no-role", command }]);
  });

  it("says that a manifest should say so too", async () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    const { notes } = await planIn(worldWith(paths, { annotations }), "deployment/shop/web");
    expect(notes).toMatchObject([{ level: "info", code: "applied-from-manifest" }]);
  });

  it("warns where the cluster does not say whether we may", async () => {
    const world = worldWith(paths);
    world.log.deny("kubernetes.may");
    expect((await planIn(world, "deployment/shop/web")).notes).toMatchObject([{ code: "rights-unknown" }]);
  });
});

describe("what is refused", () => {
  const REFUSED: readonly (readonly [string, World, string, string, readonly string[]])[] = [
    ["a Job", worldWith(["job/shop/once"]), "job/shop/once", "job-immutable", ["-f job.yaml job/once"]],
    ["an absent workload", worldWith([]), "deployment/shop/web", "workload-not-found", ["deployment/web"]],
    [
      "an absent ServiceAccount",
      aWorld().withNamespace("shop"),
      "deployment/shop/web",
      "account-missing",
      ["irsa create-sa --cluster c -n shop --name orders"],
    ],
    [
      "a right that is missing",
      worldWith(["deployment/shop/web"]).forbidding("patch deployments"),
      "deployment/shop/web",
      "forbidden",
      ["patch deployments in shop"],
    ],
    ...(
      [
        [
          "Helm",
          { annotations: { "meta.helm.sh/release-name": "web" } },
          ["Helm (release web)", "serviceAccount.name"],
        ],
        [
          "Argo CD",
          { labels: { "argocd.argoproj.io/instance": "web" } },
          ["Argo CD (web)", "irsa use-sa -f"],
        ],
        [
          "Flux",
          { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } },
          ["Flux (apps)", "irsa use-sa -f"],
        ],
        ["an EKS add-on", { managers: ["eks"] }, ["an EKS add-on", "aws eks update-addon"]],
        [
          "an operator",
          { controller: { kind: "Collector", name: "otel" } },
          ["collector/otel", "in that object"],
        ],
      ] as const
    ).map(
      ([name, changes, said]) =>
        [
          `what ${name} keeps`,
          worldWith(["deployment/shop/web"], changes as Partial<Workload>),
          "deployment/shop/web",
          "owned-elsewhere",
          said,
        ] as const,
    ),
  ];

  it.each(REFUSED)("%s", async (_name, world, path, code, said) => {
    const stop = await stopOf(planIn(world, path));
    expect(stop.code).toBe(code);
    for (const part of said) expect(textOf(stop)).toContain(part);
    expect(world.log.writes).toEqual([]);
  });

  it("is nothing where the ServiceAccount is right already, whoever keeps the workload", async () => {
    const world = worldWith(["job/shop/once"], { managers: ["eks"], template: specOf(manifestOf("orders")) });
    expect((await planIn(world, "job/shop/once")).changes).toEqual([]);
  });

  it("is all where one workload can't be read", async () => {
    const world = worldWith(["deployment/shop/web", "daemonset/shop/agent"]);
    world.log.fail("kubernetes.getWorkload");
    expect((await stopOf(planIn(world, "deployment/shop/web", "daemonset/shop/agent"))).code).toBe(
      "unreachable",
    );
  });
});

describe("applying it", () => {
  const path = "deployment/shop/web";
  const touch = (world: World, changes: Partial<Workload> = {}): void => {
    const found = world.api.workloads.get(path);
    if (found === undefined) throw new Error("no workload");
    world.api.revision += 1;
    world.api.workloads.set(path, { ...found, ...changes, resourceVersion: `${world.api.revision}` });
  };
  const planned = async (world: World): Promise<readonly Change[]> => (await planIn(world, path)).changes;

  it("heeds no other writes meanwhile, as of its status", async () => {
    const world = worldWith([path]);
    const changes = await planned(world);
    world.log.clear();
    world.log.before("kubernetes.bindWorkload", () => touch(world));
    const steps = await applyTo(world, changes);
    expect(steps.at(-1)).toMatchObject({ state: "done" });
    expect(serviceAccountOf(world, path)).toBe("orders");
  });

  it("stops where someone else has set another ServiceAccount since the plan", async () => {
    const world = worldWith([path]);
    const changes = await planned(world);
    touch(world, { template: specOf(manifestOf("theirs")) });
    const steps = await applyTo(world, changes);
    expect(steps.at(-1)).toMatchObject({ state: "failed", failure: { code: "conflict" } });
    expect(serviceAccountOf(world, path)).toBe("theirs");
  });

  it("takes its own write for done whose answer was lost", async () => {
    const world = worldWith([path]);
    const changes = await planned(world);
    world.log.clear();
    world.log.fail("kubernetes.bindWorkload", "after");
    expect((await applyTo(world, changes)).at(-1)).toMatchObject({ state: "failed" });
    world.log.clear();
    expect((await applyTo(world, changes)).at(-1)).toMatchObject({ state: "done" });
    expect(world.log.writes).toEqual([]);
  });
});

describe("waiting for a rollout", () => {
  const ref = refOf("deployment/shop/web");
  const rollout = { generation: 1, observedGeneration: 1, wanted: 1, updated: 1, available: 1, total: 1 };
  const wait = async (world: World, patienceMs: number, signal = new AbortController().signal) => {
    const seen: string[] = [];
    const end = await awaitRollout(world.kubernetes, ref, {
      patienceMs,
      signal,
      onProgress: ({ text }) => void seen.push(text),
    });
    return { ...end, seen };
  };

  it("ends when it is done", async () => {
    const path = "deployment/shop/web";
    const world = worldWith([path], { rollout: { ...rollout, available: 0 } });
    const done = worldWith([path], { rollout }).api.workloads.get(path);
    world.log.before(2, () => void (done && world.api.workloads.set(path, done)));
    expect(await wait(world, 60_000)).toMatchObject({ state: "done", text: "1 pod", seen: ["0 of 1 pod"] });
  });

  it.each([
    ["patience ends", { ...rollout, available: 0 }, 0, "running"],
    ["it is stuck", { ...rollout, available: 0, stuck: "timed out" }, 60_000, "stuck"],
    ["nothing goes by itself", { ...rollout, manualReason: "on-delete" as const }, 60_000, "manual"],
  ])("ends when %s", async (_name, rollout, patienceMs, state) => {
    expect(await wait(worldWith(["deployment/shop/web"], { rollout }), patienceMs)).toMatchObject({ state });
  });

  it("ends when it has been deleted, or nobody waits any longer", async () => {
    expect(await wait(worldWith([]), 60_000)).toMatchObject({ state: "stuck", text: "it has been deleted" });
    const world = worldWith(["deployment/shop/web"], { rollout: { ...rollout, available: 0 } });
    expect(await wait(world, 60_000, AbortSignal.abort())).toMatchObject({ state: "running" });
  });
});
