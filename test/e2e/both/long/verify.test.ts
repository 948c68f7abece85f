import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { STORY } from "../../commands.ts";
import { irsa } from "../../irsa.ts";
import { withoutWriting } from "../../observe-world.ts";
import { BREAKS } from "../../verify/breaks.ts";
import { runFix } from "../../verify/run-fix.ts";
import { openShop, type Shop } from "../../verify/shop.ts";

const NAMESPACE = "amazon-cloudwatch";
const SERVICE_ACCOUNT = `${NAMESPACE}/cloudwatch-agent`;
const LINKS =
  "cluster issuer provider service-account role trust-policy permissions webhook workload pod token sts";

let world: World;
let cluster: Cluster;
let shop: Shop;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  shop = await openShop(world);
});
afterAll(async () => world?.stop());

interface Answer {
  readonly chains: readonly {
    readonly subject: object;
    readonly verdict: string;
    readonly firstBroken: { readonly row: string; readonly fix: { kind: string; text: string } } | null;
    readonly links: readonly { readonly link: string; readonly status: string }[];
  }[];
}

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const verify = (...args: readonly string[]) => run(["verify", "--cluster", CLUSTER_NAME, ...args]);
const answerOf = async (...args: readonly string[]): Promise<{ code: number; answer: Answer }> => {
  const { code, stdout } = await verify(...args, "-o", "json");
  return { code, answer: (JSON.parse(stdout) as { result: Answer }).result };
};

test("before anything is set up, the first missing thing is named, with the command for it", async () => {
  const { code, answer } = await answerOf(SERVICE_ACCOUNT);
  expect(code).toBe(3);
  expect(answer.chains[0]).toMatchObject({
    verdict: "broken",
    firstBroken: {
      row: "A1",
      fix: { kind: "command", text: `irsa associate-oidc --cluster ${CLUSTER_NAME} --approve` },
    },
  });
});

describe("what create-sa has set up", () => {
  beforeAll(async () => {
    for (const command of [STORY.associate, STORY.create])
      expect(await run(command)).toMatchObject({ code: 0 });
  });

  test("works, link by link", async () => {
    const { code, answer } = await answerOf(SERVICE_ACCOUNT);
    expect(code).toBe(0);
    const [result] = answer.chains;
    expect(result).toMatchObject({ verdict: "works", firstBroken: null });
    expect(result?.links.map(({ link }) => link).join(" ")).toBe(LINKS);
    expect(result?.links.filter(({ status }) => status !== "PASS").map(({ link }) => link)).toEqual([
      "workload",
      "pod",
    ]);
  });

  test("is told for people, and in a table with --all", async () => {
    const one = await verify(SERVICE_ACCOUNT);
    expect(one.stdout).toContain("✓ trust policy     allows this ServiceAccount");
    expect(one.stdout).toContain("Works: STS accepts its tokens.");
    const all = await verify("--all");
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout).toContain(`${SERVICE_ACCOUNT}  ✓ works`);
  });

  test("nothing is written by looking", async () => {
    world.aws.clearCalls();
    await verify(SERVICE_ACCOUNT);
    const writes = world.aws.calls().filter(({ action }) => !/^(Get|List|Describe|AssumeRole)/.test(action));
    expect(writes).toEqual([]);
    expect(await cluster.core.listNamespacedPod({ namespace: NAMESPACE })).toMatchObject({ items: [] });
  });
});

describe("the agent's DaemonSet", () => {
  const subject = `ds/${SERVICE_ACCOUNT}`;

  test("runs, injected, and works", async () => {
    await cluster.apply(
      await readFile(new URL("../../fixtures/cwagent-daemonset.yaml", import.meta.url), "utf8"),
    );
    await cluster.runningPod(NAMESPACE, "name=cloudwatch-agent");
    const { code, answer } = await answerOf(subject);
    expect(code).toBe(0);
    const statuses = answer.chains[0]?.links.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(["PASS"]));
  });

  test("is broken on purpose, found, and fixed by --fix, which shows its plan before", async () => {
    const metadata = { name: "cloudwatch-agent", namespace: NAMESPACE };
    await cluster.core.replaceNamespacedServiceAccount({ ...metadata, body: { metadata } });
    const found = await answerOf(subject);
    expect(found).toMatchObject({ code: 3, answer: { chains: [{ firstBroken: { row: "C1" } }] } });
    const planned = await withoutWriting(world, () => verify(subject, "--fix"));
    expect(planned.code).toBe(3);
    expect(planned.stdout).toContain(`~ ServiceAccount  ${SERVICE_ACCOUNT}`);
    expect(planned.stdout).toContain("No changes made. Re-run with --approve to apply.");
    expect(await verify(subject, "--fix", "--approve")).toMatchObject({ code: 0 });
    expect((await answerOf(subject)).answer.chains[0]).toMatchObject({ verdict: "works" });
  });
});

describe("a shop with one thing broken", () => {
  beforeEach(() => shop.restore());

  test.each(BREAKS)("$finds.row: $name", async ({ breaks, finds: { fix, ...fault } }) => {
    await breaks(shop);
    const broken = await answerOf("shop/cart");
    expect(broken.code).toBe(3);
    const [result] = broken.answer.chains;
    expect(result?.firstBroken).toMatchObject({ ...fault, fix: { kind: fix } });
    if (fix === "advice") return;
    await runFix(shop, result?.firstBroken?.fix.text ?? "");
    expect((await answerOf("shop/cart")).answer.chains[0]).toMatchObject({ verdict: "works" });
  });
});

describe("what may not be read is unknown, and nothing is broken by it", () => {
  beforeAll(() => shop.restore());
  afterEach(() => world.aws.clearFaults());

  test.each([
    ["eks:DescribeCluster", "cluster"],
    ["iam:GetOpenIDConnectProvider", "provider"],
    ["iam:GetRole", "role"],
    ["iam:ListAttachedRolePolicies", "permissions"],
    ["iam:ListRolePolicies", "permissions"],
  ])("%s: %s", async (action, link) => {
    world.aws.deny({ action });
    const { code, answer } = await answerOf("shop/cart");
    const statuses = new Map(answer.chains[0]?.links.map((one) => [one.link, one.status]));
    // Without the cluster's description nothing can be verified.
    expect(code).toBe(link === "cluster" ? 4 : 0);
    expect(statuses.get(link)).toBe("UNKNOWN");
    expect([...statuses.values()]).not.toContain("FAIL");
  });

  test("with --strict, what is unproven is exit 1", async () => {
    world.aws.deny({ action: "iam:ListRolePolicies" });
    expect(await verify("shop/cart", "--strict")).toMatchObject({ code: 1 });
    world.aws.clearFaults();
    expect(await verify("shop/cart", "--strict")).toMatchObject({ code: 0 });
  });

  test("a principal who may see nothing in the cluster is told so, and what AWS says", async () => {
    const { code, stdout } = await irsa(
      ["verify", "--cluster", CLUSTER_NAME, "shop/cart"],
      world.environmentOf("viewer"),
    );
    expect(code).toBe(4);
    expect(stdout).toContain("? ServiceAccount");
    expect(stdout).toContain("✓ provider");
  });
});

test("everything wrong with the ask is reported together", async () => {
  const wrong = await verify("x/Y", "foo/bar/baz", "deployment/web", "--all");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  for (const text of ["'x/Y'", "unknown kind 'foo'", "deployment/NAMESPACE/web", "can't be combined"])
    expect(wrong.stderr).toContain(text);
});
