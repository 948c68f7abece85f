import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { transform } from "esbuild";
import { childEnvironment, clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireClusterArn } from "../../worlds/sandbox-world.ts";
import { installPackage, type Installed } from "../installed.ts";
import { irsa } from "../irsa.ts";

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = readFileSync(file("../../../docs/library.md"), "utf8");
const [, EXAMPLE = ""] = /```ts library\n([^]*?)```/.exec(PAGE) ?? [];

let sandbox: Sandbox;
let installed: Installed;

beforeAll(async () => {
  const arn = requireClusterArn("arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster");
  [sandbox, installed] = await Promise.all([startSandbox({ clusters: [arn] }), installPackage()]);
});
afterAll(async () => {
  await sandbox?.stop();
  await installed?.remove();
});

function environment(): Record<string, string> {
  const child = childEnvironment({ PATH: process.env["PATH"] }, clientEnvironment(sandbox, {}));
  return child as Record<string, string>;
}

/** Runs a program that imports the installed package, with the sandbox for AWS and the cluster. */
async function program(name: string, source: string): Promise<{ stdout: string; stderr: string }> {
  const { code } = await transform(source, { loader: "ts", target: "node20" });
  const path = join(installed.folder, `${name}.mjs`);
  await writeFile(path, code);
  return run(process.execPath, [path], { env: environment(), cwd: installed.folder });
}

/** What the program has written as JSON, where it wrote nothing else. */
async function said(name: string, source: string): Promise<unknown> {
  const { stdout, stderr } = await program(name, source);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const CONFIG = `{ apiVersion: "eksctl.io/v1alpha5", kind: "ClusterConfig",
  metadata: { name: "my-cluster", region: "eu-west-1" },
  iam: { withOIDC: true, serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" },
    attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }] } }`;

describe("docs/library.md", () => {
  test("its example does what it says, installed from the package", async () => {
    const { stdout, stderr } = await program("example", EXAMPLE);
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "to create: 4",
      "worker applied",
      "verdict: works",
      "findings: 0",
      "failed: refused other-plan",
      "",
    ]);
  });

  test.each(["nodenext", "bundler"])(
    "its example has the types of the package, resolved as %s",
    async (how) => {
      const folder = join(installed.folder, `types-${how}`);
      await mkdir(folder);
      const settings = {
        compilerOptions: {
          module: how === "bundler" ? "esnext" : "nodenext",
          moduleResolution: how,
          target: "es2023",
          lib: ["es2023", "dom"],
          types: [],
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
        },
        include: ["*.mts"],
      };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
      await writeFile(join(folder, "example.mts"), EXAMPLE);
      const wrong = `import { apply } from "irsa";\n// @ts-expect-error: without the approval\nawait apply({ config: "", expectPlan: "" });\n`;
      await writeFile(join(folder, "wrong.mts"), wrong);
      const tsc = file("../../../node_modules/typescript/bin/tsc");
      await run(process.execPath, [tsc, "-p", folder]);
    },
  );
});

