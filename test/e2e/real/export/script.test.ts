import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CreateRoleCommand, DeleteRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { sample } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { script } from "../../../../src/export/engines/script.ts";
import { resourcesOf, type ExportModel } from "../../../../src/export/model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { installAwsCli } from "../../../worlds/aws-cli/install.ts";
import { findKubectl } from "../../../worlds/control-plane/binaries.ts";
import type { Ended } from "../../../worlds/kubectl.ts";
import { openNursery, type Nursery } from "../../../worlds/process.ts";
import { startRealWorld } from "../../../worlds/real-world.ts";
import type { World } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";
import { roleOf, withoutWriting } from "../../observe-world.ts";
import { clusterConfig } from "./file.ts";

let nursery: Nursery;
let world: World;
let folder: string;
let environment: Readonly<Record<string, string>>;
let file: string;

beforeAll(async () => {
  nursery = await openNursery(0);
  const [bin, [kubectl, ...leading]] = await Promise.all([installAwsCli(nursery), findKubectl(nursery)]);
  const command = [kubectl, ...leading].map((word) => `'${word}'`).join(" ");
  await program(join(bin, "kubectl"), `exec ${command} "$@"`);
  folder = await mkdtemp(join(tmpdir(), "irsa-script-"));
  world = await startRealWorld();
  const admin = world.environmentOf("admin");
  const PATH = [bin, admin["PATH"]].join(delimiter);
  environment = { ...admin, PATH, KUBECONFIG: world.adminKubeconfig };
  file = join(folder, "cluster.yaml");
  await writeFile(file, clusterConfig(world.aws.region));
});

afterAll(async () => {
  await world?.stop();
  await nursery.close();
  await rm(folder, { recursive: true });
});

async function program(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

const run = (...words: string[]) => irsa(words, world.environmentOf("admin"));

async function runScript(text: string, env: Readonly<Record<string, string>> = environment): Promise<Ended> {
  const path = join(folder, "script.sh");
  await writeFile(path, text);
  return new Promise((resolve) => {
    execFile(
      "/bin/sh",
      [path],
      { env, timeout: TIMEOUT.timeout, maxBuffer: 2 ** 27 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

async function exported(): Promise<string> {
  const { code, stdout, stderr } = await run("export", "-f", file, "--to", "script");
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Each call of the AWS CLI takes a second, and more on a busy machine. */
const TIMEOUT = { timeout: 900_000 };

describe("a script", TIMEOUT, () => {
  it("creates nothing with credentials of another AWS account, or for another cluster", async () => {
    const text = await exported();
    const account = text.replace(`target ${world.aws.awsAccount}`, "target 999999999999");
    expect(await runScript(account)).toMatchObject({
      code: 1,
      stderr: "error: the AWS credentials are not for AWS account 999999999999\n",
    });
    const issuer = text.replace(/^(target \S+ \S+) .*$/m, "$1 https://oidc.example.com");
    expect(await runScript(issuer)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is not the cluster with issuer https://oidc.example.com"),
    });
    expect(await run("plan", "-f", file, "--exit-code")).toMatchObject({ code: 3 });
  });

  it("leaves a role alone that has its name, and that irsa does not manage", async () => {
    const text = await exported();
    const RoleName = /"RoleName":"(?<name>[^"]+)"/.exec(text)?.groups?.["name"] ?? "";
    const iam = world.aws.iam();
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    expect(await runScript(text)).toMatchObject({
      code: 1,
      stderr: `error: a role that irsa does not manage already exists: {"RoleName":"${RoleName}"}\n`,
    });
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });

  it("makes what apply makes, and can be run again", async () => {
    const text = await exported();
    expect(await runScript(text)).toEqual({ code: 0, stdout: "", stderr: "" });
    const after = await run("plan", "-f", file, "--detect-drift");
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("4 up to date") });
    world.aws.clearCalls();
    expect(await runScript(text)).toEqual({ code: 0, stdout: "", stderr: "" });
    const created = world.aws.calls().filter(({ action }) => /Create|Delete/.test(action));
    expect(created).toEqual([]);
    const apply = await withoutWriting(world, () => run("apply", "-f", file, "--approve"));
    expect(apply).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to do.") });
    expect(await exported()).toBe(text);
  });

  it("adds its statement to a trust policy that is shared on purpose, and keeps the others", async () => {
    const text = await exported();
    const RoleName = /"RoleName":"(?<name>[^"]+)"/.exec(text)?.groups?.["name"] ?? "";
    const iam = world.aws.iam();
    const theirs = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Id: "theirs", Statement: theirs });
    const before = (await roleOf(iam, RoleName)).trust as { readonly Statement: readonly object[] };
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    expect(await runScript(text)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`role ${RoleName} can also be assumed by others`),
    });
    expect((await roleOf(iam, RoleName)).trust).toEqual({
      Version: "2012-10-17",
      Id: "theirs",
      Statement: theirs,
    });
    const allowed = { ...environment, ALLOW_SHARED_ROLES: RoleName };
    expect(await runScript(text, allowed)).toEqual({ code: 0, stdout: "", stderr: "" });
    const both = { Version: "2012-10-17", Id: "theirs", Statement: [theirs, ...before.Statement] };
    expect((await roleOf(iam, RoleName)).trust).toEqual(both);
    expect(await run("plan", "-f", file, "--detect-drift")).toMatchObject({ code: 0 });
  });
});

