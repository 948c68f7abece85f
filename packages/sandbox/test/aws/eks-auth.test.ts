import { DeletePodIdentityAssociationCommand } from "@aws-sdk/client-eks";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { createUser } from "../../src/aws/provision.ts";
import {
  claims,
  CLUSTER_ARN,
  foreign,
  keyIn,
  keys,
  OTHER,
  POD,
  podsTrust,
  useEksAuth,
  type Claims,
} from "./use-eks-auth.ts";
import { AWS_ACCOUNT, permissions, REGION } from "./use-emulation.ts";

const { own, eks, iam, exchange, associate, callerArn } = useEksAuth();

describe("AssumeRoleForPodIdentity", () => {
  it("exchanges a pod's token for credentials that act as the role", async () => {
    const id = await associate();
    const answer = await exchange(await keys.sign(claims()));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        subject: { namespace: "team", serviceAccount: "app" },
        audience: "pods.eks.amazonaws.com",
        podIdentityAssociation: {
          associationId: id,
          associationArn: `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:podidentityassociation/work/${id}`,
        },
        assumedRoleUser: {
          arn: expect.stringMatching(
            /^arn:aws:sts::111122223333:assumed-role\/app\/eks-work-app-7d9f-x-[\da-f-]{36}$/,
          ) as string,
          assumeRoleId: expect.stringMatching(/^AROA[A-Z\d]{17}:eks-work-/) as string,
        },
      },
    });
    expect(await callerArn(answer)).toBe(answer.body.assumedRoleUser.arn);
    const hours = (answer.body.credentials.expiration - Date.now() / 1000) / 3600;
    expect(Math.round(hours)).toBe(6);
  });

  it("is signed, by a key of the cluster's account, and never recorded with its token", async () => {
    const { emulation, node, store } = own();
    await associate();
    const token = await keys.sign(claims());
    const unsigned = await fetch(`${emulation.url}/clusters/work/assume-role-for-pod-identity`, {
      method: "POST",
      body: JSON.stringify({ token }),
    });
    expect([unsigned.status, unsigned.headers.get("x-amzn-errortype")]).toEqual([
      403,
      "MissingAuthenticationTokenException",
    ]);
    const stranger = createUser({ store, awsAccount: OTHER }, "stranger");
    expect(await exchange(token, stranger)).toMatchObject({ status: 404, code: "ResourceNotFoundException" });
    emulation.policies.limit(node.accessKeyId, permissions());
    expect(await exchange(token)).toMatchObject({
      status: 400,
      code: "AccessDeniedException",
      body: {
        message: `User: ${node.principal.arn} is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: ${CLUSTER_ARN} because no identity-based policy allows the eks-auth:AssumeRoleForPodIdentity action`,
      },
    });
    expect(JSON.stringify(emulation.recorder.calls())).not.toContain(token);
    expect(emulation.recorder.calls().at(-1)).toMatchObject({ service: "eks-auth", status: 400 });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, Claims, string]>([
    ["of another issuer", { iss: "https://issuer.example" }, "InvalidTokenException"],
    ["for STS", { aud: ["sts.amazonaws.com"] }, "InvalidTokenException"],
    ["without an audience", { aud: [] }, "InvalidTokenException"],
    ["that is expired", { exp: now - 1 }, "ExpiredTokenException"],
    ["from the future", { nbf: now + 3600, exp: now + 7200 }, "InvalidTokenException"],
    ["without a pod", { pod: undefined }, "InvalidTokenException"],
    ["of a pod that is gone", { pod: { ...POD, uid: "gone" } }, "InvalidTokenException"],
    ["of another namespace", { namespace: "other" }, "ResourceNotFoundException"],
  ])("refuses a token %s", async (_what, changes, code) => {
    await associate();
    const { status, code: answered } = await exchange(await keys.sign(claims(changes)));
    expect([answered, status]).toEqual([code, code === "ResourceNotFoundException" ? 404 : 400]);
  });

  it("refuses what is not a token, a forged one, and none", async () => {
    await associate();
    expect((await exchange("a.b.c")).code).toBe("InvalidTokenException");
    expect((await exchange(await foreign.sign(claims()))).code).toBe("InvalidTokenException");
    const [header, payload] = (await keys.sign(claims())).split(".");
    expect((await exchange(`${header}.${payload}.`)).code).toBe("InvalidTokenException");
    expect((await exchange(undefined)).code).toBe("InvalidParameterException");
  });

  it("refuses pods once the association is deleted, and those of a cluster that is not there", async () => {
    const associationId = await associate();
    const token = await keys.sign(claims());
    expect((await exchange(token)).status).toBe(200);
    await eks().send(new DeletePodIdentityAssociationCommand({ clusterName: "work", associationId }));
    expect(await exchange(token)).toMatchObject({
      status: 404,
      code: "ResourceNotFoundException",
      body: { message: "The token included in the request has no service account role association for it." },
    });
    expect((await exchange(token, own().node, "none")).code).toBe("ResourceNotFoundException");
  });

  const TAG = "aws:RequestTag/kubernetes-namespace";
  it.each<[string, object, boolean]>([
    ["both actions", {}, true],
    ["no sts:TagSession", { Action: "sts:AssumeRole" }, false],
    ["the cluster", { Condition: { ArnEquals: { "aws:SourceArn": CLUSTER_ARN } } }, true],
    ["another cluster", { Condition: { ArnLike: { "aws:SourceArn": `${CLUSTER_ARN}-2` } } }, false],
    ["the account", { Condition: { StringEquals: { "aws:SourceAccount": AWS_ACCOUNT } } }, true],
    ["another account", { Condition: { StringEquals: { "aws:SourceAccount": OTHER } } }, false],
    ["the namespace's tag", { Condition: { StringEquals: { [TAG]: "team" } } }, true],
    ["another namespace's tag", { Condition: { StringEquals: { [TAG]: "other" } } }, false],
    ["a pod's tag", { Condition: { StringLike: { "aws:RequestTag/kubernetes-pod-name": "app-*" } } }, true],
  ])("judges a trust policy that allows %s", async (_what, changes, isAllowed) => {
    await associate(podsTrust(changes));
    expect(await exchange(await keys.sign(claims()))).toMatchObject(
      isAllowed
        ? { status: 200 }
        : {
            status: 400,
            code: "AccessDeniedException",
            body: {
              message: "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
            },
          },
    );
  });

  it("needs no sts:TagSession, and sets no tags, where they are disabled", async () => {
    await associate(podsTrust({ Action: "sts:AssumeRole" }), { disableSessionTags: true });
    expect((await exchange(await keys.sign(claims()))).status).toBe(200);
  });

  it("limits a session to the session policy", async () => {
    await associate(podsTrust(), { disableSessionTags: true, policy: permissions({ Action: "s3:*" }) });
    const answer = await exchange(await keys.sign(claims()));
    await expect(iam(keyIn(answer)).send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("because no session policy allows the iam:ListRoles action") as string,
    });
    expect(await callerArn(answer)).toContain(":assumed-role/app/");
  });
});
