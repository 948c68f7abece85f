import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { runIn } from "../fakes/command-line.ts";
import { allowing } from "../fakes/node-world.ts";
import { aServiceAccount, awsPolicy, ownPolicy, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const ADMIN = awsPolicy("AdministratorAccess");
const CHAIN = ownPolicy("chain");

function trusts(AWS: string, more: Partial<Statement> = {}) {
  return trustPolicy([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more }]);
}

/** `shop/cart` has the role `cart`, whose managed policy lets it assume `deploy`, which leads to an administrator and more. */
function world(): World {
  const built = aWorld().withProvider().withPolicy(ADMIN, allowing("*")).withPolicy(CHAIN, allowing("sts:*"));
  return built
    .withRole(
      ownRole("cart"),
      { trust: built.trustOf({ serviceAccount: aServiceAccount("shop/cart") }) },
      {
        attached: [CHAIN],
      },
    )
    .withRole(ownRole("deploy"), { trust: trusts("111122223333") })
    .withRole(ownRole("root"), { trust: trusts(ownRole("deploy")) }, { attached: [ADMIN] })
    .withRole(ownRole("vendor"), {
      trust: trusts(ownRole("cart"), { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    })
    .withRole(ownRole("stranger"), { trust: trusts("444455556666") })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } });
}

interface Chain {
  readonly roles: readonly string[];
}

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

async function chainsOf(of: World) {
  const { heard, failure } = await runIn(of, `what-can shop/cart ${ON} -o json`);
  if (failure !== undefined) throw failure;
  const { result }: { readonly result: { readonly chains: readonly Chain[] } } = JSON.parse(
    heard.out.join("\n"),
  );
  return { chains: result.chains, code: heard.code };
}

function byRoles(one: object, other: object): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other));
}

describe("irsa what-can", () => {
  it("follows the roles that can be assumed with a ServiceAccount's roles", async () => {
    const certain = { verdict: "allow", unknownKeys: [] };
    const { chains } = await chainsOf(world());
    expect(chains.toSorted(byRoles)).toEqual([
      { ...certain, roles: ["cart", "deploy", "root"].map(ownRole), administrator: true },
      { ...certain, roles: [ownRole("cart"), ownRole("deploy")], administrator: false },
      {
        verdict: "conditional",
        unknownKeys: ["sts:ExternalId"],
        roles: [ownRole("cart"), ownRole("vendor")],
        administrator: false,
      },
    ]);
  });

  it.each([
    ["sts:*", ["deploy", "deploy root"]],
    ["s3:*", []],
  ])(
    "follows what a session policy that allows %s leaves of the first step: %s",
    async (action, expected) => {
      const of = world()
        .withRole(ownRole("till"), { trust: trustPolicy([OPEN_TO_PODS]) }, { attached: [CHAIN] })
        .withServiceAccount("shop/cart")
        .withAssociation("shop/cart", ownRole("till"), {
          withoutSessionTags: true,
          policy: JSON.stringify(allowing(action)),
        })
        .withRole(ownRole("cart"), { trust: trustPolicy([]) });
      const { chains } = await chainsOf(of);
      const reached = chains.map(({ roles }) => roles.slice(1).map(roleName).join(" "));
      expect(reached.toSorted()).toEqual(expected);
    },
  );

  it("prints administrators first", async () => {
    const { heard } = await runIn(world(), `what-can shop/cart ${ON}`);
    expect(heard.out.join("\n")).toMatch(
      /cart → deploy → root +yes +administrator access\n.*\n? *cart → (deploy|vendor)/,
    );
  });

  it("says that it is not known whether the last role is an administrator", async () => {
    const of = world();
    const cart = of.iam.roles.get("cart");
    if (cart !== undefined)
      of.iam.roles.set("cart", { ...cart, attached: [], inline: { chain: allowing("sts:*") } });
    of.log.deny("iam.getPolicyVersionId");
    const { chains, code } = await chainsOf(of);
    expect(chains).toContainEqual(
      expect.objectContaining({ roles: ["cart", "deploy", "root"].map(ownRole), administrator: null }),
    );
    expect(code).toBe(4);
  });
});
