import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PolicyArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import { listOf, type PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { runIn } from "../fakes/command-line.ts";
import { documentOf } from "../narrow/document.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const S3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess" as PolicyArn;
const SQS = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess" as PolicyArn;
const CART = ownRole("cart");
const T = "2026-11-19T08:00:00.000Z";

const allow = (Action: unknown, more = {}): PolicyDocument =>
  documentOf({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }],
  });

const USED: readonly ServiceUse[] = [
  {
    service: "s3",
    lastUsed: T,
    actions: [{ name: "ListAllMyBuckets", lastUsed: T }, { name: "DeleteBucket" }],
  },
  { service: "sqs", lastUsed: T, actions: [] },
  { service: "dynamodb", actions: [] },
];

/** A role with two managed policies and two inline ones, of which the ServiceAccount `shop/cart` has the role. */
function world(more: { managed?: boolean; used?: readonly ServiceUse[]; createdAt?: string } = {}): World {
  const { managed = true, used = USED, createdAt = "2024-01-01T00:00:00.000Z" } = more;
  const built = aWorld().withProvider().withPolicy(S3, allow("s3:*")).withPolicy(SQS, allow("sqs:*"));
  const desired = { serviceAccount: aServiceAccount("shop/cart") };
  return built
    .withRole(
      CART,
      { trust: built.trustOf(desired), ...(managed && { tags: built.ownershipTagsOf(desired) }) },
      {
        attached: [S3, SQS],
        inline: { irsa: allow("sqs:SendMessage"), other: allow(["dynamodb:*", "sqs:ListQueues"]) },
        used,
        createdAt,
      },
    )
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: CART } });
}

async function told(of: World, line: string) {
  const { failure, heard } = await runIn(of, line);
  return { failure, code: heard.code, out: heard.out.join("\n"), err: heard.err.join("\n") };
}

interface Answer {
  readonly result: {
    readonly commands: readonly { readonly command: string; readonly argv: readonly string[] }[];
    readonly [field: string]: unknown;
  };
}

async function answer(of: World, line: string) {
  const { out, failure, code } = await told(of, `${line} -o json`);
  const { result }: Answer = JSON.parse(out);
  return { result, failure, code };
}

