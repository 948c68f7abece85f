import { assert, asyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ENGINES, type EngineName } from "../../src/export/all-engines.ts";
import { restrictedToPlan } from "../../src/export/of-plan.ts";
import { planIn } from "../../src/commands/export/plan-file.ts";
import { planAnswer } from "../../src/output/answer.ts";
import { arbitraryFile } from "../config/arbitrary-file.ts";
import { planOf } from "../config/plan-file.ts";
import { runIn } from "../fakes/command-line.ts";
import { CLOUDWATCH, right, S3_READ } from "../fakes/values.ts";
import { applyAll } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { exportLive, exportOf, withoutIds } from "./exported.ts";

const PLACE = { name: "eks-work-cluster", region: "ap-northeast-2" };
const withRoles = (name: string, ...serviceAccounts: readonly object[]): string =>
  fileOf(name, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: PLACE,
    iam: { withOIDC: true, serviceAccounts },
  });
const serviceAccount = (name: string, ...policies: readonly string[]): object => ({
  metadata: { namespace: "shop", name },
  attachPolicyARNs: policies,
});
const ONE = withRoles("of-plan-one.yaml", serviceAccount("cart", CLOUDWATCH));
const TWO = withRoles(
  "of-plan-two.yaml",
  serviceAccount("cart", CLOUDWATCH),
  serviceAccount("search", S3_READ),
);
const MORE = withRoles("of-plan-more.yaml", serviceAccount("cart", CLOUDWATCH, S3_READ));

const emptyWorld = () => aWorld().withPolicy(CLOUDWATCH).withPolicy(S3_READ);

async function told(world: World, line: string) {
  const { failure, heard } = await runIn(world, line);
  return { failure, out: heard.out.join("\n"), err: heard.err.join("\n") };
}

/** The answer of a plan; these tests run commands without the name that the whole command line has. */
async function answerOf(world: World, line: string) {
  return { ...JSON.parse((await told(world, `${line} -o json`)).out), command: "plan" };
}

async function planFile(world: World, name: string, line: string): Promise<string> {
  return fileOf(name, await answerOf(world, line));
}

/** A world in which the file with one ServiceAccount is applied. */
async function withOne(): Promise<World> {
  const world = emptyWorld();
  expect((await told(world, `apply -f ${ONE} --approve`)).failure).toBeUndefined();
  return world;
}

