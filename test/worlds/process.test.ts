import { access, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { transform } from "esbuild";
import { findFreePort, finish, openNursery, waitFor, type Child, type Nursery } from "./process.ts";

let nursery: Nursery;

beforeEach(async () => {
  nursery = await openNursery(0);
});

afterEach(async () => {
  await nursery.close();
});

function shell(script: string, environment: NodeJS.ProcessEnv = {}): Child {
  return nursery.start({ program: "sh", arguments: ["-c", script], environment });
}

describe("a child", () => {
  test("gives its output and inherits no environment but PATH", async () => {
    process.env["AWS_PROFILE"] = "production";
    try {
      const child = shell('echo "$HOME $GREETING ${AWS_PROFILE-none}"', { GREETING: "hello" });
      expect(await finish(child, 100)).toBe(`${nursery.folder} hello none\n`);
    } finally {
      delete process.env["AWS_PROFILE"];
    }
  });

  test("that fails tells its code and its last words", async () => {
    await expect(finish(shell("echo no luck >&2; exit 7"), 100)).rejects.toThrow(/failed \(7\)[^]*no luck/);
  });

  test("that can't be started is named", () => {
    expect(() => nursery.start({ program: "no-such-program", arguments: [] })).toThrow("no-such-program");
  });
});

describe("waiting for a child", () => {
  test("ends with the probe's first value", async () => {
    const child = shell("echo ready; sleep 60");
    const line = await waitFor(
      "it spoke",
      [child],
      () => child.stdout().includes("ready") && child.stdout(),
      100,
    );
    expect(line).toBe("ready\n");
  });

  test("ends when the child does, with its output", async () => {
    const child = shell("echo out of memory >&2; exit 3");
    const waiting = waitFor("it spoke", [child], () => false, 100);
    await expect(waiting).rejects.toThrow(/sh ended \(3\) before it spoke[^]*out of memory/);
  });

  test("ends at the time limit, with the probe's last error", async () => {
    const waiting = waitFor("it spoke", [shell("sleep 60")], () => Promise.reject(new Error("refused")), 0.2);
    await expect(waiting).rejects.toThrow("0.2 s passed before it spoke (Error: refused)");
  });
});

describe("closing", () => {
  test("ends grandchildren that ignore SIGTERM, and removes the folder", async () => {
    const crowd = await openNursery(1);
    const child = crowd.start({
      program: "sh",
      arguments: [
        "-c",
        "trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 1; done' & echo $!; wait; wait",
      ],
    });
    await waitFor("it spoke", [child], () => child.stdout().endsWith("\n"), 100);
    await crowd.close();
    expect(await isAlive(Number(child.stdout()))).toBe(false);
    expect(await isAlive(child.pid)).toBe(false);
    await expect(access(crowd.folder)).rejects.toThrow("ENOENT");
  });

  test("lets a child that heeds SIGTERM say goodbye", async () => {
    const crowd = await openNursery(10);
    const child = crowd.start({
      program: "sh",
      arguments: ["-c", "trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.05; done"],
    });
    await waitFor("it spoke", [child], () => child.stdout() === "up\n", 100);
    await crowd.close();
    expect(await child.exited).toBe(0);
    expect(child.stdout()).toBe("up\ngoodbye\n");
  });
});

test("when the opening process is killed, its children and its folder go too", async () => {
  const opener = nursery.start({ program: process.execPath, arguments: [await writeOpener(nursery.folder)] });
  await waitFor("it spoke", [opener], () => opener.stdout().endsWith("\n"), 100);
  const [folder = "", pid = ""] = opener.stdout().trim().split(" ");
  expect(await isAlive(Number(pid))).toBe(true);
  process.kill(opener.pid, "SIGKILL");
  const clock = shell("sleep 600");
  await waitFor("the child was gone", [clock], async () => !(await isAlive(Number(pid))), 100);
  await waitFor("the folder was gone", [clock], () => isMissing(folder), 100);
});

test("a free port can be listened on", async () => {
  const port = await findFreePort();
  expect(port).toBeGreaterThan(1023);
  expect(await findFreePort()).toBeGreaterThan(1023);
});

/** Node 20 doesn't run TypeScript, so the opener gets the nursery as JavaScript beside it. */
async function writeOpener(folder: string): Promise<string> {
  const here = new URL(".", import.meta.url);
  const { code } = await transform(await readFile(new URL("process.ts", here), "utf8"), { loader: "ts" });
  await writeFile(join(folder, "process.mjs"), code);
  await copyFile(new URL("keeper.sh", here), join(folder, "keeper.sh"));
  const opener = join(folder, "opener.mjs");
  await writeFile(
    opener,
    `import { openNursery } from "./process.mjs";
    const nursery = await openNursery(0);
    const child = nursery.start({ program: "sleep", arguments: ["600"] });
    console.log(nursery.folder, child.pid);`,
  );
  return opener;
}

/** A zombie is not alive: where nobody asks for its exit code, it stays in the list of processes. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
  } catch {
    return false;
  }
}

async function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
