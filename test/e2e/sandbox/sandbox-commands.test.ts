import { Ajv } from "ajv";
import { answerSchema, closed } from "../../json/answer-schemas.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cleanEnvironment } from "../../worlds/environment.ts";
import { invocation, irsa, OWN_COMMAND } from "../irsa.ts";

let home: string;
let environment: Record<string, string>;
let children: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "irsa-test-"));
  environment = cleanEnvironment(home);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(home, { recursive: true });
});

const run = (...words: readonly string[]) => irsa(["sandbox", "run", "--", ...words], environment);
const sh = (script: string, ...flags: readonly string[]) =>
  irsa(["sandbox", "run", ...flags, "--", "sh", "-c", script], environment);
/** Node, and not `env` or `cat`: the tests need a shell and Node alone. */
const SHOW_ENVIRONMENT =
  "for (const name of Object.keys(process.env).sort()) console.log(`${name}=${process.env[name]}`)";
const SHOW_KUBECONFIG = `'${process.execPath}' -e 'process.stdout.write(fs.readFileSync(process.env.KUBECONFIG))'`;
const IRSA = `'${OWN_COMMAND.join("' '")}'`;

describe("sandbox run", () => {
  test("gives the command the sandbox and nothing of AWS or Kubernetes besides", async () => {
    environment = {
      ...environment,
      AWS_PROFILE: "p",
      AWS_SESSION_TOKEN: "t",
      KUBECONFIG: "k",
      KUBE_TOKEN: "t",
      NO_PROXY: "corp",
    };
    const { code, stdout } = await run(process.execPath, "-e", SHOW_ENVIRONMENT);
    expect(code).toBe(0);
    const variables = stdout.split("\n").filter((line) => /^(AWS_(?!SDK_)|KUBE|no_proxy)/i.test(line));
    expect(variables.map((line) => line.split("=")[0])).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_CONFIG_FILE",
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SHARED_CREDENTIALS_FILE",
      "KUBECONFIG",
      "NO_PROXY",
      "no_proxy",
    ]);
    expect(variables).toContain("NO_PROXY=corp,127.0.0.1,localhost");
  });

  test.each([
    ["0 when it went well", "true", 0],
    ["the command's code", "exit 7", 7],
    ["128 and the signal that ended it", "kill -TERM $$", 143],
  ])("exits with %s", async (_, script, code) => {
    expect(await sh(script)).toMatchObject({ code });
  });

  test("leaves neither folder nor listener", async () => {
    const { stdout } = await sh("echo $AWS_ENDPOINT_URL; test -f $KUBECONFIG && echo there");
    const [url = "", there] = stdout.split("\n");
    expect(there).toBe("there");
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect(await readdir(home)).toEqual([]);
  });

  test("names a command that can't be started", async () => {
    const { code, stderr } = await run("no-such-command");
    expect(code).toBe(2);
    expect(stderr).toContain("'no-such-command' failed to start");
    expect(await readdir(home)).toEqual([]);
  });

  test("has several ServiceAccounts, one profile for each, and a context for each cluster", async () => {
    const other = "arn:aws:eks:us-east-1:444455556666:cluster/green";
    const script = `${IRSA} associate-oidc --cluster ${other} --profile 444455556666 --approve && ${SHOW_KUBECONFIG}`;
    const { code, stdout, stderr } = await sh(script, "--cluster", "blue", "--cluster", other);
    expect(code).toBe(0);
    // The SDK's own warning of a profile beside the sandbox's keys would be eight lines more.
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("Identity provider registered")]);
    expect(stdout).toContain("arn:aws:iam::444455556666:user/admin");
    expect(stdout).toContain("Registered: arn:aws:iam::444455556666:oidc-provider/oidc.eks.us-east-1.");
    expect(stdout).toContain("current-context: arn:aws:eks:eu-west-1:111122223333:cluster/blue");
    expect(stdout).toContain(`name: ${other}`);
  });

  test("has the faults that are asked for", async () => {
    const plan = `AWS_MAX_ATTEMPTS=1 ${IRSA} associate-oidc --cluster sandbox`;
    const { code, stderr } = await sh(`${plan} && ${plan}`, "--throttle", "1/0");
    expect(code).toBe(1);
    expect(stderr).toMatch(/throttl|Rate exceeded/i);
  });

  test("tells everything that is wrong with its flags together", async () => {
    const { code, stderr } = await sh(
      "true",
      "--latency",
      "5",
      "--account",
      "1",
      "--throttle",
      "x",
      "--cluster",
      "a/b",
    );
    expect(code).toBe(2);
    for (const flag of ["--latency", "--account", "--throttle", "--cluster"]) expect(stderr).toContain(flag);
  });
});