describe("the library", () => {
  test("arethetypeswrong has only to say that it is ESM, which old resolutions don't find and CommonJS loads", async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(installed.archive)));
    expect(result).toMatchObject({
      problems: [
        { kind: "NoResolution", entrypoint: ".", resolutionKind: "node10" },
        { kind: "CJSResolvesToESM", entrypoint: ".", resolutionKind: "node16-cjs" },
      ],
    });
    const { stdout } = await run(process.execPath, ["-p", 'typeof require("irsa").plan'], {
      cwd: installed.folder,
    });
    expect(stdout).toBe("function\n");
  });

  test("answers what -o json prints", async () => {
    const config = join(installed.folder, "config.json");
    await writeFile(config, JSON.stringify(await said("config", `console.log(JSON.stringify(${CONFIG}));`)));
    const source = (call: string): string =>
      `import * as irsa from "irsa"; console.log(JSON.stringify(await ${call}));`;
    const ran = async (args: readonly string[]): Promise<unknown> =>
      JSON.parse((await irsa([...args, "-o", "json"], environment())).stdout);
    const on = `region: "eu-west-1"`;
    expect(await said("plan", source(`irsa.plan({ files: ["config.json"] })`))).toEqual(
      await ran(["plan", "-f", config]),
    );
    expect(await said("audit", source(`irsa.audit({ clusters: ["my-cluster"], ${on} })`))).toEqual(
      await ran(["audit", "-c", "my-cluster", "-r", "eu-west-1"]),
    );
    expect(
      await said("verify", source(`irsa.verify({ cluster: "my-cluster", subjects: ["shop/none"], ${on} })`)),
    ).toEqual(await ran(["verify", "shop/none", "-c", "my-cluster", "-r", "eu-west-1"]));
  });

  test("leaves the process alone: no output, listener, exit code, environment or folder", async () => {
    const source = `
      const listeners = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
      const state = () => JSON.stringify([listeners(), process.env, process.cwd(), process.exitCode, process.execArgv]);
      const before = state();
      const written = [];
      for (const stream of [process.stdout, process.stderr]) {
        const { write } = stream;
        stream.write = (text, ...rest) => { written.push(String(text)); return write.call(stream, text, ...rest); };
      }
      for (const name of ["exit", "chdir", "kill", "abort", "emitWarning", "on", "once", "addListener"])
        process[name] = (...args) => { written.push([name, ...args.map(String)].join(" ")); };
      const { apply, audit, plan, verify } = await import("irsa");
      const config = ${CONFIG};
      const { plan: { digest } } = await plan({ config });
      await apply({ config, expectPlan: digest, approve: true });
      await verify({ cluster: "my-cluster", region: "eu-west-1", all: true });
      await audit({ clusters: ["my-cluster"], region: "eu-west-1" });
      await plan({ config: "- no ClusterConfig" }).catch(() => undefined);
      const same = state() === before;
      console.log(JSON.stringify({ same, written }));`;
    expect(await said("process", source)).toEqual({ same: true, written: [] });
  });

  test("reaches AWS by the credentials and the cluster by the kubeconfig that a program has", async () => {
    const source = `
      import { readFileSync } from "node:fs";
      import { audit, plan } from "irsa";
      const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
      for (const name of Object.keys(process.env)) if (/^AWS_(ACCESS|SECRET|SESSION|PROFILE)/.test(name)) delete process.env[name];
      const text = readFileSync(process.env.KUBECONFIG, "utf8");
      delete process.env.KUBECONFIG;
      const config = ${CONFIG};
      const failed = (run) => run.then(() => "no error", ({ code, message, mayHaveWritten }) => ({ code, message, mayHaveWritten }));
      let exported = 0;
      const kubeconfig = { exportConfig: () => { exported += 1; return text; } };
      const credentials = async () => ({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
      const { caller, plan: { summary } } = await plan({ config, credentials, kubeconfig });
      const aborting = new AbortController();
      console.log(JSON.stringify({
        caller, create: summary.create, exported,
        none: await failed(plan({ config, credentials: () => Promise.reject(new Error("no " + secretAccessKey)) })),
        broken: await failed(plan({ config, credentials, kubeconfig: { exportConfig: () => "[" } })),
        aborted: await failed(audit({ clusters: ["my-cluster"], region: "eu-west-1", signal: aborting.signal,
          credentials: () => { aborting.abort(); return credentials(); } })),
      }));`;
    expect(await said("credentials", source)).toEqual({
      caller: expect.stringMatching(/^arn:aws:/),
      create: 0,
      exported: 1,
      none: {
        code: "no-credentials",
        message: "the given provider of AWS credentials failed",
        mayHaveWritten: false,
      },
      broken: {
        code: "kubeconfig",
        message: expect.stringMatching(/^the loaded kubeconfig: /),
        mayHaveWritten: false,
      },
      aborted: { code: "interrupted", message: "interrupted", mayHaveWritten: false },
    });
  });

  test("can be required, as Node 20.19 and newer load ES modules", async () => {
    const path = join(installed.folder, "required.cjs");
    await writeFile(path, `console.log(Object.keys(require("irsa")).sort().join());`);
    const { stdout } = await run(process.execPath, [path], { env: environment() });
    expect(stdout).toBe("IrsaError,apply,audit,plan,verify\n");
  });
});
