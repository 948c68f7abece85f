import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { ec2Adapter } from "../../../src/aws/ec2.ts";
import { ec2Client } from "../../../src/aws/ec2-client.ts";
import type { Ec2Port } from "../../../src/aws/port.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { aWorld } from "../../fakes/world.ts";
import { ec2Call, runInstance, valueIn } from "../../worlds/ec2-call.ts";
import { methodsWithoutCase, outcomesOf, type CallOf, type Side } from "./both.ts";
import { CLUSTER, startSandboxAws, type SandboxAws } from "./sandbox-aws.ts";

type Call = CallOf<Ec2Port>;

const PROFILE_ARN = `arn:aws:iam::${CLUSTER.awsAccount}:instance-profile/nodes`;
const HOPS = { isEnabled: true, requiresToken: true, hopLimit: 2 };

/** The fake with two instances and a launch template with two versions. */
function fakeSide(): Side<Ec2Port> {
  const { ec2, aws } = aWorld(CLUSTER);
  ec2.instances.set("a", { id: "a", profileArn: PROFILE_ARN, metadata: HOPS });
  ec2.instances.set("b", { id: "b", metadata: { isEnabled: false, requiresToken: false, hopLimit: 1 } });
  ec2.launchTemplates.set("told 1", HOPS);
  ec2.launchTemplates.set("silent 1", undefined);
  return { port: aws.ec2, names: new Map(["a", "b", "told", "silent"].map((name) => [name, name])) };
}

/** irsa's adapter on the sandbox with the same. */
async function sandboxSide({ client }: SandboxAws): Promise<Side<Ec2Port>> {
  const iam = new IAMClient(client);
  const InstanceProfileName = "nodes";
  const AssumeRolePolicyDocument = JSON.stringify(
    trustPolicy([{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }]),
  );
  await iam.send(new CreateRoleCommand({ RoleName: "nodes", AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "nodes" }));
  iam.destroy();
  const hops = { HttpTokens: "required", HttpPutResponseHopLimit: "2" };
  const template = async (LaunchTemplateName: string, options: Readonly<Record<string, string>>) =>
    valueIn(
      await ec2Call(client, "CreateLaunchTemplate", { LaunchTemplateName, ...options }),
      "launchTemplateId",
    );
  const names = {
    a: await runInstance(client, "nodes", hops),
    b: await runInstance(client, "", { HttpEndpoint: "disabled" }),
    told: await template("told", {
      "LaunchTemplateData.MetadataOptions.HttpTokens": "required",
      "LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit": "2",
    }),
    silent: await template("silent", { "LaunchTemplateData.ImageId": "ami-1" }),
  };
  return { port: ec2Adapter(ec2Client(client)), names: new Map(Object.entries(names)) };
}

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  [
    "instances, and one that does not exist",
    [
      ["describeInstances", ["{a}", "{b}", "i-00000000000000000"]],
      ["describeInstances", []],
    ],
  ],
  [
    "launch templates",
    [
      ["getLaunchTemplateMetadata", { id: "{told}", version: "1" }],
      ["getLaunchTemplateMetadata", { id: "{silent}", version: "1" }],
      ["getLaunchTemplateMetadata", { id: "{told}", version: "7" }],
      ["getLaunchTemplateMetadata", { id: "lt-0", version: "1" }],
    ],
  ],
];

describe("the fake of EC2 answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const sandbox = await startSandboxAws();
    try {
      const fake = await outcomesOf(fakeSide(), calls);
      expect(fake).toEqual(await outcomesOf(await sandboxSide(sandbox), calls));
    } finally {
      await sandbox.stop();
    }
  });

  it("every method has a case", () => {
    expect(methodsWithoutCase(aWorld(CLUSTER).aws.ec2, CASES)).toEqual([]);
  });
});