describe("irsa export -f --plan", () => {
  it.each(Object.keys(ENGINES) as EngineName[])(
    "prints for %s what the plan creates and nothing else, and all of it where nothing exists",
    async (to) => {
      const world = emptyWorld();
      const whole = await planFile(world, `of-plan-whole-${to}.json`, `plan -f ${TWO}`);
      const all = await told(world, `export -f ${TWO} --to ${to}`);
      const same = await told(world, `export -f ${TWO} --to ${to} --plan ${whole}`);
      expect(same.failure).toBeUndefined();
      expect(same.out).toBe(all.out);
      const applied = await withOne();
      const plan = await planFile(applied, `of-plan-part-${to}.json`, `plan -f ${TWO}`);
      const { out, err, failure } = await told(applied, `export -f ${TWO} --to ${to} --plan ${plan}`);
      expect(failure).toBeUndefined();
      expect(out).toContain("search");
      expect(out).not.toContain("cart");
      expect(err.includes("only what the plan creates or changes")).toBe(to !== "script");
    },
  );

  it("prints whole roles of a plan that changes them, as a script", async () => {
    const world = await withOne();
    const plan = await planFile(world, "of-plan-change.json", `plan -f ${MORE}`);
    const { out, failure } = await told(world, `export -f ${MORE} --to script --plan ${plan}`);
    expect(failure).toBeUndefined();
    expect(out).toContain(CLOUDWATCH);
    expect(out).toContain(S3_READ);
    expect(out).not.toMatch(/^(provider|service_account) /m);
  });

  it.each(["cloudformation", "terraform", "pulumi", "ack", "crossplane"])(
    "refuses a plan that changes a role that exists for %s, which would create it",
    async (to) => {
      const world = await withOne();
      const plan = await planFile(world, `of-plan-exists-${to}.json`, `plan -f ${MORE}`);
      const { failure, out } = await told(world, `export -f ${MORE} --to ${to} --plan ${plan}`);
      expect([failure?.code, out]).toEqual(["not-expressible", ""]);
      expect(String(failure?.detail.facts)).toMatch(/role arn:aws:iam::\d+:role\/\S+: it exists, and /);
    },
  );

  it("refuses a plan that deletes, of another file, of another cluster, and one without changes", async () => {
    const world = await withOne();
    const plan = await planFile(world, "of-plan-two.json", `plan -f ${TWO}`);
    const script = `export --to script --plan`;
    const other = await told(world, `${script} ${plan} -f ${ONE}`);
    expect(other.failure?.code).toBe("other-plan");
    expect(String(other.failure?.detail.facts)).toContain("ServiceAccount shop/search");
    const answer = await answerOf(world, `plan -f ${TWO}`);
    const change = { kind: "detachPolicy", role: "arn:aws:iam::111122223333:role/x", policy: S3_READ };
    const deleting = fileOf("of-plan-deleting.json", {
      ...answer,
      plan: { ...answer.plan, changes: [...answer.plan.changes, change] },
    });
    const refused = await told(world, `${script} ${deleting} -f ${TWO}`);
    expect(String(refused.failure?.detail.facts)).toContain(
      "detachPolicy of arn:aws:iam::111122223333:role/x: an export says what must exist",
    );
    const arn = "arn:aws:eks:eu-west-1:111122223333:cluster/other";
    const elsewhere = fileOf("of-plan-elsewhere.json", { ...answer, cluster: { ...answer.cluster, arn } });
    expect((await told(world, `${script} ${elsewhere} -f ${TWO}`)).failure?.message).toContain(
      "is for another cluster",
    );
    const none = await planFile(world, "of-plan-none.json", `plan -f ${ONE}`);
    expect((await told(world, `${script} ${none} -f ${ONE}`)).failure?.code).toBe("nothing-to-export");
  });

  it("takes nothing of the plan file but which resources are meant", async () => {
    const world = emptyWorld();
    const answer = await answerOf(world, `plan -f ${ONE}`);
    const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
    const changes = answer.plan.changes.map((change: object) =>
      "policy" in change
        ? { ...change, policy: ADMIN }
        : { ...change, description: ADMIN, tags: { a: ADMIN } },
    );
    const forged = fileOf("of-plan-forged.json", { ...answer, plan: { ...answer.plan, changes } });
    const { out } = await told(world, `export -f ${ONE} --to script --plan ${forged}`);
    expect(out).toContain(CLOUDWATCH);
    expect(out).not.toContain(ADMIN);
  });

  it.each([
    [`export -f ${ONE} --to stackset --plan x.json`, "--plan 'x.json' can't be used with --to stackset"],
    [`export -f ${ONE} --to script --plan none.json`, "--plan 'none.json' can't be read"],
  ])("%s is refused: %s", async (line, message) => {
    expect((await told(emptyWorld(), line)).failure?.message).toContain(message);
  });
});

