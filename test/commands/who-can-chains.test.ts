import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { runIn } from "../fakes/command-line.ts";
import { addNode, addPodOf, allowing, EC2 } from "../fakes/node-world.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const ROOT = "arn:aws:iam::111122223333:root";

function trusts(AWS: string, more: Partial<Statement> = {}) {
  return trustPolicy([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more }]);
}

/** `shop/cart` has the role `cart`, which may assume `deploy`, which `data` names; `shop/till` is named by no role. */
function world(): World {
  const built = aWorld().withProvider();
  return built
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } })
    .withServiceAccount("shop/till")
    .withRole(
      ownRole("cart"),
      { trust: built.trustOf({ serviceAccount: aServiceAccount("shop/cart") }) },
      { inline: { chain: allowing("sts:AssumeRole") } },
    )
    .withRole(ownRole("deploy"), { trust: trusts(ROOT) })
    .withRole(ownRole("data"), { trust: trusts(ownRole("deploy")) })
    .withRole(ownRole("pods"), {
      trust: built.trustOf({ serviceAccount: aServiceAccount("shop/till") }),
    });
}

interface Chain {
  readonly roles: readonly string[];
  readonly verdict: string;
  readonly unknownKeys: readonly string[];
  readonly subjects: readonly { readonly serviceAccount: { readonly name: string }; readonly via: string }[];
}

async function answered(of: World, role: string, more = "") {
  const { heard, failure } = await runIn(of, `who-can ${role} ${ON} ${more} -o json`);
  if (failure !== undefined) throw failure;
  const { result }: { readonly result: { readonly chains: readonly Chain[]; readonly subjects: object[] } } =
    JSON.parse(heard.out.join("\n"));
  return { ...result, code: heard.code };
}

const short = ({ roles, verdict, unknownKeys, subjects }: Chain) => [
  roles.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)).join(" "),
  verdict,
  unknownKeys.join(" "),
  subjects.map(({ serviceAccount, via }) => `${serviceAccount.name} ${via}`).join(),
];

describe("who-can", () => {
  it("names ServiceAccounts that reach the role through others, with the chain", async () => {
    const { chains, subjects, code } = await answered(world(), "data");
    expect(chains.map(short)).toEqual([["cart deploy data", "allow", "", "cart irsa"]]);
    expect([subjects, code]).toEqual([[], 0]);
    const { heard } = await runIn(world(), `who-can data ${ON}`);
    const text = heard.out.join("\n");
    expect(text).toContain("  No ServiceAccount can assume it directly.");
    expect(text).toMatch(/shop\/cart +token +cart → deploy → data +yes +no pods/);
  });

  it("says on what a chain depends", async () => {
    const of = world().withRole(ownRole("data"), {
      trust: trusts(ownRole("deploy"), { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    });
    expect((await answered(of, "data")).chains.map(short)).toEqual([
      ["cart deploy data", "conditional", "sts:ExternalId", "cart irsa"],
    ]);
    const { heard } = await runIn(of, `who-can data ${ON}`);
    expect(heard.out.join("\n")).toMatch(/cart → deploy → data +depends on sts:ExternalId +no pods/);
  });

  it.each([
    ["sts:AssumeRole", "allow", "yes"],
    ["s3:*", "conditional", "if the session policy allows it"],
  ])("says whether a session policy that allows %s leads there: %s", async (action, verdict, allowed) => {
    const facts = { withoutSessionTags: true, policy: JSON.stringify(allowing(action)) };
    const of = world()
      .withRole(
        ownRole("till"),
        { trust: trustPolicy([OPEN_TO_PODS]) },
        { inline: { chain: allowing("sts:*") } },
      )
      .withAssociation("shop/till", ownRole("till"), facts)
      .withAssociation("shop/other", ownRole("till"));
    const { chains } = await answered(of, "data");
    const subjects = chains.find(({ roles }) => roles[0] === ownRole("till"))?.subjects;
    expect(subjects).toMatchObject([
      { serviceAccount: { name: "other" }, verdict: "allow" },
      { serviceAccount: { name: "till" }, verdict },
    ]);
    const { heard } = await runIn(of, `who-can data ${ON}`);
    expect(heard.out.join("\n")).toMatch(
      new RegExp(`shop/till +Pod Identity, with a session policy +till → deploy → data +${allowed} +`),
    );
  });

  it("names pods that get the first role from their nodes", async () => {
    const of = addNode(world(), "nodes", { inline: { chain: allowing("sts:AssumeRole") } }).withRole(
      ownRole("nodes"),
      { trust: EC2 },
      { profiles: ["nodes"], inline: { chain: allowing("sts:AssumeRole") } },
    );
    addPodOf(of, "shop/web-1", "deployment/web");
    expect((await answered(of, "deploy")).chains.map(short)).toEqual([
      ["cart deploy", "allow", "", "cart irsa"],
      ["nodes deploy", "allow", "", "default node"],
    ]);
  });

  it("leaves out the chains of ServiceAccounts without the labels asked for", async () => {
    expect((await answered(world(), "data", "-l team=shop")).chains).toEqual([]);
  });

  it("reads no other role where the trust policy allows none", async () => {
    const of = world();
    const { chains } = await answered(of, "pods");
    expect(chains).toEqual([]);
    const reads = of.log.calls
      .map(({ name }) => name)
      .filter((name) => /listRoles|Details|listNodes/.test(name));
    expect(reads).toEqual([]);
  });

  it("says that the roles could not be read", async () => {
    const of = world();
    of.log.deny("iam.listRolesInFull");
    of.log.deny("iam.listRoles");
    expect(await answered(of, "data")).toMatchObject({
      chains: [],
      nextNodes: [],
      notRead: [{ what: "roles", code: "access-denied" }],
      code: 4,
    });
  });

  it("reads role by role where one list with everything is not permitted", async () => {
    const of = world();
    of.log.deny("iam.listRolesInFull");
    const { chains, code } = await answered(of, "data");
    expect([chains.map(short), code]).toEqual([[["cart deploy data", "allow", "", "cart irsa"]], 0]);
  });
});
