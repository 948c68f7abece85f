import { DescribeClusterCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from "jose";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AwsWorld, PrincipalName } from "../../../../test/worlds/aws-world.ts";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const SUBJECT = "system:serviceaccount:amazon-cloudwatch:cloudwatch-agent";
const POLICY = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

/** What every emulated AWS that tests use must do, seen through the SDK. */
export function describeAwsWorld(start: () => Promise<AwsWorld>): void {
  let world: AwsWorld;
  let iam: IAMClient;
  let sts: STSClient;
  let eks: EKSClient;
  let sign: (claims: Record<string, unknown>) => Promise<string>;

  const clientOptions = (principal: PrincipalName) => ({
    endpoint: world.url,
    region: world.region,
    credentials: world.keys[principal],
  });

  beforeAll(async () => {
    world = await start();
    const issuer = await newIssuer();
    sign = issuer.sign;
    await world.createCluster("work", {
      endpoint: "https://127.0.0.1:6443",
      caPem: "-----BEGIN CERTIFICATE-----\n",
      issuer: ISSUER,
      jwks: async () => issuer.jwks,
      version: "1.35",
    });
    const options = { ...clientOptions("admin"), maxAttempts: 1 };
    [iam, sts, eks] = [new IAMClient(options), new STSClient(options), new EKSClient(options)];
  });

  afterAll(async () => {
    await world.stop();
    for (const client of [iam, sts, eks]) client.destroy();
  });

  beforeEach(() => {
    world.clearFaults();
    world.clearCalls();
  });

  describe("an emulated AWS", () => {
    it("describes a cluster by what was said of it, in the sentinel account", async () => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: "work" }));
      expect(cluster).toMatchObject({
        arn: `arn:aws:eks:eu-west-1:${world.awsAccount}:cluster/work`,
        endpoint: "https://127.0.0.1:6443",
        certificateAuthority: { data: Buffer.from("-----BEGIN CERTIFICATE-----\n").toString("base64") },
        identity: { oidc: { issuer: ISSUER } },
        status: "ACTIVE",
        version: "1.35",
      });
      expect((await eks.send(new ListClustersCommand({}))).clusters).toEqual(["work"]);
      await expect(eks.send(new DescribeClusterCommand({ name: "other" }))).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
    });

    it("keeps providers with audiences that come and go", async () => {
      const issuer = uniqueIssuer();
      const created = await iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url: issuer,
          ClientIDList: ["a"],
          Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
        }),
      );
      const arn = `arn:aws:iam::${world.awsAccount}:oidc-provider/${issuer.slice("https://".length)}`;
      expect(created.OpenIDConnectProviderArn).toBe(arn);
      const provider = { OpenIDConnectProviderArn: arn };

      await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID: "b" }));
      await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...provider, ClientID: "a" }));
      expect(await iam.send(new GetOpenIDConnectProviderCommand(provider))).toMatchObject({
        Url: issuer.slice("https://".length),
        ClientIDList: ["b"],
        Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
      });

      await expect(
        iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ["a"] })),
      ).rejects.toMatchObject({
        name: "EntityAlreadyExistsException",
        message: `Provider with url ${issuer} already exists.`,
      });
      await iam.send(new DeleteOpenIDConnectProviderCommand(provider));
      await expect(iam.send(new GetOpenIDConnectProviderCommand(provider))).rejects.toMatchObject({
        name: "NoSuchEntityException",
      });
    });

    it("knows AWS's managed policies, roles with tags and attachments", async () => {
      const RoleName = `role-${randomUUID()}`;
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust("*") }));
      await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "irsa/origin", Value: "created" }] }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: POLICY }));

      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role).toMatchObject({
        Arn: `arn:aws:iam::${world.awsAccount}:role/${RoleName}`,
        Tags: [{ Key: "irsa/origin", Value: "created" }],
      });
      const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(attached.AttachedPolicies).toEqual([
        { PolicyArn: POLICY, PolicyName: "CloudWatchAgentServerPolicy" },
      ]);
      expect((await iam.send(new GetPolicyCommand({ PolicyArn: POLICY }))).Policy?.Arn).toBe(POLICY);
    });

    it("tells its principals apart", async () => {
      for (const [principal, arn] of [
        ["admin", `arn:aws:iam::${world.awsAccount}:user/ci`],
        ["viewer", `arn:aws:iam::${world.awsAccount}:user/viewer`],
        ["session", `arn:aws:sts::${world.awsAccount}:assumed-role/deployer/ci`],
      ] as const) {
        const client = new STSClient(clientOptions(principal));
        expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
          Arn: arn,
          Account: world.awsAccount,
        });
        client.destroy();
      }
    });
  });

  describe("a token", () => {
    const RoleName = "cloudwatch-agent";
    const RoleArn = "arn:aws:iam::111122223333:role/cloudwatch-agent";
    const tokenOf = (subject: string) => sign({ sub: subject, aud: ["sts.amazonaws.com"] });
    const exchange = (WebIdentityToken: string) =>
      sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "proof", WebIdentityToken }));

    beforeAll(async () => {
      await iam.send(
        new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ["sts.amazonaws.com"] }),
      );
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(SUBJECT) }));
    });

    it("is exchanged for credentials that act as the role", async () => {
      const { Credentials, AssumedRoleUser, Audience, SubjectFromWebIdentityToken } = await exchange(
        await tokenOf(SUBJECT),
      );
      const arn = `arn:aws:sts::${world.awsAccount}:assumed-role/cloudwatch-agent/proof`;
      expect(AssumedRoleUser?.Arn).toBe(arn);
      expect([Audience, SubjectFromWebIdentityToken]).toEqual(["sts.amazonaws.com", SUBJECT]);

      const client = new STSClient({
        ...clientOptions("admin"),
        credentials: {
          accessKeyId: Credentials?.AccessKeyId ?? "",
          secretAccessKey: Credentials?.SecretAccessKey ?? "",
          sessionToken: Credentials?.SessionToken ?? "",
        },
      });
      expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toBe(arn);
      client.destroy();
    });

    it("of another account is refused, and never recorded", async () => {
      const token = await tokenOf("system:serviceaccount:other:cloudwatch-agent");
      await expect(exchange(token)).rejects.toMatchObject({
        name: "AccessDenied",
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      });
      const [call] = world.calls();
      expect(call).toMatchObject({
        action: "AssumeRoleWithWebIdentity",
        status: 403,
        errorCode: "AccessDenied",
      });
      expect(JSON.stringify(call)).not.toContain(token);
    });

    it("of an issuer without provider, or with a foreign signature, is refused", async () => {
      const stranger = await newIssuer();
      await expect(
        exchange(await stranger.sign({ sub: SUBJECT, aud: ["sts.amazonaws.com"] })),
      ).rejects.toMatchObject({
        name: "InvalidIdentityTokenException",
      });
      const unknown = await sign({ sub: SUBJECT, aud: ["sts.amazonaws.com"], iss: uniqueIssuer() });
      await expect(exchange(unknown)).rejects.toMatchObject({
        name: "InvalidIdentityTokenException",
        message: expect.stringContaining(
          "No OpenIDConnect provider found in your account for https://",
        ) as string,
      });
    });
  });

  describe("faults", () => {
    it("loses the answer of a call that took effect", async () => {
      const RoleName = `role-${randomUUID()}`;
      world.fail({ action: "iam:CreateRole", when: "after" });
      await expect(
        iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust("*") })),
      ).rejects.toMatchObject({ name: "ServiceUnavailable" });
      expect((await world.iam().send(new GetRoleCommand({ RoleName }))).Role?.RoleName).toBe(RoleName);
      expect(world.calls().map(({ action, status, write }) => ({ action, status, write }))).toEqual([
        { action: "CreateRole", status: 503, write: true },
      ]);
    });

    it("denies an action to one key, in AWS's words", async () => {
      world.deny({ action: "iam:GetRole", accessKeyId: world.keys.admin.accessKeyId });
      await expect(iam.send(new GetRoleCommand({ RoleName: "any" }))).rejects.toMatchObject({
        name: "AccessDenied",
        message:
          `User: arn:aws:iam::${world.awsAccount}:user/ci is not authorized to perform: iam:GetRole on resource: ` +
          `arn:aws:iam::${world.awsAccount}:role/any because no identity-based policy allows the iam:GetRole action`,
      });
    });

    it("lets someone change the world right before a call", async () => {
      const RoleName = `role-${randomUUID()}`;
      world.before("iam:GetRole", async () => {
        await world.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust("*") }));
      });
      expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleName).toBe(RoleName);
    });
  });
}

function uniqueIssuer(): string {
  return `https://oidc.eks.eu-west-1.amazonaws.com/id/${randomUUID().replaceAll("-", "").toUpperCase()}`;
}

function trust(subject: string): string {
  const hostPath = ISSUER.slice("https://".length);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${hostPath}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${hostPath}:sub`]: subject, [`${hostPath}:aud`]: "sts.amazonaws.com" },
        },
      },
    ],
  });
}

/** Keys of an issuer, and tokens signed with them. */
async function newIssuer(): Promise<{
  readonly jwks: JSONWebKeySet;
  readonly sign: (claims: Record<string, unknown>) => Promise<string>;
}> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "key", alg: "RS256", use: "sig" };
  return {
    jwks: { keys: [jwk] },
    sign: (claims) =>
      new SignJWT({ iss: ISSUER, ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "key" })
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(privateKey),
  };
}
