import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn } from "../fakes/command-line.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const GET = "get-sa --cluster eks-work-cluster --region ap-northeast-2";

/** Annotated is only shop/cart. */
const world = () =>
  aWorld()
    .withProvider()
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } })
    .withServiceAccount("shop/plain")
    .withServiceAccount("search/plain");

const told = async (words: string, changes: (found: World) => void = () => undefined) => {
  const found = world();
  changes(found);
  const { failure, heard } = await runIn(found, `${GET} ${words}`);
  return { code: heard.code, out: heard.out.join("\n"), err: heard.err.join("\n"), failure };
};

describe("a ServiceAccount that is asked for by its name", () => {
  it.each([
    ["shop/cart", 0, ""],
    ["-n shop --name cart", 0, ""],
    ["shop/till", 1, "ServiceAccount shop/till not found in cluster eks-work-cluster."],
    ["--name till", 1, "ServiceAccount till not found in cluster eks-work-cluster."],
    ["shop/plain", 1, "ServiceAccount shop/plain has no role."],
    ["--name plain", 1, "ServiceAccount shop/plain and 1 more of that name have no role."],
    ["shop/till --exit-code", 1, "ServiceAccount shop/till not found in cluster eks-work-cluster."],
    ["shop/till --ignore-not-found", 0, "ServiceAccount shop/till not found in cluster eks-work-cluster."],
    ["-n empty", 0, "No ServiceAccounts with a role found in namespace empty of cluster eks-work-cluster."],
  ])("%s: exit %i", async (words, code, line) => {
    const answer = await told(words);
    expect(answer).toMatchObject({ code, err: line });
    expect(answer.out.includes("cart")).toBe(code === 0 && line === "");
  });

  it("gives in JSON an empty list all the same", async () => {
    const { code, out } = await told("shop/till -o json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 2, result: { serviceAccounts: [] } });
  });

  it("is not ignored silently where the role that may be its own can't be read", async () => {
    const denied = (world: World) => {
      const serviceAccount = aServiceAccount("shop/deleted");
      world.withRole(ownRole("deleted"), { trust: world.trustOf({ serviceAccount }) });
      world.log.deny("iam.getRole");
    };
    const { out, err } = await told("", denied);
    expect(out).toContain("unknown");
    expect(err).toContain("whether role 'deleted' belongs to a ServiceAccount is unknown");
    expect(err).not.toContain("'cart'");
  });

  it("may be named by argument and by flags, if they agree", async () => {
    expect(await told("shop/cart --name cart -n shop")).toMatchObject({ code: 0, failure: undefined });
  });
});
