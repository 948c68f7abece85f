import {
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  type ResourceToImport,
} from "@aws-sdk/client-cloudformation";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { startRealWorld } from "../../../worlds/real-world.ts";
import { openReaders } from "../../../worlds/readers/readers.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf } from "../../cluster.ts";
import { STORY } from "../../commands.ts";
import {
  cloudFormationOf,
  makeEksctlServiceAccount,
  type EksctlServiceAccount,
} from "../../eksctl-account.ts";
import { irsa } from "../../irsa.ts";
import { roleOf } from "../../observe-world.ts";

const NAMES = ["cart", "till", "search"] as const;
const LIVE = ["export", "--live", "--cluster", CLUSTER_NAME, "--to", "cloudformation"];

let world: World;
let fleet: readonly EksctlServiceAccount[];

const run = (...words: readonly string[]) => irsa(words, world.environmentOf("admin"));

beforeAll(async () => {
  world = await startRealWorld();
  expect(await run(...STORY.associate)).toMatchObject({ code: 0 });
  const made: EksctlServiceAccount[] = [];
  for (const name of NAMES) made.push(await makeEksctlServiceAccount(world, `fleet/${name}`));
  fleet = made;
});
afterAll(async () => world?.stop());

/** Exchanges the token of each ServiceAccount for its role's credentials, again and again, until it is stopped. */
async function exchanging() {
  const { url: endpoint, region, keys } = world.aws;
  const sts = new STSClient({ endpoint, region, credentials: keys.admin, maxAttempts: 1 });
  const cluster = clusterOf(world);
  const tokens = await Promise.all(
    NAMES.map((name) => cluster.serviceAccountToken("fleet", name, "sts.amazonaws.com")),
  );
  const counted = { accepted: 0, refused: [] as string[] };
  const loop = { isOn: true };
  const exchange = async (RoleArn: string, WebIdentityToken: string): Promise<void> => {
    const pod = { RoleArn, WebIdentityToken, RoleSessionName: "pod" };
    await sts.send(new AssumeRoleWithWebIdentityCommand(pod)).then(
      () => (counted.accepted += 1),
      (error: unknown) => counted.refused.push(String(error)),
    );
  };
  const exchanges = (async () => {
    while (loop.isOn)
      for (const [at, { roleArn }] of fleet.entries()) await exchange(roleArn, tokens[at] ?? "");
  })();
  return async () => {
    loop.isOn = false;
    await exchanges;
    sts.destroy();
    return counted;
  };
}

test("eksctl's fleet is adopted, exported and imported: the same ARNs, and STS never refuses", async () => {
  const iam = world.aws.iam();
  const permissions = async () =>
    Promise.all(
      fleet.map(async ({ roleName }) => {
        const { tags: _, ...rest } = await roleOf(iam, roleName);
        return rest;
      }),
    );
  const before = await permissions();
  const stop = await exchanging();

  const adopt = ["adopt", "--all", "--release-stacks", "--cluster", CLUSTER_NAME, "--approve"];
  expect(await run(...adopt)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("All 3 ServiceAccounts are managed by irsa."),
  });
  const { code, stdout: template, stderr } = await run(...LIVE);
  expect(code, stderr).toBe(0);
  const imports: readonly ResourceToImport[] = JSON.parse((await run(...LIVE, "--imports")).stdout);
  await expectImportable(template, imports);
  expect((await run(...LIVE)).stdout).toBe(template);

  const { accepted, refused } = await stop();
  expect(refused).toEqual([]);
  expect(accepted).toBeGreaterThan(NAMES.length);
  expect(await permissions()).toEqual(before);
  expect(before.map(({ arn }) => arn)).toEqual(fleet.map(({ roleArn }) => roleArn));
});

/**
 * What CloudFormation requires of an import, and that it would change nothing. moto takes the change set, but executing it
 * would create what exists.
 */
async function expectImportable(text: string, ResourcesToImport: readonly ResourceToImport[]): Promise<void> {
  const { lintTemplate } = await openReaders();
  expect(await lintTemplate(text)).toEqual({ code: 0, stdout: "", stderr: "" });
  const client = cloudFormationOf(world);
  const names = { StackName: "irsa", ChangeSetName: "import" };
  const asked = {
    ...names,
    ChangeSetType: "IMPORT" as const,
    TemplateBody: text,
    ResourcesToImport: [...ResourcesToImport],
    Capabilities: ["CAPABILITY_NAMED_IAM" as const],
  };
  await client.send(new CreateChangeSetCommand(asked));
  const { Status } = await client.send(new DescribeChangeSetCommand(names));
  expect(Status).toBe("CREATE_COMPLETE");
  client.destroy();

  const { Resources } = parse(text, { version: "1.1" }) as { Resources: Record<string, ImportedResource> };
  expect(ResourcesToImport.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(Object.keys(Resources));
  for (const { DeletionPolicy } of Object.values(Resources)) expect(DeletionPolicy).toBe("Retain");
  const roles = ResourcesToImport.filter(({ ResourceType }) => ResourceType === "AWS::IAM::Role");
  expect(roles).toHaveLength(NAMES.length);
  for (const { LogicalResourceId = "", ResourceIdentifier } of roles) {
    const { Properties: said } = Resources[LogicalResourceId] ?? { Properties: {} };
    const live = await roleOf(world.aws.iam(), ResourceIdentifier?.["RoleName"] ?? "");
    expect({
      trust: said.AssumeRolePolicyDocument,
      attached: said.ManagedPolicyArns,
      maxSession: said.MaxSessionDuration,
      inline: Object.fromEntries((said.Policies ?? []).map((one) => [one.PolicyName, one.PolicyDocument])),
      tags: Object.fromEntries((said.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    }).toEqual({
      trust: live.trust,
      attached: live.attached,
      maxSession: live.maxSession,
      inline: live.inline,
      tags: live.tags,
    });
  }
}

interface ImportedResource {
  readonly DeletionPolicy?: string;
  readonly Properties: {
    readonly AssumeRolePolicyDocument?: object;
    readonly ManagedPolicyArns?: readonly string[];
    readonly MaxSessionDuration?: number;
    readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: object }[];
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  };
}
