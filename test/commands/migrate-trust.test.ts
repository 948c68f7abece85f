import { describe, expect, it } from "vitest";
import { parseEndpoint } from "../../src/commands/migrate-trust/parse-endpoint.ts";
import { runIn } from "../fakes/command-line.ts";
import { aServiceAccount, aCluster, ownRole } from "../fakes/values.ts";
import { aWorld, World } from "../fakes/world.ts";

const GONE = "oidc.eks.ap-northeast-2.amazonaws.com/id/B10E";
const CLUSTER_ARN = "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster";

describe("an end of a move", () => {
  it.each([
    ["blue", { kind: "cluster", name: "blue" }],
    [CLUSTER_ARN, { kind: "cluster", name: "eks-work-cluster", ref: { region: "ap-northeast-2" } }],
    [`https://${GONE}`, { kind: "issuer", issuer: `https://${GONE}` }],
    [`https://${GONE}/`, { kind: "issuer", issuer: `https://${GONE}` }],
    [GONE, { kind: "issuer", issuer: `https://${GONE}` }],
    [
      `arn:aws:iam::111122223333:oidc-provider/${GONE}`,
      { kind: "issuer", issuer: `https://${GONE}`, awsAccount: "111122223333" },
    ],
  ])("%s", (text, value) => expect(parseEndpoint(text)).toMatchObject({ ok: true, value }));

  it.each([
    ["a b", "is not a valid EKS cluster name"],
    ["http://oidc.example.com", "is not a valid issuer URL"],
    ["https://oidc.example.com:443/id", "is not a valid issuer URL"],
    ["arn:aws:iam::111122223333:role/reader", "is not a valid ARN of a cluster or an OIDC provider"],
    ["arn:aws:iam::111122223333:oidc-provider/", "is not a valid issuer URL"],
  ])("not %s", (text, problem) => {
    const parsed = parseEndpoint(text);
    expect(parsed.ok ? "" : parsed.problem).toContain(problem);
  });
});

function world(): World {
  const blue = new World(aCluster({ issuer: `https://${GONE}` }));
  return aWorld().withRole(ownRole("cart"), {
    trust: blue.trustOf({ serviceAccount: aServiceAccount("shop/cart") }),
  });
}

const move = (to: string, more = "", place = world()) =>
  runIn(place, `migrate-trust --from ${GONE} --to ${to} ${more}`);

describe("what a move prints leads to the same cluster", () => {
  it.each([
    ["eks-work-cluster --region ap-northeast-2", "--cluster eks-work-cluster --region ap-northeast-2"],
    [CLUSTER_ARN, `--cluster ${CLUSTER_ARN}`],
  ])("%s", async (to, reach) => {
    const { failure } = await move(to);
    expect(failure).toMatchObject({ code: "provider-missing" });
    expect(failure?.detail.command?.join(" ")).toBe(`irsa associate-oidc ${reach} --approve`);
    const { heard } = await move(to, "--associate-oidc --approve");
    expect(heard.out.join("\n")).toContain(
      `irsa create-sa ${reach} --namespace NAMESPACE --name NAME --attach-role-arn ${ownRole("cart")}`,
    );
  });
});

it("the ServiceAccount that irsa's ownership tags name is in the command that annotates it there", async () => {
  const place = world();
  const cart = aServiceAccount("shop/cart");
  const { trust } = place.role(ownRole("cart")).role;
  place.withRole(ownRole("cart"), { trust, tags: place.ownershipTagsOf({ serviceAccount: cart }) });
  place.withRole(ownRole("till"), { trust });
  const { heard } = await move(
    "eks-work-cluster",
    "--region ap-northeast-2 --associate-oidc --approve",
    place,
  );
  const reach = "--cluster eks-work-cluster --region ap-northeast-2";
  expect(heard.out.slice(-2)).toEqual([
    `      irsa create-sa ${reach} --namespace shop --name cart --attach-role-arn ${ownRole("cart")}`,
    "      and 1 more",
  ]);
});

it("a role that can't be planned is reported with an exit code of its own, and the rest are done", async () => {
  const place = world().withProvider();
  const { trust } = place.role(ownRole("cart")).role;
  place.withRole(ownRole("till"), { trust });
  place.log.fail("iam.getRole");
  const { heard, failure } = await move("eks-work-cluster", "--region ap-northeast-2 --approve", place);
  expect(failure).toBeUndefined();
  expect(heard.code).toBe(1);
  expect(heard.out.join("\n")).toContain("1 of 2 roles are up to date; 1 failed to plan.");
  expect(place.log.writes).toEqual(["iam.setTrust"]);
});

describe("a plan with --replace", () => {
  const warning =
    /pods that still run in the cluster with issuer https:\S+B10E lose access to AWS .*: cart will/;
  const planned = (more: string) =>
    move("eks-work-cluster", `--region ap-northeast-2 ${more}`, world().withProvider());

  it("warns of the pods that still run in the old cluster, as text and in JSON", async () => {
    const { heard } = await planned("--replace");
    expect(heard.out.join("\n")).toMatch(warning);
    const answer = JSON.parse((await planned("--replace -o json")).heard.out.join("\n")) as {
      readonly plan: { readonly notes: readonly object[] };
    };
    expect(answer.plan.notes).toContainEqual({
      level: "warning",
      code: "old-pods-lose-role",
      message: expect.stringMatching(warning),
    });
  });

  it("does not warn where both clusters keep their access, or nothing is to change", async () => {
    expect((await planned("")).heard.out.join("\n")).not.toContain("lose access");
    const place = world().withProvider();
    await move("eks-work-cluster", "--region ap-northeast-2 --replace --approve", place);
    const again = await move("eks-work-cluster", "--region ap-northeast-2 --replace", place);
    expect(again.heard.out.join("\n")).not.toContain("lose access");
  });
});
