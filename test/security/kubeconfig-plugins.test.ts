import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { createSa, S3_READ, STORY } from "../e2e/commands.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { withoutWriting } from "../e2e/observe-world.ts";
import { placeCase } from "../kubernetes/kubeconfigs-on-disk.ts";
import { KUBECONFIGS } from "../kubernetes/kubeconfigs.ts";
import { startWorld } from "../worlds/start.ts";
import type { World } from "../worlds/world.ts";
import { attack } from "./attack.ts";

let world: World;
let home: string;
beforeAll(async () => {
  world = await startWorld();
  home = world.environmentOf("admin")["HOME"] ?? "";
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
});
afterAll(async () => world.stop());

const run = (args: readonly string[]): Promise<Run> => irsa(args, world.environmentOf("admin"));
const create = (...flags: readonly string[]) =>
  run(createSa("default/plugins", "--policy-arn", S3_READ, "--no-wait", ...flags));

interface Config {
  users: { user: { token?: string; exec?: object } }[];
}

/** The administrator's kubeconfig with a plugin instead of its token, which the plugin knows. */
async function kubeconfigWith(name: string, script: (token: string) => string): Promise<string> {
  const config = parse(await readFile(world.adminKubeconfig, "utf8")) as Config;
  for (const one of config.users)
    one.user = {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "sh",
        args: ["-c", script(one.user.token ?? "")],
        env: [{ name: "CLIENT_SECRET", value: SECRET }],
        interactiveMode: "Never",
      },
    };
  const path = join(home, `${name}.kubeconfig`);
  await writeFile(path, stringify(config));
  return path;
}

const SECRET = "a-secret-of-the-plugin-0123456789";
const CREDENTIAL = (token: string): string =>
  JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token },
  });
const honest = () => kubeconfigWith("honest", (token) => `echo '${CREDENTIAL(token)}'`);

attack(
  "malicious cluster",
  "what a failing credential plugin passes on forges no line, no CI command, no secret",
  {
    async attack() {
      const lines = String.raw`\033[2J\033]0;x\007::error::forged\n##[error]forged\nNo changes made.\n$CLIENT_SECRET\n`;
      const file = await kubeconfigWith("forging", () => `printf "${lines}" >&2; exit 7`);
      for (const output of ["text", "json"]) {
        const { code, stdout, stderr } = await withoutWriting(world, () =>
          create("--kubeconfig", file, "--approve", "-o", output),
        );
        const said = stdout + stderr;
        expect(code).toBe(1);
        expect(said).toContain("the credential plugin 'sh' failed: exit code 7");
        expect(said).not.toContain("\u001B");
        expect(said).not.toMatch(/^(?:::|##\[)/m);
        expect(said).not.toContain(SECRET);
        expect(said).not.toContain("bug");
        if (output === "json") expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      }
    },
    async twin() {
      expect(await create("--kubeconfig", await honest())).toMatchObject({ code: 0 });
    },
  },
);

attack("malicious cluster", "a credential plugin that never stops printing is ended", {
  async attack() {
    const file = await kubeconfigWith("endless", () => "yes");
    const { code, stderr } = await withoutWriting(world, () => create("--kubeconfig", file, "--approve"));
    expect([code, stderr]).toEqual([1, expect.stringContaining("printed more than 1 MiB")]);
  },
  async twin() {
    expect(await create("--kubeconfig", await honest())).toMatchObject({ code: 0 });
  },
});

const REFUSED = KUBECONFIGS.filter(({ fails, list }) => fails !== undefined && list === undefined);

it.each(REFUSED.map((one) => [one.title, one] as const))(
  "the built command line tells the cause of a kubeconfig with %s, and writes nothing",
  async (_title, one) => {
    const { folder } = await placeCase(one);
    const context = one.context === undefined ? [] : ["--context", one.context];
    const { code, stdout, stderr } = await withoutWriting(world, () =>
      create("--kubeconfig", join(folder, "config"), ...context, "--approve"),
    );
    await rm(folder, { recursive: true });
    const said = stdout + stderr;
    expect([1, 2, 4]).toContain(code);
    for (const part of one.fails?.says ?? []) expect(said).toContain(part);
    expect(said).not.toMatch(/bug in irsa|AWS principal/);
  },
);
