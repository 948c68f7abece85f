import { fileURLToPath } from "node:url";
import { CreateAddonCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { irsa, type Run } from "../irsa.ts";
import { startRunningSandbox, type RunningSandbox } from "../real/clients/running-sandbox.ts";

const APPLICATION = fileURLToPath(new URL("../sdk-identity.mjs", import.meta.url));
const HOME = "arn:aws:eks:eu-west-1:111122223333:cluster/home";
const AWAY = "arn:aws:eks:eu-west-1:444455556666:cluster/away";
const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startRunningSandbox("--cluster", HOME, "--cluster", AWAY);
  const eks = new EKSClient(sandbox.client);
  await eks.send(new CreateAddonCommand({ clusterName: "home", addonName: "eks-pod-identity-agent" }));
  eks.destroy();
});
afterAll(() => sandbox.stop());

const run = (...args: readonly string[]): Promise<Run> => irsa(args, sandbox.environment);

interface Answer {
  readonly caller: string;
  readonly secondCaller?: string;
  readonly state: string;
  readonly plan: { readonly digest: string; readonly changes: readonly { readonly kind: string }[] };
  readonly result: Readonly<Record<string, unknown>>;
}

async function answer(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await run(...args, "-o", "json");
  if (code !== 0) throw new Error(`${args.join(" ")}: exit ${code}\n${stdout}${stderr}`);
  return JSON.parse(stdout) as Answer;
}

const kindsOf = ({ plan }: Answer): readonly string[] => plan.changes.map(({ kind }) => kind);

/** Who a local pod of the ServiceAccount is, by its SDK. */
async function identityOf(path: string): Promise<string> {
  const { stdout, stderr } = await run("sandbox", "exec", path, "--", process.execPath, APPLICATION);
  return `${stdout}${stderr}`;
}

describe("a target role in another AWS account", () => {
  const CREATE = ["create-sa", "shop/cart", "--cluster", HOME, "--pod-identity", "--policy-arn", S3];
  const TWO = [...CREATE, "--target-profile", "444455556666"];

  it("is one plan with the role that assumes it, and says where each change is made", async () => {
    const { code, stdout } = await run(...TWO);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Caller in 444455556666 +arn:aws:iam::444455556666:user\/admin/);
    expect(stdout).toMatch(/\+ Role +home-shop-cart-\S+ +\(AWS account 111122223333\)/);
    expect(stdout).toMatch(/\+ Role +home-shop-cart-\S+ +\(AWS account 444455556666\)/);
  });

  it("is applied by the plan's digest, gives pods its credentials, and then is up to date", async () => {
    const planned = await answer(...TWO);
    const done = await answer(...TWO, "--approve", "--expect-plan", planned.plan.digest);
    expect(kindsOf(done)).toEqual([
      "createRole",
      "putInlinePolicy",
      "createRole",
      "attachPolicy",
      "createPodIdentity",
      "createNamespace",
      "createServiceAccount",
    ]);
    expect(done).toMatchObject({ secondCaller: "arn:aws:iam::444455556666:user/admin" });
    expect(done.result["targetRole"]).toMatch(/^arn:aws:iam::444455556666:role\/home-shop-cart-/);
    expect((await answer(...TWO, "--approve")).state).toBe("nothingToDo");
    expect(await identityOf("shop/cart")).toContain("arn:aws:sts::444455556666:assumed-role/home-shop-cart-");
  });

  it("is verified with its profile, and unknown without", async () => {
    const VERIFY = ["verify", "shop/cart", "--cluster", HOME];
    expect((await run(...VERIFY)).stdout).toContain(
      "is in AWS account 444455556666, which can't be read without --target-profile",
    );
    expect((await run(...VERIFY, "--target-profile", "444455556666")).stdout).toMatch(
      /✓ target role +home-shop-cart-\S+ of 444455556666 allows home-shop-cart-\S+, which may assume it/,
    );
  });

  it("stays if its profile is not given, and goes if it is", async () => {
    const DELETE = ["delete-sa", "shop/cart", "--cluster", HOME];
    const { stdout } = await run(...DELETE);
    expect(stdout).toContain("is kept; to delete it too if irsa created it: --target-profile NAME");
    const done = await answer(...DELETE, "--target-profile", "444455556666", "--approve");
    expect(done.result).toMatchObject({ roleFate: "deleted", targetRoleFate: "deleted" });
    const again = await answer(...DELETE, "--target-profile", "444455556666", "--approve");
    expect(again.state).toBe("nothingToDo");
  });

  it("is refused with a profile of the cluster's own AWS account", async () => {
    const { code, stderr } = await run(...CREATE, "--target-profile", "111122223333");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is in the cluster's own AWS account 111122223333") as string,
    });
  });
});

describe("a role for IRSA in another AWS account", () => {
  const CREATE = ["create-sa", "pay/till", "--cluster", HOME, "--policy-arn", S3];
  const THERE = [...CREATE, "--role-profile", "444455556666"];

  it("requires the identity provider there, and says how to create it", async () => {
    const { code, stderr } = await run(...THERE, "--approve");
    expect(code).toBe(1);
    expect(stderr).toContain("AWS account 444455556666 has no IAM OIDC provider for cluster 'home'");
    expect(stderr).toContain("--associate-oidc");
  });

  it("is one plan with provider and ServiceAccount, proved by STS, and then is up to date", async () => {
    const done = await answer(...THERE, "--associate-oidc", "--approve");
    expect(kindsOf(done)).toEqual([
      "createProvider",
      "createRole",
      "attachPolicy",
      "createNamespace",
      "createServiceAccount",
    ]);
    expect(done.result).toMatchObject({
      role: expect.stringMatching(/^arn:aws:iam::444455556666:role\/home-pay-till-/) as string,
      proof: { state: "accepted" },
    });
    expect((await answer(...THERE, "--approve")).state).toBe("nothingToDo");
    expect(await identityOf("pay/till")).toContain("arn:aws:sts::444455556666:assumed-role/home-pay-till-");
  });

  it("stays if its profile is not given, and goes if it is", async () => {
    const DELETE = ["delete-sa", "pay/till", "--cluster", HOME];
    const { stdout } = await run(...DELETE);
    expect(stdout).toContain("is kept; to delete it too if irsa created it: --role-profile NAME");
    const done = await answer(...DELETE, "--role-profile", "444455556666", "--approve");
    expect(done.result).toMatchObject({ roleFate: "deleted", serviceAccountFate: "deleted" });
  });
});
