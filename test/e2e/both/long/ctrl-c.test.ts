import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { S3_READ, STORY } from "../../commands.ts";
import { irsa, type Run } from "../../irsa.ts";
import { snapshot, withoutWriting } from "../../observe-world.ts";

/** Enough for several rounds of what is done side by side. */
const SERVICE_ACCOUNTS = 30;
/** The role at whose making it is interrupted. */
const INTERRUPTED = 12;
/** How many changes are made side by side. */
const AT_ONCE = 10;
const NAMES = Array.from({ length: SERVICE_ACCOUNTS }, (_, at) => `account-${at}`);

let world: World;
let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  folder = await mkdtemp(join(tmpdir(), "irsa-ctrl-c-"));
  await writeFile(join(folder, "many.yaml"), JSON.stringify(manyServiceAccounts()));
  expect(await irsa(STORY.associate, world.environmentOf("admin"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await world?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});
beforeEach(() => world.aws.clearFaults());

function manyServiceAccounts(): object {
  return {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: CLUSTER_NAME, region: world.aws.region },
    iam: {
      serviceAccounts: NAMES.map((name) => ({
        metadata: { namespace: "many", name },
        attachPolicyARNs: [S3_READ],
      })),
    },
  };
}

const apply = (onStart?: (child: ChildProcess) => void): Promise<Run> =>
  irsa(["apply", "-f", "many.yaml", "--approve"], world.environmentOf("admin"), {
    cwd: folder,
    ...(onStart && { onStart }),
  });

/** Interrupts a run at the n-th call of an action, which is answered once the signal has surely arrived. */
function interruptAt(action: string, nth: number): (child: ChildProcess) => void {
  return (child) =>
    world.aws.before(
      action,
      async () => {
        child.kill("SIGINT");
        await delay(1_000);
      },
      nth,
    );
}

/** The ServiceAccounts of the file that have their role. */
async function done(): Promise<string[]> {
  const { items } = await cluster.core.listNamespacedServiceAccount({ namespace: "many" });
  const annotated = items.filter(({ metadata }) => metadata?.annotations?.["eks.amazonaws.com/role-arn"]);
  return annotated.map(({ metadata }) => metadata?.name ?? "").toSorted();
}

describe("Ctrl-C while hundreds of calls are to be made", () => {
  test("calls in flight are finished, what is not done is said, and the same again does the rest", async () => {
    world.aws.clearCalls();
    const run = await apply(interruptAt("iam:CreateRole", INTERRUPTED));
    expect(run).toMatchObject({ code: 130 });

    const finished = await done();
    expect(finished.length).toBeGreaterThan(0);
    expect(finished.length).toBeLessThan(SERVICE_ACCOUNTS);
    const left = SERVICE_ACCOUNTS - finished.length;
    expect(run.stderr).toContain(
      `error: interrupted: ${left} of ${SERVICE_ACCOUNTS} ServiceAccounts not completed`,
    );
    expect(run.stderr).toContain("Run the same command again to complete the rest");
    expect(run.stderr).not.toContain("No changes made");
    for (const name of finished) expect(run.stderr).toContain(`✓ many/${name}\n`);

    const writes = world.aws.calls().filter(({ write }) => write);
    expect(writes.filter(({ status }) => status !== 200)).toEqual([]);
    const roles = writes.filter(({ action }) => action === "CreateRole");
    expect(roles.length).toBeLessThanOrEqual(INTERRUPTED + AT_ONCE);

    expect(await apply()).toMatchObject({ code: 0 });
    expect(await done()).toEqual(NAMES.toSorted());
    const after = await snapshot(world);
    expect(Object.keys(after.roles).filter((name) => name.includes("-many-"))).toHaveLength(SERVICE_ACCOUNTS);
  });
});

describe("Ctrl-C while nothing is written yet", () => {
  test.each(["eks:DescribeCluster", "iam:GetOpenIDConnectProvider"])(
    "at %s: the run ends immediately, without the answer, and has written nothing",
    async (action) => {
      await withoutWriting(world, async () => {
        let answered = (): void => undefined;
        const run = await apply((child) =>
          world.aws.before(action, async () => {
            child.kill("SIGINT");
            await new Promise<void>((resolve) => (answered = resolve));
          }),
        );
        answered();
        expect(run).toMatchObject({ code: 130 });
        expect(run.stderr).toContain("error: interrupted\n  No changes made.");
      });
    },
  );
});
