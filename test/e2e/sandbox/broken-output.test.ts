import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { irsaInto, type Outlet } from "../broken-output.ts";
import { clusterOf } from "../cluster.ts";
import { S3_READ, STORY } from "../commands.ts";
import { irsa, OWN_COMMAND, type Run } from "../irsa.ts";
import { snapshot, withoutWriting } from "../observe-world.ts";

const CLOSED: Outlet = { lines: 0 };
const FULL: Outlet = { path: "/dev/full" };
const REACH = ["--cluster", CLUSTER_NAME];
const SERVICE_ACCOUNTS = 20;
const SIGPIPE = 141;

/** What a picture says on stderr by itself. */
function withoutCount(stderr: string): string {
  return stderr.replace(/^ {2}\d+ cluster.*\n/, "");
}

/** Whether an answer is what a script can read. */
function isWhole(answer: string, output: "text" | "json"): boolean {
  return output === "text" || typeof JSON.parse(answer) === "object";
}

/** Neither a stack, nor Node's own complaint, nor a line of the bundle. */
function expectQuiet({ stdout, stderr }: Run): void {
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at |node:|Node\.js|Unhandled|throw er/m);
}

let world: World;
let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await startWorld();
  environment = world.environmentOf("admin");
  folder = await mkdtemp(join(tmpdir(), "irsa-broken-output-"));
  for (const namespace of ["text", "json"])
    await writeFile(join(folder, `${namespace}.yaml`), JSON.stringify(manyServiceAccounts(namespace)));
  expect(await irsa(STORY.associate, environment)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await world?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});
beforeEach(() => world.aws.clearFaults());

function manyServiceAccounts(namespace: string): object {
  const serviceAccounts = Array.from({ length: SERVICE_ACCOUNTS }, (_, at) => ({
    metadata: { namespace, name: `account-${at}` },
    attachPolicyARNs: [S3_READ],
  }));
  const metadata = { name: CLUSTER_NAME, region: world.aws.region };
  return { apiVersion: "eksctl.io/v1alpha5", kind: "ClusterConfig", metadata, iam: { serviceAccounts } };
}

