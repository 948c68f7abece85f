import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sample } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudFormation } from "../../../../src/export/engines/cloudformation.ts";
import { resourcesOf, type ExportModel } from "../../../../src/export/model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { startMotoWorld, type MotoWorld } from "../../../worlds/moto/world.ts";
import { openReaders, type Readers } from "../../../worlds/readers/readers.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";
import { createStack } from "./create-stack.ts";
import { clusterConfig, irsaConfig } from "./file.ts";

let world: MotoWorld;
let readers: Readers;
let folder: string;

beforeAll(async () => {
  [world, readers, folder] = await Promise.all([
    startMotoWorld(),
    openReaders(),
    mkdtemp(join(tmpdir(), "irsa-export-")),
  ]);
  await world.createCluster(CLUSTER_NAME, {
    endpoint: "https://127.0.0.1:1",
    caPem: "",
    issuer: `https://oidc.eks.${world.region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
  });
});

afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

const run = (...words: string[]) => irsa(words, world.environment);

async function written(text: string): Promise<string> {
  const file = join(folder, "cluster.yaml");
  await writeFile(file, text);
  return file;
}

describe("a template for CloudFormation", () => {
  it("passes cfn-lint, and is the same from one run to the next", async () => {
    const file = await written(clusterConfig(world.region));
    const one = await run("export", "-f", file, "--to", "cloudformation");
    expect(one).toMatchObject({ code: 0 });
    expect(one.stderr).toContain("CloudFormation does not manage them: 3 ServiceAccounts");
    expect(await readers.lintTemplate(one.stdout)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await run("export", "-f", file, "--to", "cloudformation")).stdout).toBe(one.stdout);
  });

  it("would not pass cfn-lint with a property that does not exist", async () => {
    const file = await written(clusterConfig(world.region));
    const { stdout } = await run("export", "-f", file, "--to", "cloudformation");
    const wrong = stdout.replace("ClientIdList", "ClientIDs");
    expect((await readers.lintTemplate(wrong)).stdout).toContain("'ClientIDs' was unexpected");
  });

  it("gives back hostile values by a reader of YAML 1.1 that others wrote", async () => {
    const models = sample(hostileModel, 60);
    const read = await readers.readYaml(models.map((model) => cloudFormation.write(only(model))));
    for (const [at, model] of models.entries()) {
      const [template] = read[at] ?? [];
      const resources = Object.values((template as { Resources: Record<string, Entry> }).Resources);
      const properties = (type: string) =>
        resources.filter(({ Type }) => Type === type).map((one) => one.Properties);
      expect(properties("AWS::IAM::Role")).toMatchObject(
        resourcesOf(model, "role").map((role) => ({
          RoleName: role.name,
          AssumeRolePolicyDocument: role.trust,
          ...(role.description !== "" && { Description: role.description }),
          ...(Object.keys(role.inline).length > 0 && {
            Policies: Object.entries(role.inline).map(([PolicyName, PolicyDocument]) => ({
              PolicyName,
              PolicyDocument,
            })),
          }),
          ...(Object.keys(role.tags).length > 0 && { Tags: tagsOf(role.tags) }),
        })),
      );
      expect(properties("AWS::EKS::PodIdentityAssociation")).toMatchObject(
        resourcesOf(model, "association").map(({ policy, targetRole }) => ({
          ...(policy !== undefined && { Policy: policy }),
          ...(targetRole !== undefined && { TargetRoleArn: targetRole }),
        })),
      );
    }
  });

  it("makes a stack after which irsa has nothing to do", async () => {
    // No stack has ServiceAccounts: the file leaves them to others.
    const file = await written(clusterConfig(world.region, true));
    expect(await run("plan", "-f", file, "--exit-code")).toMatchObject({ code: 3 });
    const { stdout: template } = await run("export", "-f", file, "--to", "cloudformation");
    expect(await createStack(world, "irsa", template)).toBe("CREATE_COMPLETE");
    const after = await run("plan", "-f", file, "--detect-drift");
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("4 up to date") });
    expect((await run("export", "-f", file, "--to", "cloudformation")).stdout).toBe(template);
  });
});

/** It takes four runs of irsa and one of cfn-lint, on whatever machine. */
describe("a template of a plan", { timeout: 900_000 }, () => {
  it("has what is missing, and makes a stack after which irsa has nothing to do", async () => {
    const { iam, ...config } = JSON.parse(irsaConfig(CLUSTER_NAME, world.region));
    const [first] = iam.serviceAccounts;
    const second = { ...first, metadata: { namespace: "payments", name: "second" } };
    const both = { ...config, iam: { ...iam, serviceAccounts: [...iam.serviceAccounts, second] } };
    const file = await written(JSON.stringify(both));
    const { stdout: plan } = await run("plan", "-f", file, "-o", "json");
    const path = join(folder, "plan.json");
    await writeFile(path, plan);
    const { stdout: template } = await run("export", "-f", file, "--plan", path, "--to", "cloudformation");
    expect(await readers.lintTemplate(template)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(template.match(/AWS::IAM::Role$/gm)).toHaveLength(1);
    expect(await createStack(world, "irsa-second", template)).toBe("CREATE_COMPLETE");
    expect(await run("plan", "-f", file, "--detect-drift")).toMatchObject({ code: 0 });
  });
});

interface Entry {
  readonly Type: string;
  readonly Properties: object;
}

function tagsOf(tags: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function only(model: ExportModel): ExportModel {
  return { ...model, resources: model.resources.filter(({ kind }) => cloudFormation.kinds.includes(kind)) };
}
