import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sample } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pulumi } from "../../../../src/export/engines/pulumi.ts";
import { resourcesOf, type ExportModel } from "../../../../src/export/model.ts";
import { anAssociation, aModel, aRole } from "../../../export/a-model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { ownRole } from "../../../fakes/values.ts";
import { startMotoWorld, type MotoWorld } from "../../../worlds/moto/world.ts";
import { openPulumi, type PulumiPrograms, type Registered } from "../../../worlds/pulumi/programs.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";
import { createInAws } from "./create-in-aws.ts";
import { clusterConfig } from "./file.ts";
import { inputsOf, readPulumi } from "./read-pulumi.ts";
import { compared } from "./use-cluster.ts";

let world: MotoWorld;
let programs: PulumiPrograms;
let folder: string;

beforeAll(async () => {
  [world, programs, folder] = await Promise.all([
    startMotoWorld(),
    openPulumi(),
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
  await programs.close();
  await rm(folder, { recursive: true });
});

const run = (...words: string[]) => irsa(words, world.environment);

describe("a program for Pulumi", () => {
  it("registers what apply makes: once it is created, irsa has nothing to do", async () => {
    const file = join(folder, "cluster.yaml");
    await writeFile(file, clusterConfig(world.region, true));
    expect(await run("plan", "-f", file, "--exit-code")).toMatchObject({ code: 3 });
    const { code, stdout, stderr } = await run("export", "-f", file, "--to", "pulumi");
    expect(code, stderr).toBe(0);
    const [registered = []] = await programs.run([stdout]);
    await createInAws(world, readPulumi(registered, world.awsAccount));
    const after = await run("plan", "-f", file, "--detect-drift");
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("4 up to date") });
    expect((await run("export", "-f", file, "--to", "pulumi")).stdout).toBe(stdout);
  });

  it("registers what the model says, whatever is in it", async () => {
    const models = sample(hostileModel, 30);
    const all = await programs.run(models.map((model) => pulumi.write(model)));
    for (const [at, model] of models.entries()) expectSame(all[at] ?? [], model);
  });

  it("does not compile with an input that does not exist", async () => {
    const text = pulumi.write(aModel([aRole()])).replace("maxSessionDuration", "maxSessionSeconds");
    await expect(programs.run([text])).rejects.toThrow(
      "'maxSessionSeconds' does not exist in type 'RoleArgs'",
    );
  });

  it("imports each resource by the ID that the provider has for it", async () => {
    const policy = { 'a"b': { Statement: [] } };
    const role = aRole({ policies: ["arn:aws:iam::aws:policy/A" as never], inline: policy });
    const association = anAssociation({ existing: { id: "a-1", arn: "arn" } });
    const { serviceAccount } = association;
    const model = aModel(
      [role, association, { kind: "serviceAccount", serviceAccount, labels: {}, annotations: {} }],
      true,
    );
    const [registered = []] = await programs.run([pulumi.write(model)]);
    expect(
      registered.map((one) => one.import).toSorted((one = "", other = "") => compared(one, other)),
    ).toEqual(["cart", "cart/arn:aws:iam::aws:policy/A", 'cart:a"b', "eks-work-cluster,a-1", "shop/cart"]);
  });

  it("names a role that is used as it is", async () => {
    const [registered = []] = await programs.run([
      pulumi.write(aModel([anAssociation({ role: ownRole("theirs") })])),
    ]);
    expect(registered.map(({ inputs }) => inputs["roleArn"])).toEqual([ownRole("theirs")]);
  });
});

function expectSame(registered: readonly Registered[], model: ExportModel): void {
  const wanted = readPulumi(registered, "111122223333");
  const roles = resourcesOf(model, "role");
  const byName = <T extends { readonly RoleName?: string | undefined }>(all: readonly T[]): readonly T[] =>
    all.toSorted((one, other) => compared(key(one), key(other)));
  expect(
    byName(wanted.roles).map((one) => [
      one.RoleName,
      one.Path,
      one.Description,
      JSON.parse(one.AssumeRolePolicyDocument ?? ""),
      one.MaxSessionDuration,
      Object.fromEntries((one.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    ]),
  ).toEqual(
    roles
      .toSorted((one, other) => compared(one.name, other.name))
      .map(({ name, path, description, trust, tags }) => [
        name,
        path,
        description === "" ? undefined : description,
        trust,
        3600,
        tags,
      ]),
  );
  expect(byName(wanted.attached)).toEqual(
    byName(
      roles.flatMap(({ name, policies }) =>
        policies.map((PolicyArn) => ({ RoleName: name, PolicyArn: String(PolicyArn) })),
      ),
    ),
  );
  expect(
    byName(wanted.inline).map(({ PolicyDocument, ...rest }) => ({
      ...rest,
      PolicyDocument: JSON.parse(PolicyDocument),
    })),
  ).toEqual(
    byName(
      roles.flatMap(({ name, inline }) =>
        Object.entries(inline).map(([PolicyName, PolicyDocument]) => ({
          RoleName: name,
          PolicyName,
          PolicyDocument,
        })),
      ),
    ),
  );
  const byServiceAccount = <T extends { readonly serviceAccount: string }>(all: readonly T[]): readonly T[] =>
    all.toSorted((one, other) => compared(one.serviceAccount, other.serviceAccount));
  const associations = inputsOf(registered, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
  expect(
    byServiceAccount(associations).map(({ serviceAccount, policy, targetRoleArn, tags = {} }) => ({
      serviceAccount,
      policy,
      targetRoleArn,
      tags,
    })),
  ).toEqual(
    byServiceAccount(
      resourcesOf(model, "association").map(({ serviceAccount, policy, targetRole, tags }) => ({
        serviceAccount: String(serviceAccount.name),
        policy,
        targetRoleArn: targetRole,
        tags,
      })),
    ),
  );
  const said = registered
    .filter(({ type }) => type === "kubernetes:core/v1:ServiceAccount")
    .map(({ inputs }) => inputs["metadata"] as { readonly name: string; readonly annotations?: object });
  expect(
    said
      .map(({ name, annotations = {} }) => ({ serviceAccount: name, annotations }))
      .toSorted((one, other) => compared(one.serviceAccount, other.serviceAccount)),
  ).toEqual(
    byServiceAccount(
      resourcesOf(model, "serviceAccount").map(({ serviceAccount, annotations }) => ({
        serviceAccount: String(serviceAccount.name),
        annotations,
      })),
    ),
  );
}

function key({ RoleName, ...rest }: { readonly RoleName?: string | undefined }): string {
  return `${RoleName} ${Object.values(rest).map(String).join(" ")}`;
}
