import { CreateRoleCommand, GetRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { beforeEach, describe, expect, it } from "vitest";
import { createSession, createUser } from "../../src/aws/provision.ts";
import { AWS_ACCOUNT, refusal, refusalOf, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const OTHER = "444455556666";
const RoleArn = `arn:aws:iam::${AWS_ACCOUNT}:role/target`;
const denied = refusal(
  "AccessDenied",
  /^User: arn:aws:(iam|sts)::.* is not authorized to perform: sts:AssumeRole on resource: /,
);

function trusting(...AWS: readonly string[]): string {
  return trustIn(AWS_ACCOUNT, { Principal: { AWS }, Action: "sts:AssumeRole" });
}

async function createTarget(AssumeRolePolicyDocument: string) {
  await aws().iam.send(
    new CreateRoleCommand({ RoleName: "target", AssumeRolePolicyDocument, MaxSessionDuration: 7200 }),
  );
}

async function assume(changes: { readonly DurationSeconds?: number; readonly ExternalId?: string } = {}) {
  return aws().sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1", ...changes }));
}

describe("AssumeRole", () => {
  it("crosses accounts", async () => {
    await createTarget(trusting(OTHER));
    const { store, clientsOf } = aws();
    const { sts } = clientsOf(createSession({ store, awsAccount: OTHER }, "deployer", "ci", 900));
    const { AssumedRoleUser } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "across" }));
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${AWS_ACCOUNT}:assumed-role/target/across`);
  });
});

describe("STS", () => {
  it("refuses what it does not know", async () => {
    const { sts } = aws();
    expect(await refusalOf(sts.send(new GetSessionTokenCommand({})))).toEqual(
      refusal("InvalidAction", /GetSessionToken/),
    );
  });
});

describe("accounts", () => {
  it("do not see each other's roles", async () => {
    await createTarget(trusting(AWS_ACCOUNT));
    const { store, clientsOf } = aws();
    const { iam } = clientsOf(createUser({ store, awsAccount: OTHER }, "ci"));
    expect(await refusalOf(iam.send(new GetRoleCommand({ RoleName: "target" })))).toEqual(
      refusal("NoSuchEntityException", "The role with name target cannot be found."),
    );
  });
});

describe("reads that lag behind writes", () => {
  const LAG = 60_000;

  beforeEach(async () => createTarget(trusting(OTHER)));

  it("see roles and trust as they were, while writes see what is", async () => {
    const { emulation, iam, store } = aws();
    await fetch(`${emulation.url}/_irsa/lag`, {
      method: "PUT",
      body: JSON.stringify({ milliseconds: LAG }),
      headers: { authorization: `Bearer ${emulation.controlToken}` },
    });
    const late = { RoleName: "late", AssumeRolePolicyDocument: trusting(AWS_ACCOUNT) };
    await iam.send(new CreateRoleCommand(late));
    const read = () => iam.send(new GetRoleCommand({ RoleName: "late" }));
    expect(await refusalOf(read())).toEqual(refusal("NoSuchEntityException", /late cannot be found/));
    expect(await refusalOf(iam.send(new CreateRoleCommand(late)))).toEqual(
      refusal("EntityAlreadyExistsException", "Role with name late already exists."),
    );
    const PolicyDocument = trusting(AWS_ACCOUNT);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "target", PolicyDocument }));
    expect(await refusalOf(assume())).toEqual(denied);

    store.setLag(0);
    expect((await read()).Role?.RoleName).toBe("late");
    expect((await assume()).AssumedRoleUser).toBeDefined();
  });
});
