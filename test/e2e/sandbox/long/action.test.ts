import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { requireClusterArn } from "../../../worlds/sandbox-world.ts";
import { ACTION, runAction, type ActionRun, type Job } from "../../composite-action.ts";
import { GITHUB_TOKEN, startGithub, type FakeGithub } from "../../github.ts";
import { installPackage, type Installed } from "../../installed.ts";

const ARN = requireClusterArn("arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster");
const PULL = 7;
const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

let sandbox: Sandbox;
let installed: Installed;
let github: FakeGithub;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-action-"));
  await mkdir(join(folder, "temp"));
  [sandbox, installed] = await Promise.all([startSandbox({ clusters: [ARN] }), installPackage()]);
});
afterAll(async () => {
  await Promise.all([sandbox?.stop(), installed?.remove(), github?.stop()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(async () => {
  await github?.stop();
  github = await startGithub("shop/infrastructure", PULL);
});

/** A ClusterConfig with these ServiceAccounts of the namespace `shop`. */
async function clusterConfig(...names: readonly string[]): Promise<string> {
  const serviceAccounts = names.map((name) => ({
    metadata: { namespace: "shop", name },
    attachPolicyARNs: [S3],
  }));
  const file = {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "my-cluster", region: "eu-west-1" },
    iam: { withOIDC: true, serviceAccounts },
  };
  await writeFile(join(folder, "cluster.yaml"), JSON.stringify(file));
  return "cluster.yaml";
}

function run(given: Readonly<Record<string, string>>, event: object = { pull_request: { number: PULL } }) {
  const environment = childEnvironment({ PATH: process.env["PATH"] }, clientEnvironment(sandbox, {}));
  const job: Job = {
    temp: join(folder, "temp"),
    workspace: folder,
    environment: {
      ...(environment as Record<string, string>),
      HOME: folder,
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: "shop/infrastructure",
      npm_config_offline: "true",
    },
    event,
    token: GITHUB_TOKEN,
  };
  // Of the registry's version, what was packed takes the place.
  return runAction(job, { version: `file:${installed.archive}`, ...given });
}

const planned = async (...names: readonly string[]): Promise<ActionRun> =>
  run({ command: "plan", files: await clusterConfig(...names) });

// Each run installs the package.
describe("the GitHub Action", () => {
  test("plans on a pull request: a comment, which the next run changes, the summary and the outputs", async () => {
    const first = await planned("cart");
    expect(first, first.log).toMatchObject({ code: 0, outputs: { changes: "true" } });
    expect(github.comments).toHaveLength(1);
    const [comment] = github.comments;
    expect(comment?.body).toContain("+ shop/cart");
    expect(comment?.body).toContain(`<!-- irsa-plan ${ARN} ${first.outputs["digest"]} -->`);
    expect(first.summary).toBe(comment?.body);
    const second = await planned("cart", "till");
    expect(second.code).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(comment?.body).toContain("+ shop/till");
    expect(second.outputs["digest"]).not.toBe(first.outputs["digest"]);
  });

  test("finds its comment behind a hundred others, and leaves that of a person that begins alike", async () => {
    const mark = `<!-- irsa-plan ${ARN} `;
    github.comments.push({ id: 1, user: { type: "User" }, body: mark });
    for (let id = 2; id < 150; id += 1) github.comments.push({ id, user: { type: "Bot" }, body: "other" });
    github.comments.push({ id: 150, user: { type: "Bot" }, body: `${mark}old` });
    expect(await planned("cart")).toMatchObject({ code: 0 });
    expect(github.comments).toHaveLength(150);
    expect(github.comments[0]?.body).toBe(mark);
    expect(github.comments.at(-1)?.body).toContain("+ shop/cart");
  });

  test("comments nowhere but on a pull request, and not where that is not wanted", async () => {
    const files = await clusterConfig("cart");
    expect(await run({ command: "plan", files }, { ref: "refs/heads/main" })).toMatchObject({ code: 0 });
    expect(await run({ command: "plan", files, comment: "false" })).toMatchObject({ code: 0 });
    expect(github.comments).toEqual([]);
  });

  test("says what is missing if it may not comment, and never the token", async () => {
    github.refuse(true);
    const { code, log } = await planned("cart");
    expect(code).toBe(2);
    expect(log).toContain("answered 403; the job needs permissions: pull-requests: write");
    expect(log).not.toContain(GITHUB_TOKEN);
  });

  test("fails for a file that is wrong, without a comment", async () => {
    const { code, log, outputs } = await run({ command: "plan", files: "missing.yaml" });
    expect({ code, outputs, comments: github.comments }).toEqual({ code: 2, outputs: {}, comments: [] });
    expect(log).toContain("missing.yaml");
  });

  test("applies the plan that was reviewed and no other, and then has nothing to comment", async () => {
    const { outputs } = await planned("cart");
    const { digest = "" } = outputs;
    const other = await run({
      command: "apply",
      files: await clusterConfig("cart", "till"),
      "expect-plan": digest,
    });
    expect(other.code).toBe(1);
    expect(other.log).toContain("the plan has changed");
    const files = await clusterConfig("cart");
    const without = await run({ command: "apply", files });
    expect(without.code).toBe(2);
    expect(without.log).toContain("expect-plan is missing");
    const applied = await run({ command: "apply", files, "expect-plan": digest });
    expect(applied, applied.log).toMatchObject({ code: 0 });
    github.comments.length = 0;
    expect(await planned("cart")).toMatchObject({ code: 0, outputs: { changes: "false" } });
    expect(github.comments).toEqual([]);
  });

  test("audits into a file for code scanning", async () => {
    const flags = "--cluster\nmy-cluster\n--region\neu-west-1";
    const { code, outputs, log } = await run({ command: "audit", flags });
    expect(code, log).toBe(0);
    const sarif: unknown = JSON.parse(await readFile(outputs["sarif-file"] ?? "", "utf8"));
    expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ tool: { driver: { name: "irsa" } } }] });
  });

  test("lets no input reach a shell", async () => {
    const words = "$(touch shell-ran)\n`touch shell-ran`\n; touch shell-ran";
    const inputs = { command: "plan", files: words, flags: words, "expect-plan": words };
    for (const command of ["plan", "apply", "audit", `plan; touch shell-ran`])
      expect((await run({ ...inputs, command })).code).not.toBe(0);
    await expect(readFile(join(folder, "shell-ran"))).rejects.toThrow("ENOENT");
    for (const { run: script, shell } of ACTION.runs.steps) {
      expect(shell).toBe("bash");
      expect(script).not.toContain("${{");
    }
  });
});