describe("a script of a plan", TIMEOUT, () => {
  it("makes what the plan creates and leaves the rest alone", async () => {
    expect(await run("apply", "-f", file, "--approve")).toMatchObject({ code: 0 });
    const config = JSON.parse(clusterConfig(world.aws.region));
    const [first] = config.iam.serviceAccounts;
    config.iam.serviceAccounts.push({ ...first, metadata: { namespace: "payments", name: "second" } });
    const [more, path] = [join(folder, "more.yaml"), join(folder, "plan.json")];
    await writeFile(more, JSON.stringify(config));
    await writeFile(path, (await run("plan", "-f", more, "-o", "json")).stdout);
    const { stdout } = await run("export", "-f", more, "--plan", path, "--to", "script");
    world.aws.clearCalls();
    expect(await runScript(stdout)).toEqual({ code: 0, stdout: "", stderr: "" });
    const writes = world.aws.calls().filter(({ action }) => !/Get|List|Describe/.test(action));
    expect(writes.map(({ action }) => action)).toEqual(["CreateRole", "AttachRolePolicy", "PutRolePolicy"]);
    const after = await run("plan", "-f", more, "--detect-drift");
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("5 up to date") });
  });
});

/** Programs that write down with what they are called, a word a line, and answer that nothing exists. */
const AWS = `printf '%s\\n' aws "$@" '' >> "$CALLS"
case "$1 $2" in
  'sts get-caller-identity') echo 111122223333 ;;
  'iam get-role' | 'iam get-open-id-connect-provider') echo '(NoSuchEntity)' >&2; exit 254 ;;
  'eks list-pod-identity-associations') echo None ;;
esac`;
const KUBECTL = `printf '%s\\n' kubectl "$@" >> "$CALLS"
[ "$1" = apply ] && cat >> "$CALLS"
echo >> "$CALLS"
case "$1 $2" in
  'get --raw') printf '{"issuer":"%s"}' "$ISSUER" ;;
  'get namespace' | 'get serviceaccount') echo '(NotFound)' >&2; exit 1 ;;
esac`;

describe("hostile values", () => {
  it("arrive at aws and kubectl as they are, and no word is more than a word", async () => {
    const bin = await mkdtemp(join(folder, "bin-"));
    await program(join(bin, "aws"), AWS);
    await program(join(bin, "kubectl"), KUBECTL);
    for (const [at, model] of sample(hostileModel, 8).entries()) {
      const CALLS = join(bin, `calls-${at}`);
      const PATH = [bin, process.env["PATH"]].join(delimiter);
      const env = { PATH, CALLS, ISSUER: model.issuer };
      expect(await runScript(script.write(model), env)).toEqual({ code: 0, stdout: "", stderr: "" });
      const calls = (await readFile(CALLS, "utf8")).split("\n\n").map((one) => one.split("\n"));
      expectSame(calls, model);
    }
  });
});

function expectSame(calls: readonly (readonly string[])[], model: ExportModel): void {
  const inputs = (action: string): readonly Readonly<Record<string, unknown>>[] =>
    calls
      .filter((words) => words[2] === action)
      .map((words) => JSON.parse(words[words.indexOf("--cli-input-json") + 1] ?? ""));
  for (const words of calls.filter(([name, service]) => name === "aws" && service !== "sts"))
    expect(words[3]).toBe("--cli-input-json");
  const list = (tags: Readonly<Record<string, string>>): readonly object[] | undefined => {
    const all = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return all.length === 0 ? undefined : all;
  };
  const roles = resourcesOf(model, "role");
  expect(
    inputs("create-role").map(({ AssumeRolePolicyDocument, Tags, ...rest }) => ({
      ...rest,
      Tags,
      trust: JSON.parse(String(AssumeRolePolicyDocument)),
    })),
  ).toEqual(
    roles.map(({ name, path, description, trust, tags }) => ({
      RoleName: name,
      Path: path,
      Description: description,
      MaxSessionDuration: 3600,
      Tags: list(tags),
      trust,
    })),
  );
  expect(
    inputs("put-role-policy").map((one) => [one["PolicyName"], JSON.parse(String(one["PolicyDocument"]))]),
  ).toEqual(roles.flatMap(({ inline }) => Object.entries(inline)));
  expect(
    inputs("create-pod-identity-association").map(({ policy, targetRoleArn }) => [policy, targetRoleArn]),
  ).toEqual(resourcesOf(model, "association").map(({ policy, targetRole }) => [policy, targetRole]));
  const applied = calls.filter(([name, verb]) => name === "kubectl" && verb === "apply");
  expect(applied.map((words) => JSON.parse(words.at(-1) ?? "") as unknown)).toMatchObject(
    resourcesOf(model, "serviceAccount").map(({ serviceAccount: { name }, annotations }) => ({
      metadata: Object.keys(annotations).length === 0 ? { name } : { name, annotations },
    })),
  );
}
