import { describe, expect, it } from "vitest";
import { chainsResult } from "../../src/output/chain-json.ts";
import { chainLines as chainLinesOf, chainTable as chainTableOf } from "../../src/output/chain-text.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { aShop, annotate, ourShop, ROLE, ROLE_KEY, verified } from "../verification/healthy.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";

const chainLines = shownLines(chainLinesOf);
const chainTable = shownLines(chainTableOf);

async function brokenTrust() {
  const world = aShop();
  const grant = world.grantOf({ serviceAccount: aServiceAccount("store/cart") });
  world.editRole(ROLE, ({ role }) => ({
    role: { ...role, trust: trustPolicy([webIdentityStatement(grant)]) },
  }));
  return verified(world);
}

describe("a chain for people", () => {
  it("has a line for each link, then the fault with its evidence, and the command alone on its line", async () => {
    expect(chainLines(await brokenTrust(), PLAIN, { withSubject: false })).toEqual([
      "  ✓ cluster          eks-work-cluster, Kubernetes 1.34",
      "  ✓ issuer           https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001",
      "  ✓ provider         registered, audience sts.amazonaws.com",
      "  ✓ ServiceAccount   annotated with role cart",
      "  ✓ role             cart exists",
      "  ✗ trust policy     allows a different namespace",
      "  ✓ permissions      CloudWatchAgentServerPolicy",
      "  ✓ webhook          injects role and token (dry-run pod)",
      "  – workload         not requested",
      "  ✓ pod              1 running, injected",
      "  ✓ token            issued by the API server",
      "  – sts              agrees: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
      "",
      "  The trust policy allows a different namespace   (B1, subject-mismatch)",
      `      role    ${ROLE}`,
      "      trusts  system:serviceaccount:store:cart",
      "      needs   system:serviceaccount:shop:cart",
      "                                     ^",
      "  To fix it, as the owner of role cart:",
      `      irsa create-sa --cluster eks-work-cluster -n shop --name cart --attach-role-arn ${ROLE} --add-trust`,
      "",
      "  Broken at: trust policy",
    ]);
  });

  it("tells links that are skipped for one reason in one line", async () => {
    const world = aShop();
    annotate(world, { [ROLE_KEY]: undefined });
    const lines = chainLines(await verified(world), PLAIN, { withSubject: false });
    expect(lines.slice(4, 7)).toEqual([
      "  – role …           not checked: ServiceAccount is broken",
      "",
      "  No role annotation   (C1, annotation-missing)",
    ]);
  });

  it("does not print the command of a fix that is under way", async () => {
    const world = ourShop();
    annotate(world, { [ROLE_KEY]: undefined });
    const report = await verified(world);
    const remedy = "      irsa verify shop/cart --cluster eks-work-cluster --fix --approve";
    expect(chainLines(report, PLAIN, { withSubject: false })).toContain(remedy);
    const fixing = chainLines(report, PLAIN, { withSubject: false, fixing: true });
    expect(fixing).not.toContain(remedy);
    expect(fixing).toContain("  irsa can fix it; see the plan below");
  });

  it("names the subject where there are several", async () => {
    expect(chainLines(await verified(aShop()), PLAIN, { withSubject: true })[0]).toBe("  shop/cart");
    const [verdict, left, ...rest] = chainLines(await verified(aShop()), PLAIN, { withSubject: true }).slice(
      -3,
    );
    expect(verdict).toBe("  Works: STS accepts its tokens.");
    expect(left).toContain("  Not checked: whether pods can reach STS in region ap-northeast-2");
    expect(rest).toEqual([""]);
  });
});

it("many chains are a table with their first faults", async () => {
  expect(chainTable([await verified(aShop()), await brokenTrust()], PLAIN)).toEqual([
    "  shop/cart  ✓ works",
    "  shop/cart  ✗ trust policy: allows a different namespace (B1)",
    "",
    "  1 working, 1 broken, 0 unproven",
  ]);
});

it("in JSON the first fault stands by itself, and the links in their order", async () => {
  const json = chainsResult([await brokenTrust()]);
  expect(json).toMatchObject({
    chains: [
      {
        subject: { kind: "serviceAccount", namespace: "shop", name: "cart" },
        serviceAccount: { namespace: "shop", name: "cart" },
        verdict: "broken",
        firstBroken: {
          link: "trust-policy",
          row: "B1",
          code: "subject-mismatch",
          message: "the trust policy allows a different namespace",
          evidence: expect.arrayContaining([
            { label: "trusts", value: "system:serviceaccount:store:cart" },
            { label: "needs", value: "system:serviceaccount:shop:cart" },
          ]) as unknown,
          fix: { kind: "command" },
        },
      },
    ],
  });
  expect(chainsResult([await verified(aShop())])).toMatchObject({
    chains: [{ verdict: "works", firstBroken: null }],
  });
});