describe("a plan file", () => {
  const cluster = { arn: "arn:aws:eks:eu-west-1:111122223333:cluster/a" };
  const role = "arn:aws:iam::111122223333:role/x";
  const answer = (more: object = {}): object => ({
    schemaVersion: 2,
    command: "plan",
    cluster,
    state: "planned",
    plan: { changes: [] },
    ...more,
  });
  const of = (...changes: readonly unknown[]): object => answer({ plan: { changes } });

  it.each([
    ["no JSON", "{", "is not valid JSON (line 1, column 2); create one with irsa plan -f FILE -o json"],
    ["another document", { kind: "Plan" }, "is not a plan; "],
    ["another command's answer", answer({ command: "audit" }), "is not a plan; "],
    ["a later version", answer({ schemaVersion: 3 }), "is not a plan; "],
    ["a failure", answer({ error: { code: "no-cluster" } }), "is the answer of a run that failed; "],
    ["many targets", answer({ cluster: undefined }), "has no plan of one cluster; "],
    ["no changes", answer({ plan: {} }), "has no list 'plan.changes'; "],
    ["an applied plan", answer({ state: "done" }), "is a plan that was applied; "],
    ["a bad cluster", answer({ cluster: { arn: "x" } }), "has a cluster with the ARN 'x', which "],
    ["a change that is a text", of("createRole"), "has a plan.changes[0] that is not an object"],
    [
      "an unknown kind",
      of({ kind: "create-role" }),
      "[0] that has the kind 'create-role', which irsa does not have",
    ],
    ["no role", of({ kind: "createRole" }), "[0] that has as 'arn' a value that "],
    [
      "a bad ServiceAccount",
      of(
        { kind: "attachPolicy", role },
        { kind: "createServiceAccount", serviceAccount: { namespace: "A" } },
      ),
      "[1] that has as 'serviceAccount' a value that ",
    ],
    ["a bad provider", of({ kind: "editProvider", arn: role }), "is not the ARN of an identity provider"],
  ])("with %s is refused", (_, value, message) => {
    const parsed = planIn(typeof value === "string" ? value : JSON.stringify(value));
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(message) });
  });

  it("has of every change what it is about", () => {
    const ref = { namespace: "shop", name: "cart" };
    const changes = [
      { kind: "attachPolicy", role },
      { kind: "createPodIdentity", serviceAccount: ref },
      { kind: "createNamespace", namespace: "shop" },
      { kind: "deleteServiceAccount", serviceAccount: ref },
      { kind: "restartWorkload" },
    ];
    const { changes: read } = right(planIn(JSON.stringify(of(...changes))));
    expect(read.map(({ what }) => what)).toEqual([
      `role ${role}`,
      "Pod Identity association of shop/cart",
      "namespace shop",
      "deleteServiceAccount of shop/cart",
      "restartWorkload",
    ]);
  });
});

describe("whatever a file says", () => {
  it("what is live and what the export of a plan has are together what the file asks for", async () => {
    await assert(
      asyncProperty(arbitraryFile, async (text) => {
        const world = emptyWorld();
        const first = firstHalf(text);
        await applyAll(world, (await planOf(first, world)).changes);
        const live = withoutIds((await exportLive(world)).model);
        const { changes } = await planOf(text, world);
        if (changes.length === 0) return;
        const plan = { changes, notes: [] };
        const { plan: written } = planAnswer({ plan, state: "planned", steps: [] });
        const { cluster } = world;
        const json = { schemaVersion: 2, command: "plan", cluster, plan: written, state: "planned" };
        const read = right(planIn(JSON.stringify(json)));
        const { model } = await exportOf(text, world);
        const { model: restricted } = restrictedToPlan(model, read.changes, ENGINES.script);
        const named = new Set(restricted.resources.map(subjectOf));
        const kept = live.filter((resource) => !named.has(subjectOf(resource)));
        expect([...kept, ...restricted.resources].map(subjectOf).toSorted()).toEqual(
          model.resources.map(subjectOf).toSorted(),
        );
        await applyAll(world, changes);
        expect(withoutIds((await exportLive(world)).model)).toEqual(
          expect.arrayContaining([...restricted.resources]),
        );
      }),
      { numRuns: 20 },
    );
  });
});

function subjectOf(resource: {
  readonly kind: string;
  readonly arn?: string;
  readonly name?: string;
  readonly serviceAccount?: object;
}): string {
  return JSON.stringify([resource.kind, resource.arn ?? resource.serviceAccount ?? resource.name]);
}

/** The file with the first half of each list. */
function firstHalf(text: string): string {
  const file = parse(text);
  for (const list of ["serviceAccounts", "podIdentityAssociations"])
    if (Array.isArray(file.iam?.[list]))
      file.iam[list] = file.iam[list].slice(0, Math.ceil(file.iam[list].length / 2));
  return JSON.stringify(file);
}