describe("a command that only reads", () => {
  const LINES = {
    audit: ["audit", ...REACH],
    "audit -o json": ["audit", ...REACH, "-o", "json"],
    "graph -o html": ["graph", ...REACH, "-o", "html"],
    "a plan": [...STORY.associate.filter((word) => word !== "--approve"), "--tag", "a=b"],
    completion: ["completion", "bash"],
    help: ["--help"],
    "help of a command": ["audit", "--help"],
  };

  test.each(Object.entries(LINES))(
    "%s whose reader is gone ends like any program, and says nothing",
    async (_name, line) => {
      const run = await irsaInto({ stdout: CLOSED, stderr: "read" }, line, environment);
      expect({ ...run, stderr: withoutCount(run.stderr) }).toEqual({ code: SIGPIPE, stdout: "", stderr: "" });
    },
  );

  test.each(Object.entries(LINES))("%s on a full disk says so in one line", async (_name, line) => {
    const run = await irsaInto({ stdout: FULL, stderr: "read" }, line, environment);
    expect(run.code).toBe(1);
    expect(withoutCount(run.stderr)).toMatch(
      /^error: can't write to stdout\b.*ENOSPC\)\n(?: {2}No\w* .*(?:changed|made)\.\n)?$/,
    );
  });

  test.each(Object.entries(LINES))("%s whose two outputs are full still fails", async (_name, line) => {
    const run = await irsaInto({ stdout: FULL, stderr: FULL }, line, environment);
    expect(run).toEqual({ code: 1, stdout: "", stderr: "" });
  });

  test("a disk that gets full in the midst of the answer is not a good end", async () => {
    const path = join(folder, "answer.html");
    const command = `ulimit -f 8; "${OWN_COMMAND.join('" "')}" graph --cluster ${CLUSTER_NAME} -o html > "${path}"`;
    const run = await new Promise<Run>((resolve) => {
      execFile("sh", ["-c", command], { env: environment }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
    expect((await stat(path)).size).toBeGreaterThan(0);
    expect(run.code).toBe(1);
    expect(withoutCount(run.stderr)).toBe("error: can't write to stdout: file too large (EFBIG)\n");
  });

  test("a slow reader gets all of a large answer", async () => {
    const { code, stdout } = await irsa(["graph", ...REACH, "-o", "html"], environment);
    expect(code).toBe(0);
    const whole = stdout.length;
    const slow = await irsaInto(
      { stdout: "read", stderr: "read" },
      ["graph", ...REACH, "-o", "html"],
      environment,
      {
        onStart: (child) => {
          child.stdout?.pause();
          setTimeout(() => child.stdout?.resume(), 1_500);
        },
      },
    );
    expect(slow.code).toBe(0);
    expect(whole).toBeGreaterThan(64 * 1024);
    expect(slow.stdout.length).toBe(whole);
  });

  test("with its outputs closed from the start it works, with its input closed too", async () => {
    const run = (line: string): Promise<number> =>
      new Promise((resolve) => {
        const child = execFile("sh", ["-c", `"${OWN_COMMAND.join('" "')}" ${line}`], {
          env: environment,
        });
        child.once("exit", (code) => resolve(code ?? -1));
      });
    expect(await run(`audit --cluster ${CLUSTER_NAME} --fail-on never >&- 2>&-`)).toBe(0);
    expect(await run(`audit --cluster ${CLUSTER_NAME} --fail-on never <&-`)).toBe(0);
    expect(await run("apply -f - <&- >&- 2>&-")).toBe(2);
  });
});

describe("a command that writes", () => {
  const apply = (
    outlets: { stdout: Outlet; stderr: Outlet },
    output: "text" | "json" = "text",
  ): Promise<Run> =>
    irsaInto(outlets, ["apply", "-f", `${output}.yaml`, "--approve", "-o", output], environment, {
      cwd: folder,
    });

  /** The ServiceAccounts of the file that have their role. */
  async function done(namespace: string): Promise<string[]> {
    const { items } = await clusterOf(world).core.listServiceAccountForAllNamespaces();
    return items
      .filter(({ metadata }) => metadata?.namespace === namespace)
      .filter(({ metadata }) => metadata?.annotations?.["eks.amazonaws.com/role-arn"])
      .map(({ metadata }) => metadata?.name ?? "");
  }

  test.each([
    ["closed", CLOSED, SIGPIPE],
    ["full", FULL, 1],
  ] as const)("begins nothing where its plan can't be shown: stdout is %s", async (_name, stdout, code) => {
    await withoutWriting(world, async () => {
      const run = await apply({ stdout, stderr: "read" });
      expect(run.code).toBe(code);
      expect(withoutCount(run.stderr)).toMatch(/^error: can't write to stdout: .*\n {2}N.*chang/m);
      expectQuiet(run);
    });
  });

  test.each(["text", "json"] as const)(
    "ends in order where nobody reads how it goes (-o %s), and the same again does the rest",
    async (output) => {
      const run = await apply({ stdout: "read", stderr: { lines: output === "json" ? 34 : 4 } }, output);
      expect(run.code).toBe(SIGPIPE);
      expect(run.stdout).toContain("can't write to stderr: broken pipe (EPIPE)");
      expect(run.stdout).toContain("ServiceAccounts not completed");
      expect(run.stdout).not.toContain("No changes made");
      expectQuiet(run);
      expect(isWhole(run.stdout, output)).toBe(true);
      const finished = await done(output);
      expect(finished.length).toBeGreaterThan(0);
      expect(finished.length).toBeLessThan(SERVICE_ACCOUNTS);
      for (const write of world.aws.calls().filter(({ write }) => write)) expect(write.status).toBe(200);

      const again = await apply({ stdout: "read", stderr: "read" }, output);
      expect(again).toMatchObject({ code: 0 });
      expect(await done(output)).toHaveLength(SERVICE_ACCOUNTS);
      const { roles } = await snapshot(world);
      for (const name of Object.keys(roles).filter((role) => role.includes(`-${output}-`)))
        expect(roles[name]).toMatchObject({ attached: [S3_READ] });
    },
    120_000,
  );

  test("whose answer does not arrive says so, not that nothing was changed", async () => {
    const line = [...STORY.associate, "--tag", "team=edge", "-o", "json"];
    const run = await irsaInto({ stdout: FULL, stderr: "read" }, line, environment);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      "error: can't write to stdout: no space left on device (ENOSPC)\n  Run the same command again to see the result\n",
    );
    expect(run.stderr).not.toMatch(/No changes made|No changes/);
    expect(await irsa(line, environment)).toMatchObject({ code: 0 });
  });
});

describe("the system's signals", () => {
  test.each([
    ["SIGINT", 130, "interrupted"],
    ["SIGTERM", 143, "interrupted by SIGTERM"],
    ["SIGHUP", 129, "interrupted by SIGHUP"],
  ] as const)("%s while nothing is written yet ends the run with %i", async (signal, code, message) => {
    await withoutWriting(world, async () => {
      let answered = (): void => undefined;
      const run = await irsaInto(
        { stdout: "read", stderr: "read" },
        ["apply", "-f", "text.yaml", "--approve"],
        environment,
        {
          cwd: folder,
          onStart: (child) =>
            world.aws.before("eks:DescribeCluster", async () => {
              child.kill(signal);
              await new Promise<void>((resolve) => (answered = resolve));
            }),
        },
      );
      answered();
      expect(run.code).toBe(code);
      expect(run.stderr).toMatch(new RegExp(`^error: ${message}\\n  N.*chang`));
    });
  });

  test("the second one kills", async () => {
    let answered = (): void => undefined;
    const run = await irsaInto(
      { stdout: "read", stderr: "read" },
      [...STORY.associate, "--tag", "a=c"],
      environment,
      {
        onStart: (child) =>
          world.aws.before("iam:TagOpenIDConnectProvider", async () => {
            child.kill("SIGTERM");
            setTimeout(() => child.kill("SIGINT"), 500);
            await new Promise<void>((resolve) => (answered = resolve));
          }),
      },
    );
    answered();
    expect(run).toMatchObject({ code: -1 });
    expect(run.stderr).toMatch(/SIGINT$/);
  });
});
