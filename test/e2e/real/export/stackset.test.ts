import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CloudFormationClient, ListStackInstancesCommand } from "@aws-sdk/client-cloudformation";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { resolveTemplate } from "../../../export/resolve-template.ts";
import { installAwsCli } from "../../../worlds/aws-cli/install.ts";
import { startMotoWorld, type MotoWorld } from "../../../worlds/moto/world.ts";
import { openNursery, type Nursery } from "../../../worlds/process.ts";
import { openReaders, runProgramIn, type Readers } from "../../../worlds/readers/readers.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";
import { createRest, type Template } from "./create-stack.ts";
import { irsaConfig } from "./file.ts";

const SECOND = { name: "second", region: "us-east-1" };

let nursery: Nursery;
let bin: string;
let world: MotoWorld;
let readers: Readers;
let folder: string;

beforeAll(async () => {
  nursery = await openNursery(0);
  [bin, world, readers, folder] = await Promise.all([
    installAwsCli(nursery),
    startMotoWorld(),
    openReaders(),
    mkdtemp(join(tmpdir(), "irsa-stackset-")),
  ]);
  await world.createCluster(CLUSTER_NAME, {
    endpoint: "https://127.0.0.1:1",
    caPem: "",
    issuer: `https://oidc.eks.${world.region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
  });
  // moto describes it, with an issuer of its own.
  const eks = new EKSClient({ endpoint: world.url, region: SECOND.region, credentials: world.keys.admin });
  const roleArn = `arn:aws:iam::${world.awsAccount}:role/cluster`;
  await eks.send(new CreateClusterCommand({ name: SECOND.name, roleArn, resourcesVpcConfig: {} }));
  eks.destroy();
});

afterAll(async () => {
  await world.stop();
  await nursery.close();
  await rm(folder, { recursive: true });
});

const run = (...words: string[]) =>
  irsa(words, { ...world.environment, AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials") });

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** Each call of the AWS CLI takes a second, and more on a busy machine. */
const TIMEOUT = { timeout: 900_000 };

describe("a stack set of two clusters", TIMEOUT, () => {
  it("passes cfn-lint, and is created by its commands, after which irsa has nothing to do in either", async () => {
    const places = [{ name: CLUSTER_NAME, region: world.region }, SECOND];
    const files = await Promise.all(
      places.map(({ name, region }) => written(`${name}.yaml`, irsaConfig(name, region))),
    );
    const [file = ""] = files;
    const { accessKeyId, secretAccessKey } = world.keys.admin;
    await written(
      "credentials",
      `[own]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    const accounts = [
      { account_id: world.awsAccount, profile: "own", regions: places.map(({ region }) => region) },
    ];
    const targets = await written("accounts.json", JSON.stringify({ accounts }));
    const asked = ["export", "-f", file, "--to", "stackset", "--targets", targets];

    const { code, stdout: template, stderr } = await run(...asked);
    expect(code, stderr).toBe(0);
    expect(await readers.lintTemplate(template)).toEqual({ code: 0, stdout: "", stderr: "" });

    const commands = await run(...asked, "--commands");
    const PATH = [bin, process.env["PATH"]].join(delimiter);
    const script = await written("stackset.sh", commands.stdout);
    const made = await runProgramIn({ ...world.environment, PATH }, "/bin/sh", [
      script,
      await written("template.yaml", template),
    ]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(await instances()).toEqual(places.map(({ region }) => `${world.awsAccount} ${region} CURRENT`));

    for (const [at, { region }] of places.entries()) {
      const where = { partition: "aws", region, awsAccount: world.awsAccount };
      const Resources = resolveTemplate(parse(template, { version: "1.1" }), where);
      await createRest(world, { Resources } as Template);
      const after = await run("plan", "-f", files[at] ?? "", "--detect-drift");
      expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("2 up to date") });
    }
    expect((await run(...asked)).stdout).toBe(template);
  });
});

async function instances(): Promise<readonly string[]> {
  const client = new CloudFormationClient({
    endpoint: world.url,
    region: world.region,
    credentials: world.keys.admin,
  });
  const { Summaries = [] } = await client.send(new ListStackInstancesCommand({ StackSetName: "irsa" }));
  client.destroy();
  return Summaries.map(({ Account, Region, Status }) => `${Account} ${Region} ${Status}`);
}