/** Starts `sandbox start`, and waits for what it prints first. */
async function start(...flags: readonly string[]): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(...invocation(["sandbox", "start", ...flags]), { env: environment });
  children.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  await once(child.stdout, "data");
  return { child, output: () => output };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exited = once(child, "exit");
  child.kill(signal);
  return (await exited)[0];
}

interface Started {
  readonly endpoint: string;
  readonly folder: string;
  readonly clusters: readonly { readonly endpoint: string; readonly issuer: string }[];
  readonly environment: { readonly set: Record<string, string>; readonly unset: readonly string[] };
}

const valid = new Ajv({ allErrors: true }).compile(closed(answerSchema("sandbox")));

function startedOf(output: string): Started {
  const answer: unknown = JSON.parse(output);
  expect(valid(answer) ? [] : valid.errors).toEqual([]);
  return (answer as { readonly result: Started }).result;
}

describe("sandbox start", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("is up until %s, and leaves nothing", async (signal) => {
    const { child, output } = await start("-o", "json");
    const { folder, environment: client } = startedOf(output());
    const done = await irsa(["associate-oidc", "--cluster", "sandbox", "--approve"], {
      ...environment,
      ...client.set,
    });
    expect(done).toMatchObject({ code: 0 });
    expect(client.unset).toContain("AWS_PROFILE");
    await access(folder);
    expect(await end(child, signal)).toBe(0);
    expect(await readdir(home)).toEqual([]);
  });

  test("prints lines for a shell, which undo what would lead elsewhere", async () => {
    environment = { ...environment, AWS_ENDPOINT_URL_LAMBDA: "https://lambda.example" };
    const { output } = await start("-o", "env");
    const file = join(home, "sandbox.env");
    await writeFile(file, output());
    const script = `. ${file}; ${IRSA} associate-oidc --cluster sandbox; echo "[$AWS_PROFILE$AWS_ENDPOINT_URL_LAMBDA]"`;
    const shell = spawn("sh", ["-c", script], {
      env: { ...environment, AWS_PROFILE: "production", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    });
    const said = await text(shell.stdout);
    expect(said).toContain("arn:aws:iam::111122223333:user/admin");
    expect(said).toContain("\n[]\n");
  });

  test.each(["CLOUDFORMATION", "EC2", "EKS", "EKS_AUTH", "IAM", "STS"])(
    "undoes another terminal's endpoint for %s",
    async (service) => {
      const { output } = await start("-o", "env");
      expect(output()).toMatch(new RegExp(String.raw`^unset .*\bAWS_ENDPOINT_URL_${service}\b`, "m"));
    },
  );

  test("tells people what to type", async () => {
    const { output } = await start();
    expect(output()).toContain("In another terminal:");
    expect(output()).toMatch(/^ {6}\. \/.+\/env$/m);
    expect(output()).toContain("irsa associate-oidc --cluster sandbox --approve");
  });

  test("with a folder goes on where it was, at the same addresses", async () => {
    const dir = join(home, "kept");
    const first = await start("--dir", dir, "-o", "json");
    const before = startedOf(first.output());
    const args = ["associate-oidc", "--cluster", "sandbox", "--approve"];
    expect(await irsa(args, { ...environment, ...before.environment.set })).toMatchObject({ code: 0 });
    expect(await end(first.child, "SIGINT")).toBe(0);
    const second = await start("--dir", dir, "-o", "json");
    const after = startedOf(second.output());
    expect(after).toEqual(before);
    // The environment of the first time is good for the second.
    const again = await irsa(args, { ...environment, ...before.environment.set });
    expect(again.stdout).toContain("Nothing to do. Already registered");
  });

  test("is steered by the control endpoint", async () => {
    const { output } = await start("-o", "json");
    const { endpoint, environment: client } = startedOf(output());
    const headers = { authorization: `Bearer ${client.set["IRSA_SANDBOX_TOKEN"]}` };
    const body = JSON.stringify({ action: "iam:GetOpenIDConnectProvider" });
    await fetch(`${endpoint}/_irsa/deny`, { method: "POST", body, headers });
    const args = ["associate-oidc", "--cluster", "sandbox"];
    expect(await irsa(args, { ...environment, ...client.set })).toMatchObject({ code: 4 });
    await fetch(`${endpoint}/_irsa/faults`, { method: "DELETE", headers });
    expect(await irsa(args, { ...environment, ...client.set })).toMatchObject({ code: 0 });
    const calls = (await (await fetch(`${endpoint}/_irsa/calls`, { headers })).json()) as {
      action: string;
    }[];
    expect(calls.map(({ action }) => action)).toContain("DescribeCluster");
  });

  test("a port that is taken is named", async () => {
    const { output } = await start("-o", "json");
    const { port } = new URL(startedOf(output()).endpoint);
    const refused = await irsa(["sandbox", "start", "--port", port], environment);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`port ${port} of 127.0.0.1 is taken`);
  });
});