describe("irsa narrow", () => {
  it("prints the policy alone on stdout, and writes nothing anywhere", async () => {
    const before = world();
    const { out, err, code } = await told(before, `narrow shop/cart ${ON}`);
    const { Statement }: PolicyDocument = JSON.parse(out);
    expect(listOf(Statement).map(({ Action }) => Action)).toEqual([
      "sqs:SendMessage",
      "sqs:ListQueues",
      expect.arrayContaining(["s3:ListAllMyBuckets", "s3:Get*"]),
    ]);
    expect(out).not.toMatch(/DeleteBucket"|dynamodb/);
    expect(err).toContain("dropped, unused           s3:DeleteBucket");
    expect(err).toContain("service never used, dropped  dynamodb:*");
    expect(code).toBe(0);
    expect(before.snapshot()).toEqual(world().snapshot());
  });

  it("tells the commands for a managed role: what is added comes before what goes", async () => {
    const { result } = await answer(world(), `narrow shop/cart ${ON}`);
    const update = [
      "irsa",
      "update-sa",
      "shop/cart",
      "--cluster",
      "eks-work-cluster",
      "--region",
      "ap-northeast-2",
    ];
    expect(result.commands).toEqual(
      [
        [...update, "--policy-file", "policy.json", "--remove-policy-arn", S3],
        [...update, "--remove-inline-policy", "other"],
      ].map((argv) => ({ command: argv.join(" "), argv })),
    );
    expect(result["policies"]).toEqual([
      { arn: null, inline: "irsa", fate: "replaced" },
      { arn: null, inline: "other", fate: "replaced" },
      { arn: S3, inline: null, fate: "replaced" },
      { arn: SQS, inline: null, fate: "stays" },
    ]);
  });

  it("and for one that irsa does not manage those of the AWS CLI", async () => {
    const { result } = await answer(world({ managed: false }), `narrow ${CART} --profile data2`);
    const role = ["--role-name", CART.slice(CART.lastIndexOf("/") + 1)];
    const profile = ["--profile", "data2"];
    expect(result.commands.map(({ argv }) => argv)).toEqual([
      [
        "aws",
        "iam",
        "put-role-policy",
        ...role,
        "--policy-name",
        "irsa-narrowed",
        "--policy-document",
        "file://policy.json",
        ...profile,
      ],
      ["aws", "iam", "detach-role-policy", ...role, "--policy-arn", S3, ...profile],
      ["aws", "iam", "delete-role-policy", ...role, "--policy-name", "other", ...profile],
    ]);
    expect(result).toMatchObject({ managedByIrsa: false, serviceAccount: null });
  });

  it("applies: the commands leave a role of which nothing is unused any more", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "irsa-narrow-")), "policy.json");
    const of = world();
    const first = await told(of, `narrow shop/cart ${ON} --file ${file}`);
    expect(first.out).toBe("");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ Version: "2012-10-17" });
    for (const line of [`--policy-file ${file} --remove-policy-arn ${S3}`, "--remove-inline-policy other"]) {
      const { failure } = await told(of, `update-sa shop/cart ${ON} ${line} --approve`);
      expect(failure).toBeUndefined();
    }
    const { result } = await answer(of, `narrow shop/cart ${ON}`);
    expect(result).toMatchObject({ policy: null, commands: [] });
    expect((await told(of, `narrow shop/cart ${ON}`)).err).toContain("Nothing to narrow");
  });

  it("says how far back the data goes, and that little of it is little", async () => {
    const young = await told(world({ createdAt: "2026-11-08T12:00:00.000Z" }), `narrow shop/cart ${ON}`);
    expect(young.err).toContain("since the role was created on 2026-11-08 (12 days)");
    expect(young.err).toContain("Only 12 days of data");
    const { result } = await answer(world(), `narrow shop/cart ${ON}`);
    expect(result["period"]).toMatchObject({ days: 400, sinceCreation: false });
  });

  it("of a role that used nothing leaves nothing, and its commands remove the policies", async () => {
    const used = ["s3", "sqs", "dynamodb"].map((service) => ({ service, actions: [] }));
    const { result } = await answer(world({ used }), `narrow shop/cart ${ON}`);
    expect(result["policy"]).toBeNull();
    expect(result.commands.map(({ command }) => command)).toEqual([
      `irsa update-sa shop/cart --cluster eks-work-cluster --region ap-northeast-2 --remove-policy-arn ${S3} --remove-policy-arn ${SQS} --remove-inline-policy irsa --remove-inline-policy other`,
    ]);
    const { out, err } = await told(world({ used }), `narrow shop/cart ${ON}`);
    expect(out).toBe("");
    expect(err).toContain("No actions of the replaced policies are left.");
  });

  it("leaves a policy that it may not read, and says so", async () => {
    const of = world();
    of.log.deny("iam.getPolicyDocument");
    const { result, code } = await answer(of, `narrow shop/cart ${ON}`);
    expect(code).toBe(4);
    expect(result["policies"]).toContainEqual({ arn: S3, inline: null, fate: "notRead" });
    expect(JSON.stringify(result.commands)).not.toContain(S3);
  });

  it.each([
    ["narrow shop/none", "no-role"],
    ["narrow nowhere", "no-role", "To list the roles of ServiceAccounts: irsa get-sa"],
    ["narrow arn:aws:iam::444455556666:role/a", "foreign-role"],
    ["narrow a/b/c", "invalid-input"],
    ["narrow arn:aws:s3:::bucket", "invalid-input"],
  ])("%s: %s", async (line, code, advice = "") => {
    const { failure } = await told(world(), line.includes("shop/") ? `${line} ${ON}` : line);
    expect(failure?.code).toBe(code);
    expect(failure?.detail.advice ?? "").toContain(advice);
  });

  it("names the role of a ServiceAccount that is gone, and has IAM report nothing", async () => {
    const of = world().withAssociation("shop/other", ownRole("gone"));
    const { failure } = await told(of, `narrow shop/other ${ON}`);
    expect(failure?.code).toBe("no-role");
    expect(failure?.message).toContain("gone");
    expect(of.log.calls.map(({ name }) => name)).not.toContain("iam.getUseReport");
  });

  it("asks which one, if the ServiceAccount has several roles", async () => {
    const of = world().withAssociation("shop/cart", ownRole("till"));
    const { failure } = await told(of, `narrow shop/cart ${ON}`);
    expect(failure?.code).toBe("several-roles");
    expect(failure?.detail.facts).toEqual([["roles", [CART, ownRole("till")]]]);
  });

  it("ends if IAM does not say what was used", async () => {
    const denied = world();
    denied.log.deny("iam.getUseReport");
    expect((await told(denied, `narrow ${CART}`)).failure?.code).toBe("access-denied");
  });
});
