import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { IAMClient } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { connectCloudFormation } from "../../../src/aws/cloudformation.ts";
import { iamAdapter } from "../../../src/aws/iam.ts";
import type { CloudFormationPort, IamPort } from "../../../src/aws/port.ts";
import { aServiceAccount, INLINE_DOCUMENT, ownRole, S3_READ } from "../../fakes/values.ts";
import { aWorld } from "../../fakes/world.ts";
import { methodsWithoutCase, outcomesOf, type CallOf, type Side } from "./both.ts";
import { CLUSTER, startSandboxAws } from "./sandbox-aws.ts";

/** Stacks, and how one sees what they made. */
type StackPort = CloudFormationPort & Pick<IamPort, "listInlinePolicies" | "listAttachedPolicies">;
type Call = CallOf<StackPort>;

const STACK = "eksctl-work-addon-iamserviceaccount-shop-cart";
const TAGS = { "alpha.eksctl.io/iamserviceaccount-name": "shop/cart" };
const CAPABILITIES = ["CAPABILITY_NAMED_IAM"];
const TRUST = aWorld(CLUSTER).trustOf({ serviceAccount: aServiceAccount("shop/cart") });

/** A role with a managed policy, and an inline policy that is a resource of its own, as eksctl writes them. */
function template(Role1: object = {}, Policy1: object = {}): string {
  return JSON.stringify({
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Role1: {
        Type: "AWS::IAM::Role",
        Properties: { RoleName: "app", AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: [S3_READ] },
        ...Role1,
      },
      Policy1: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "more", PolicyDocument: INLINE_DOCUMENT, Roles: [{ Ref: "Role1" }] },
        ...Policy1,
      },
    },
  });
}

const RETAIN = { DeletionPolicy: "Retain" };
const SAID = { ...RETAIN, Metadata: { "irsa/retained": "true" } };

const update = (text: string, capabilities: readonly string[] = CAPABILITIES, stackId = "{stack}"): Call => [
  "setTemplate",
  { stackId, template: text, parameters: [], capabilities },
];
const READS: readonly Call[] = [
  ["getStack", STACK],
  ["getStack", "{stack}"],
  ["listStackResources", "{stack}"],
  ["getTemplate", "{stack}"],
  ["listInlinePolicies", "app"],
  ["listAttachedPolicies", "app"],
];

/** The fake with a stack of `template`. */
function fakeSide(): Side<StackPort> {
  const world = aWorld(CLUSTER);
  world.withRole(ownRole("app"), {}, { attached: [S3_READ], inline: { more: INLINE_DOCUMENT } });
  const id = `arn:aws:cloudformation:${CLUSTER.region}:${CLUSTER.awsAccount}:stack/${STACK}/1`;
  const policy = "app|more";
  world.stacks.set(id, {
    stack: {
      name: STACK,
      id,
      status: "CREATE_COMPLETE",
      tags: TAGS,
      parameters: [],
      capabilities: CAPABILITIES,
      isProtected: false,
    },
    template: template(),
    resources: [
      { logicalId: "Role1", type: "AWS::IAM::Role", physicalId: "app" },
      { logicalId: "Policy1", type: "AWS::IAM::Policy", physicalId: policy },
    ],
  });
  return {
    port: { ...world.cloudFormation, ...world.aws.iam },
    names: new Map([
      ["stack", id],
      ["policy", policy],
    ]),
  };
}

/** Runs the calls on the fake, and by irsa's adapter on the sandbox; both have the stack. */
async function bothOn(
  calls: readonly Call[],
): Promise<{ readonly fake: unknown[]; readonly real: unknown[] }> {
  const sandbox = await startSandboxAws();
  const [stacks, iam] = [new CloudFormationClient(sandbox.client), new IAMClient(sandbox.client)];
  try {
    const Tags = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
    const { StackId: stack = "" } = await stacks.send(
      new CreateStackCommand({
        StackName: STACK,
        TemplateBody: template(),
        Tags,
        Capabilities: ["CAPABILITY_NAMED_IAM"],
      }),
    );
    const { port } = connectCloudFormation(sandbox.client);
    const made = await port.listStackResources(stack);
    const policy = made.find(({ logicalId }) => logicalId === "Policy1")?.physicalId ?? "";
    const names = new Map([
      ["stack", stack],
      ["policy", policy],
    ]);
    return {
      fake: await outcomesOf(fakeSide(), calls),
      real: await outcomesOf({ port: { ...port, ...iamAdapter(iam) }, names }, calls),
    };
  } finally {
    stacks.destroy();
    iam.destroy();
    await sandbox.stop();
  }
}

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  [
    "an update that retains what the stack made",
    [
      ...READS,
      update(template()),
      update(template(RETAIN, RETAIN)),
      update(template(SAID, SAID), []),
      update(template(SAID, SAID)),
      update(template(SAID, SAID)),
      ...READS,
      ["deleteStack", "{stack}"],
      ...READS,
      ["deleteStack", "{stack}"],
      ["deleteStack", STACK],
      ...READS,
    ],
  ],
  ["a deletion of all", [["deleteStack", STACK], ...READS, ["deleteStack", "{stack}"]]],
  [
    "a deletion of what is not retained",
    [update(template(SAID)), ["deleteStack", "{stack}"], ...READS, ["setTerminationProtection", STACK, true]],
  ],
  [
    "a stack that is protected",
    [
      ["setTerminationProtection", "{stack}", true],
      ["deleteStack", "{stack}"],
      ...READS,
      ["setTerminationProtection", "{stack}", false],
      ["deleteStack", "{stack}"],
      ...READS,
    ],
  ],
  [
    "what is not there",
    [
      ["getStack", "none"],
      ["getTemplate", "none"],
      ["listStackResources", "none"],
      update(template(SAID), CAPABILITIES, "none"),
      ["setTerminationProtection", "none", true],
      ["deleteStack", "none"],
    ],
  ],
];

describe("the fake of CloudFormation answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const { fake, real } = await bothOn(calls);
    expect(fake).toEqual(real);
  });

  it("every method has a case", () => {
    expect(methodsWithoutCase(aWorld(CLUSTER).cloudFormation, CASES)).toEqual([]);
  });
});
