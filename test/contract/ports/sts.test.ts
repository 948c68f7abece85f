import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { iamAdapter } from "../../../src/aws/iam.ts";
import type { IamPort, StsPort } from "../../../src/aws/port.ts";
import { stsAdapter } from "../../../src/aws/sts.ts";
import { providerArn } from "../../../src/model/issuer.ts";
import { subjectOf } from "../../../src/model/service-account-ref.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { tokenOf, type Claims } from "../../fakes/sts.ts";
import { aServiceAccount, AUDIENCE, EC2, ownRole } from "../../fakes/values.ts";
import { aWorld } from "../../fakes/world.ts";
import { methodsWithoutCase, outcomesOf, type CallOf } from "./both.ts";
import { CLUSTER, startSandboxAws } from "./sandbox-aws.ts";

/** STS, and the IAM that it goes by. */
type TokenPort = StsPort & IamPort;
type Call = CallOf<TokenPort>;

const CART = aServiceAccount("shop/cart");
const PROVIDER = providerArn(CLUSTER, CLUSTER.issuer);
const TRUST = aWorld(CLUSTER).trustOf({ serviceAccount: CART });

/** The tokens of the cases, by the names that they use. */
const CLAIMS: Readonly<Record<string, Claims>> = {
  token: { iss: CLUSTER.issuer, sub: subjectOf(CART), aud: AUDIENCE },
  tokenOfAnother: { iss: CLUSTER.issuer, sub: subjectOf(aServiceAccount("other/cart")), aud: AUDIENCE },
  tokenForAnother: { iss: CLUSTER.issuer, sub: subjectOf(CART), aud: "vault" },
  tokenOfStranger: { iss: "https://issuer.example", sub: subjectOf(CART), aud: AUDIENCE },
};

const assume = (token: string, role = ownRole("app")): Call => [
  "assumeWithToken",
  { role, token: `{${token}}`, sessionName: "test" },
];
const EACH = Object.keys(CLAIMS).map((token) => assume(token));
const provider = (...clientIds: readonly string[]): Call => [
  "createProvider",
  { url: CLUSTER.issuer, clientIds, thumbprints: ["a".repeat(40)], tags: {} },
];
const role = (path = "/", trust = TRUST): Call => ["createRole", { name: "app", path, trust, tags: {} }];

/** Keys of an issuer, and the tokens that it signs. */
async function signed(): Promise<{ jwks: { keys: object[] }; tokens: Map<string, string> }> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" }] };
  const tokens = new Map<string, string>();
  for (const [name, claims] of Object.entries(CLAIMS))
    tokens.set(
      name,
      await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(privateKey),
    );
  return { jwks, tokens };
}

/** Runs the calls on the fake, and by irsa's adapters on the sandbox; both start empty. */
async function bothOn(
  calls: readonly Call[],
): Promise<{ readonly fake: unknown[]; readonly real: unknown[] }> {
  const { jwks, tokens } = await signed();
  const sandbox = await startSandboxAws(jwks);
  const [sts, iam] = [new STSClient(sandbox.client), new IAMClient(sandbox.client)];
  const { aws } = aWorld(CLUSTER);
  const unsigned = Object.entries(CLAIMS).map(([name, claims]) => [name, tokenOf(claims)] as const);
  const { arn } = await aws.sts.getCaller();
  try {
    return {
      fake: await outcomesOf(
        { port: { ...aws.sts, ...aws.iam }, names: new Map([...unsigned, ["caller", arn]]) },
        calls,
      ),
      real: await outcomesOf(
        {
          port: { ...stsAdapter(sts), ...iamAdapter(iam) },
          names: new Map([...tokens, ["caller", `arn:aws:iam::${CLUSTER.awsAccount}:user/ci`]]),
        },
        calls,
      ),
    };
  } finally {
    sts.destroy();
    iam.destroy();
    await sandbox.stop();
  }
}

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  ["who calls", [["getCaller"]]],
  ["a role without a provider", [...EACH, role(), ...EACH]],
  ["a provider without a role", [provider(AUDIENCE), ...EACH]],
  [
    "a role that trusts the ServiceAccount",
    [
      provider(AUDIENCE),
      role(),
      ...EACH,
      assume("token", ownRole("APP")),
      assume("token", ownRole("irsa/app")),
      ["setTrust", "app", trustPolicy([EC2])],
      ...EACH,
      ["deleteRole", "app"],
      role("/irsa/"),
      assume("token"),
      assume("token", ownRole("irsa/app")),
      ["deleteProvider", PROVIDER],
      assume("token", ownRole("irsa/app")),
    ],
  ],
  ["another audience", [provider("vault"), role(), ...EACH, ["addClientId", PROVIDER, AUDIENCE], ...EACH]],
];

describe("the fake of STS answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const { fake, real } = await bothOn(calls);
    expect(fake).toEqual(real);
  });

  it("every method has a case", () => {
    expect(methodsWithoutCase(aWorld(CLUSTER).aws.sts, CASES)).toEqual(["clusterToken"]);
  });

  it("a cluster's token, which nobody needs to read", async () => {
    const sandbox = await startSandboxAws();
    const client = new STSClient(sandbox.client);
    const ports = [stsAdapter(client), aWorld(CLUSTER).aws.sts];
    for (const port of ports) expect(await port.clusterToken(CLUSTER.name)).toMatch(/^k8s-aws-v1\./);
    client.destroy();
    await sandbox.stop();
  });
});
