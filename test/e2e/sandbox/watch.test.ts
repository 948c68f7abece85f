import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Ajv, type ValidateFunction } from "ajv";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PATIENCE } from "../../worlds/patience.ts";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { invocation, irsa } from "../irsa.ts";

const ROLE_KEY = "eks.amazonaws.com/role-arn";
const CART = { namespace: "shop", name: "cart" };

/** A line of the answer, as far as these tests look. */
interface Line {
  readonly result: {
    readonly event: string;
    readonly serviceAccount?: typeof CART;
    readonly from?: { readonly verdict: string } | null;
    readonly to?: { readonly verdict: string; readonly code: string | null } | null;
    readonly finding?: { readonly rule: string };
    readonly chains?: readonly { readonly verdict: string }[];
    readonly source?: string;
    readonly reason?: { readonly code: string; readonly message: string } | null;
  };
}

let world: World;
let cluster: Cluster;
let watching: ChildProcess | undefined;
let isAnswer: ValidateFunction;
const lines: string[] = [];
let seen = 0;

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const parsed = (): readonly Line[] => lines.map((text) => JSON.parse(text) as Line);

/** What has come since the last call, once something that is awaited is among it. */
async function until(isAwaited: (line: Line) => boolean): Promise<readonly Line["result"][]> {
  await vi.waitFor(() => expect(parsed().slice(seen).some(isAwaited)).toBe(true), PATIENCE);
  // What belongs to the same round is written together.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const fresh = parsed().slice(seen);
  seen = lines.length;
  return fresh.map(({ result }) => result);
}

const untilVerdict = (verdict: string | undefined) =>
  until(({ result }) => result.event === "chainChanged" && result.to?.verdict === verdict);

const chainsIn = (results: readonly Line["result"][]) =>
  results.flatMap(({ event, serviceAccount, from, to }) =>
    event === "chainChanged" ? [[serviceAccount, from?.verdict, to?.code ?? to?.verdict]] : [],
  );
const rulesIn = (results: readonly Line["result"][], event: string) =>
  results.flatMap((result) => (result.event === event ? [result.finding?.rule] : []));

async function annotate(role: string): Promise<void> {
  const found = await cluster.core.readNamespacedServiceAccount(CART);
  found.metadata = Object.assign(found.metadata ?? {}, {
    annotations: { ...found.metadata?.annotations, [ROLE_KEY]: role },
  });
  await cluster.core.replaceNamespacedServiceAccount({ ...CART, body: found });
}

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  const schema = await readFile(new URL("../../../schemas/irsa-watch.schema.json", import.meta.url), "utf8");
  isAnswer = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema) as object);
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
  expect(await run(createSa("shop/cart", "--policy-arn", S3_READ, "--approve"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  watching?.kill("SIGKILL");
  await world?.stop();
});

describe("irsa watch -o json", () => {
  let role = "";

  test("begins with what there is", async () => {
    const args = ["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", "-o", "json"];
    watching = spawn(...invocation(args), {
      env: world.environmentOf("admin"),
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { stdout } = watching;
    if (stdout === null) throw new Error("no stdout");
    createInterface({ input: stdout }).on("line", (text) => lines.push(text));
    const [first] = await until(({ result }) => result.event === "snapshot");
    expect(first?.chains).toMatchObject([{ serviceAccount: CART, verdict: "works", isUnknown: false }]);
    role = (await cluster.annotations(CART.namespace, CART.name))?.[ROLE_KEY] ?? "";
  });

  test("tells what breaks once, and once that it works again", async () => {
    await annotate(`${role}-gone`);
    const broken = await untilVerdict("broken");
    expect(chainsIn(broken)).toEqual([[CART, "works", "role-missing"]]);
    expect(rulesIn(broken, "findingAppeared")).toContain("role-gone");
    await annotate(role);
    const repaired = await untilVerdict("works");
    expect(chainsIn(repaired)).toEqual([[CART, "broken", "works"]]);
    expect(rulesIn(repaired, "findingResolved")).toEqual(rulesIn(broken, "findingAppeared"));
  });

  test("tells a ServiceAccount that is deleted, and one that is there again", async () => {
    const { metadata } = await cluster.core.readNamespacedServiceAccount(CART);
    await cluster.core.deleteNamespacedServiceAccount(CART);
    expect(chainsIn(await untilVerdict(undefined))).toEqual([[CART, "works", undefined]]);
    const { labels = {}, annotations = {} } = metadata ?? {};
    await cluster.core.createNamespacedServiceAccount({
      namespace: CART.namespace,
      body: { metadata: { ...CART, labels, annotations } },
    });
    expect(chainsIn(await untilVerdict("works"))).toEqual([[CART, undefined, "works"]]);
  });

  const EXPIRED = {
    when: "before",
    status: 403,
    code: "ExpiredToken",
    message: "The security token included in the request is expired",
  } as const;
  const LOSSES = {
    "is denied": [() => world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" }), "access-denied"],
    "takes the credentials as expired": [
      () => world.aws.fail({ ...EXPIRED, action: "iam:GetAccountAuthorizationDetails", times: 100 }),
      "bad-credentials",
    ],
  } as const;

  test.each(Object.entries(LOSSES))(
    "tells that IAM %s, and that it answers again",
    async (_, [lose, code]) => {
      lose();
      expect(await until(({ result }) => result.event === "sourceLost")).toMatchObject([
        { event: "sourceLost", source: "iam", reason: { code }, unknown: [{ source: "iam" }] },
      ]);
      world.aws.clearFaults();
      expect(await until(({ result }) => result.event === "sourceRestored")).toMatchObject([
        { event: "sourceRestored", source: "iam", unknown: [] },
      ]);
    },
  );

  test("ends with 130 at Ctrl-C, and every line is an answer as its schema has it", async () => {
    if (watching === undefined) throw new Error("not started");
    const ended = once(watching, "close");
    watching.kill("SIGINT");
    expect((await ended)[0]).toBe(130);
    expect(lines.length).toBeGreaterThan(5);
    for (const text of lines) {
      isAnswer(JSON.parse(text));
      expect([text, isAnswer.errors]).toEqual([text, null]);
    }
  });
});
