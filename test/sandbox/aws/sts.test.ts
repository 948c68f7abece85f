import { CreateRoleCommand, GetRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { beforeEach, describe, expect, it } from "vitest";
import { createSession, createUser } from "../../../src/sandbox/aws/provision.ts";
import { ACCOUNT, refusal, refusalOf, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const OTHER = "444455556666";
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/target`;
const denied = refusal(
  "AccessDenied",
  /^User: arn:aws:(iam|sts)::.* is not authorized to perform: sts:AssumeRole on resource: /,
);

function trusting(...AWS: readonly string[]): string {
  return trustIn(ACCOUNT, { Principal: { AWS }, Action: "sts:AssumeRole" });
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
  it("gives credentials that act as the role, and may chain for an hour", async () => {
    await createTarget(trusting(`arn:aws:iam::${ACCOUNT}:root`));
    const { Credentials, AssumedRoleUser } = await assume();
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/target/s1`;
    expect(AssumedRoleUser).toMatchObject({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA\w+:s1$/) as string,
    });
    const key = aws().store.find(Credentials?.AccessKeyId ?? "");
    if (key === undefined) throw new Error("the credentials are unknown");
    const { sts } = aws().clientsOf(key);
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: arn, Account: ACCOUNT });
    const chained = sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "s2", DurationSeconds: 3601 }),
    );
    expect(await refusalOf(chained)).toEqual(refusal("ValidationError", /1 hour session limit/));
  });

  it.each([
    ["the caller", [`arn:aws:iam::${ACCOUNT}:root`], {}, undefined],
    ["another account", [OTHER], {}, denied],
    [
      "a longer session than the role's",
      [ACCOUNT],
      { DurationSeconds: 7201 },
      refusal("ValidationError", /exceeds the MaxSessionDuration/),
    ],
  ])("asked by one whom the trust names: %s", async (_what, principals, changes, expected) => {
    await createTarget(trusting(...principals));
    const answer = await assume(changes).then(
      () => undefined,
      async (error: unknown) => refusalOf(Promise.reject(error as Error)),
    );
    expect(answer).toEqual(expected);
  });

  it("looks at the external id", async () => {
    const Condition = { StringEquals: { "sts:ExternalId": "42" } };
    await createTarget(
      trustIn(ACCOUNT, { Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole", Condition }),
    );
    expect(await refusalOf(assume())).toEqual(denied);
    expect((await assume({ ExternalId: "42" })).AssumedRoleUser).toBeDefined();
  });

  it("says the same of a role that is not there", async () => {
    expect(await refusalOf(assume())).toEqual(denied);
  });

  it("crosses accounts", async () => {
    await createTarget(trusting(OTHER));
    const { store, clientsOf } = aws();
    const { sts } = clientsOf(createSession({ store, account: OTHER }, "deployer", "ci", 900));
    const { AssumedRoleUser } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "across" }));
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/target/across`);
  });
});

describe("STS", () => {
  it("refuses a session policy that is none, and what it does not know", async () => {
    const { sts } = aws();
    const exchange = { RoleArn, RoleSessionName: "s1", WebIdentityToken: "a.b.c", Policy: "{" };
    expect(await refusalOf(sts.send(new AssumeRoleWithWebIdentityCommand(exchange)))).toEqual(
      refusal("MalformedPolicyDocumentException", "This policy contains invalid Json"),
    );
    expect(await refusalOf(sts.send(new GetSessionTokenCommand({})))).toEqual(
      refusal("InvalidAction", /GetSessionToken/),
    );
  });
});

describe("accounts", () => {
  it("do not see each other's roles", async () => {
    await createTarget(trusting(ACCOUNT));
    const { store, clientsOf } = aws();
    const { iam } = clientsOf(createUser({ store, account: OTHER }, "ci"));
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
    await fetch(`${emulation.url}/_irsa/lag`, { method: "PUT", body: JSON.stringify({ milliseconds: LAG }) });
    const late = { RoleName: "late", AssumeRolePolicyDocument: trusting(ACCOUNT) };
    await iam.send(new CreateRoleCommand(late));
    const read = () => iam.send(new GetRoleCommand({ RoleName: "late" }));
    expect(await refusalOf(read())).toEqual(refusal("NoSuchEntityException", /late cannot be found/));
    expect(await refusalOf(iam.send(new CreateRoleCommand(late)))).toEqual(
      refusal("EntityAlreadyExistsException", "Role with name late already exists."),
    );
    const PolicyDocument = trusting(ACCOUNT);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "target", PolicyDocument }));
    expect(await refusalOf(assume())).toEqual(denied);

    store.setLag(0);
    expect((await read()).Role?.RoleName).toBe("late");
    expect((await assume()).AssumedRoleUser).toBeDefined();
  });
});
