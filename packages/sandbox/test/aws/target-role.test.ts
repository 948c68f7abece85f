import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { createUser } from "../../src/aws/provision.ts";
import { claims, keyIn, keys, OTHER, podsTrust, role, useEksAuth } from "./use-eks-auth.ts";
import { AWS_ACCOUNT, permissions, REGION, trustIn } from "./use-emulation.ts";

const { own, iam, sts, exchange, associate, callerArn } = useEksAuth();

describe("a target role", () => {
  const TARGET = role("target", OTHER);
  const trustedBy = (changes: object = {}) =>
    trustIn(OTHER, {
      Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      ...changes,
    });
  const mayAssume = (
    Resource: string,
    Action: string | readonly string[] = ["sts:AssumeRole", "sts:TagSession"],
  ) =>
    new PutRolePolicyCommand({
      RoleName: "app",
      PolicyName: "target",
      PolicyDocument: permissions({ Action, Resource }),
    });

  async function createTarget(trust: string, awsAccount = OTHER) {
    const { admin, store } = own();
    const key = awsAccount === AWS_ACCOUNT ? admin : createUser({ store, awsAccount }, "owner");
    await iam(key).send(new CreateRoleCommand({ RoleName: "target", AssumeRolePolicyDocument: trust }));
  }

  it("is assumed in another account, for an hour", async () => {
    await createTarget(trustedBy());
    await associate(podsTrust(), { targetRoleArn: TARGET });
    await iam().send(mayAssume(TARGET));
    const answer = await exchange(await keys.sign(claims()));
    expect(await callerArn(answer)).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/target\/eks-work-app-7d9f-x-/,
    );
    expect(Math.round((answer.body.credentials.expiration - Date.now() / 1000) / 60)).toBe(60);
  });

  it.each<[string, object, boolean]>([
    ["the role by its ARN", { Condition: { ArnEquals: { "aws:PrincipalArn": role("app") } } }, true],
    ["another role", { Condition: { ArnEquals: { "aws:PrincipalArn": role("other") } } }, false],
    ["no sts:TagSession", { Action: "sts:AssumeRole" }, false],
    [
      "the namespace",
      { Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "team" } } },
      true,
    ],
    ["another one", { Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "x" } } }, false],
    [
      "an external ID, which is not sent with session tags",
      { Condition: { StringEquals: { "sts:ExternalId": `${REGION}/${AWS_ACCOUNT}/work/team/app` } } },
      false,
    ],
  ])("judges a trust policy that allows %s", async (_what, changes, isAllowed) => {
    await createTarget(trustedBy(changes));
    await associate(podsTrust(), { targetRoleArn: TARGET });
    await iam().send(mayAssume(TARGET));
    expect((await exchange(await keys.sign(claims()))).code).toBe(isAllowed ? null : "AccessDeniedException");
  });

  it.each([
    [`${REGION}/${AWS_ACCOUNT}/work/team/app`, true],
    [`${REGION}/${AWS_ACCOUNT}/work/team/other`, false],
  ])("is sent the external ID where session tags are disabled: %s", async (externalId, isAllowed) => {
    const Condition = { StringEquals: { "sts:ExternalId": externalId } };
    await createTarget(trustedBy({ Action: "sts:AssumeRole", Condition }));
    await associate(podsTrust(), { targetRoleArn: TARGET, disableSessionTags: true });
    await iam().send(mayAssume(TARGET, "sts:AssumeRole"));
    expect((await exchange(await keys.sign(claims()))).status).toBe(isAllowed ? 200 : 400);
  });

  it("must be one that the role may assume and tag", async () => {
    await createTarget(trustedBy());
    await associate(podsTrust(), { targetRoleArn: TARGET });
    const token = await keys.sign(claims());
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(TARGET, "sts:AssumeRole"));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(role("another", OTHER)));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(TARGET));
    expect((await exchange(token)).status).toBe(200);
  });

  it("of the same account needs no permission where its trust names the role, unless that is denied", async () => {
    const Principal = { AWS: role("app") };
    await associate(podsTrust(), { targetRoleArn: role("target"), disableSessionTags: true });
    await createTarget(trustIn(AWS_ACCOUNT, { Principal, Action: "sts:AssumeRole" }), AWS_ACCOUNT);
    const token = await keys.sign(claims());
    expect((await exchange(token)).status).toBe(200);
    const PolicyDocument = permissions({ Effect: "Deny", Action: "sts:*" });
    await iam().send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "no", PolicyDocument }));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
  });

  it("is not told from one that does not exist", async () => {
    await associate(podsTrust(), { targetRoleArn: TARGET });
    expect((await exchange(await keys.sign(claims()))).code).toBe("AccessDeniedException");
  });

  it("that the pod itself assumes must allow its tags", async () => {
    const trust = (Action: string | readonly string[]) =>
      trustIn(AWS_ACCOUNT, { Principal: { AWS: role("app") }, Action });
    await associate();
    await createTarget(trust("sts:AssumeRole"), AWS_ACCOUNT);
    await iam().send(
      new CreateRoleCommand({
        RoleName: "tagged",
        AssumeRolePolicyDocument: trust(["sts:AssumeRole", "sts:TagSession"]),
      }),
    );
    const client = sts(keyIn(await exchange(await keys.sign(claims()))));
    const assume = (name: string) =>
      client.send(new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: "chained" }));
    await expect(assume("target")).rejects.toMatchObject({ name: "AccessDenied" });
    expect((await assume("tagged")).AssumedRoleUser?.Arn).toContain(":assumed-role/tagged/chained");
  });
});
