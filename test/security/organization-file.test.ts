import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  findOrganizationPolicy,
  whyNotTrusted,
} from "../../src/commands/shared/session/organization-file.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { attack } from "./attack.ts";
import { CLUSTER_COMMANDS, clusterFile, lineOf } from "./every-command.ts";
import { OWN, startTwoServiceAccounts, type TwoServiceAccounts } from "./two-accounts.ts";

let world: TwoServiceAccounts;
let file: string;
let root: string;

beforeAll(async () => {
  world = await startTwoServiceAccounts();
  file = await clusterFile(world.folder, "prod", "eu-west-1");
  expect(await world.run(["associate-oidc", "--cluster", OWN, "--approve"])).toMatchObject({ code: 0 });
});
afterAll(async () => world?.sandbox.stop());

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "irsa-organization-"));
  world.writes();
  return () => rm(root, { recursive: true });
});

const run = (
  args: readonly string[],
  folder = root,
  more: Readonly<Record<string, string>> = {},
): Promise<Run> => irsa(args, { ...world.environment, ...more }, { cwd: folder });

async function rules(text: string, mode = 0o644, folder = root): Promise<string> {
  const path = join(folder, ".irsa.yaml");
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const HONEST = "rolePrefix: corp-\n";
const SUPPRESSING = 'auditIgnore: [{ rule: "*", subject: "*", reason: none, until: 2999-01-01 }]\n';

/** Only root gives files away; for others the same is tried with a user of another number. */
const isRoot = process.getuid?.() === 0;
const SOMEBODY = 12_345;

async function refusal(folder: string): Promise<unknown> {
  return findOrganizationPolicy(folder, "").then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each([
  ["may be written by others", HONEST, 0o666],
  ["can't be understood", "rolePrefix: [\n", 0o644],
  ["has a field that does not exist", "audit_ignore: []\n", 0o644],
])("M7: a file that %s", (_what, text, mode) => {
  it.each(CLUSTER_COMMANDS)("stops `%s`", async (command) => {
    const path = await rules(text, mode);
    world.sandbox.aws.recorder.clear();
    const { code, stdout, stderr } = await run(lineOf(command, OWN, { file }));
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(path);
    expect(world.sandbox.aws.recorder.calls()).toEqual([]);
  });
});

attack("local user", "M7: a file of another user above the working folder suppresses findings", {
  async attack() {
    const path = await rules(SUPPRESSING);
    const inside = join(root, "a", "b");
    await mkdir(inside, { recursive: true });
    if (isRoot) {
      await chown(path, SOMEBODY, SOMEBODY);
      const audit = await run(["audit", "--cluster", OWN], inside);
      expect(audit.code).toBe(2);
      expect(audit.stderr).toContain(`it belongs to another user (uid ${SOMEBODY})`);
    }
    const somebody = { uid: SOMEBODY, mode: 0o100644 };
    for (const user of [{ uid: 1000 }, { uid: 0 }, { uid: 0, sudoUid: 1000 }])
      expect(whyNotTrusted(somebody, false, user)).toContain("another user");
  },
  async twin() {
    const path = await rules(SUPPRESSING.replace('"*"', "no-provider"));
    const inside = join(root, "a", "b");
    await mkdir(inside, { recursive: true });
    const { code, stdout } = await run(["audit", "--cluster", OWN, "--fail-on", "never"], inside);
    expect(code).toBe(0);
    expect(stdout).toContain(path);
    const own = { uid: SOMEBODY, mode: 0o100644 };
    for (const user of [{ uid: SOMEBODY }, { uid: 0, sudoUid: SOMEBODY }, undefined])
      expect(whyNotTrusted(own, false, user)).toBeUndefined();
    expect(whyNotTrusted({ uid: 0, mode: 0o100644 }, false, { uid: 1000 })).toBeUndefined();
  },
});

attack("local user", "M7 variant: a file that others may write to", {
  async attack() {
    for (const mode of [0o664, 0o646, 0o666, 0o777]) {
      await rules(HONEST, mode);
      expect(await refusal(root)).toMatchObject({ kind: "input", code: "untrusted-rules" });
    }
  },
  async twin() {
    for (const mode of [0o600, 0o644, 0o444, 0o755]) {
      await rules(HONEST, mode);
      expect(await findOrganizationPolicy(root, "")).toMatchObject({ rolePrefix: "corp-" });
      await rm(join(root, ".irsa.yaml"));
    }
  },
});

attack("local user", "M7 variant: a link of somebody else's to weaker rules of the user's own", {
  async attack() {
    // The link's own owner counts: its target is the user's.
    expect(whyNotTrusted({ uid: SOMEBODY, mode: 0o120777 }, true, { uid: 1000 })).toContain("another user");
    const open = join(root, "open.yaml");
    await writeFile(open, HONEST);
    await chmod(open, 0o666);
    await symlink(open, join(root, ".irsa.yaml"));
    expect(await refusal(root)).toMatchObject({ code: "untrusted-rules" });
    await rm(open);
    // A link to nothing: there may have been rules.
    expect(await refusal(root)).toMatchObject({ kind: "input" });
  },
  async twin() {
    const shared = join(root, "shared.yaml");
    await writeFile(shared, HONEST, { mode: 0o644 });
    await symlink(shared, join(root, ".irsa.yaml"));
    expect(await findOrganizationPolicy(root, "")).toMatchObject({ rolePrefix: "corp-" });
  },
});

attack("local user", "M7 variant: a named pipe or a folder in the file's place", {
  async attack() {
    execFileSync("mkfifo", ["-m", "600", join(root, ".irsa.yaml")]);
    expect(await refusal(root)).toMatchObject({ kind: "input" });
    await rm(join(root, ".irsa.yaml"));
    await mkdir(join(root, ".irsa.yaml"));
    expect(await refusal(root)).toMatchObject({ kind: "input" });
  },
  async twin() {
    await rules(HONEST);
    expect(await findOrganizationPolicy(root, "")).toMatchObject({ rolePrefix: "corp-" });
  },
});

attack("pull-request author", "M7: rules that hold without being named", {
  async attack() {
    const path = await rules(SUPPRESSING.replace('"*"', "no-provider"));
    const json = await run(["audit", "--cluster", OWN, "--fail-on", "never", "-o", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ organizationFile: path });
    for (const format of ["sarif", "markdown", "table"])
      expect((await run(["audit", "--cluster", OWN, "--fail-on", "never", "-o", format])).stdout).toContain(
        path,
      );
    for (const format of ["asff", "ocsf"])
      expect((await run(["audit", "--cluster", OWN, "--fail-on", "never", "-o", format])).stderr).toContain(
        path,
      );
    await rules(HONEST);
    for (const command of ["plan", "create-sa", "associate-oidc"]) {
      const words = lineOf(command, OWN, { file }).filter((word) => word !== "--approve");
      const plan = await run(words);
      expect(plan.stdout, plan.stderr).toContain(path);
      const answer = JSON.parse((await run([...words, "-o", "json"])).stdout) as object;
      expect(answer).toMatchObject({ organizationFile: path });
    }
    expect((await run(["graph", "--cluster", OWN, "-o", "json"])).stderr).toContain(path);
  },
  async twin() {
    // Whoever names a file by IRSA_CONFIG is believed, whoever it belongs to.
    const named = join(root, "named.yaml");
    await writeFile(named, HONEST);
    await chmod(named, 0o666);
    const words = lineOf("plan", OWN, { file });
    const plan = await run(words, root, { IRSA_CONFIG: named });
    expect(plan.stdout, plan.stderr).toContain(named);
    const answer = await run([...words, "-o", "json"], root, { IRSA_CONFIG: named });
    expect(answer.stdout).toContain("corp-prod-shop-cart");
    expect((await run(words)).stdout).not.toContain("rules ");
  },
});
