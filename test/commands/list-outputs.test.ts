import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn } from "../fakes/command-line.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";
import { foreignWorld } from "../security/foreign-world.ts";

const ON = "--cluster eks-work-cluster --region ap-northeast-2";

const annotated = (name: string, labels: Record<string, string>) => ({
  annotations: { [ROLE_ANNOTATION]: ownRole(name) },
  labels,
});
const world = () =>
  aWorld()
    .withProvider()
    .withServiceAccount("shop/cart", annotated("cart", { team: "shop", tier: "front" }))
    .withServiceAccount("shop/till", annotated("till", { team: "shop" }))
    .withServiceAccount("search/index", annotated("index", { team: "search" }));

/** Words are parted by blanks alone, so that a template has none. */
const told = async (line: string, of = world()) => {
  const { failure, heard } = await runIn(of, `${line} ${ON}`);
  return { failure: failure?.message, out: heard.out.join("\n"), err: heard.err.join("\n") };
};

describe("a list in the formats of kubectl", () => {
  it.each([
    ["get-sa -o name", "search/index\nshop/cart\nshop/till\n"],
    ["get-sa -o=name", "search/index\nshop/cart\nshop/till\n"],
    ["get-sa -A -o name", "search/index\nshop/cart\nshop/till\n"],
    ["get-sa -Ao name", "search/index\nshop/cart\nshop/till\n"],
    ["get-sa -n shop -o name", "shop/cart\nshop/till\n"],
    ["get-sa -l team=shop -o name", "shop/cart\nshop/till\n"],
    ["get-sa -l team=shop,!tier -o name", "shop/till\n"],
    ["get-sa --selector=team!=shop -o name", "search/index\n"],
    ["get-sa -o jsonpath={.serviceAccounts[*].serviceAccount.name}", "index cart till"],
    ["get-sa -o=jsonpath={.serviceAccounts[0].role}", ownRole("index")],
    [
      "get-sa -n shop -o custom-columns=NS:.serviceAccount.namespace,NAME:.serviceAccount.name",
      "NS     NAME\nshop   cart\nshop   till\n",
    ],
    ["get-sa -n shop -o custom-columns=NAME:.serviceAccount.name --no-headers", "cart\ntill\n"],
    [
      "verify --all -o name",
      "serviceAccount/search/index\nserviceAccount/shop/cart\nserviceAccount/shop/till\n",
    ],
    ["verify -A -l team=search -o name", "serviceAccount/search/index\n"],
    ["verify -l team=search -o jsonpath={.chains[*].verdict}", "broken"],
    ["verify shop/cart -o custom-columns=N:.subject.name --no-headers", "cart\n"],
    ["stale-pods -o name", ""],
    ["stale-pods -l team=shop -o jsonpath={.stale}", "[]"],
    ["what-can shop/cart -o name", ""],
    ["what-can shop/cart -o jsonpath={.serviceAccount.name}", "cart"],
    [
      "audit -l team=search -o custom-columns=N:.subject.name,R:.rule --no-headers",
      "index   role-gone\nindex   no-workload\n",
    ],
  ])("%s", async (line, out) => {
    expect(await told(line)).toMatchObject({ failure: undefined, out: out.trimEnd() });
  });

  it("-o wide and the table go without headers too", async () => {
    const { out } = await told("get-sa -n shop");
    expect((await told("get-sa -n shop --no-headers")).out).toBe(out.split("\n").slice(1).join("\n"));
    const wide = (await told("get-sa -n shop -o wide")).out.split("\n");
    expect(wide[0]).toMatch(/^NAMESPACE +NAME +ORIGIN/);
    expect((await told("get-sa -n shop -o wide --no-headers")).out.split("\n")).toEqual(wide.slice(1));
  });

  it.each([
    ["who-can cart", "subjects"],
    ["what-can shop/cart", "roles"],
    ["audit", "findings"],
    ["verify --all", "chains"],
    ["stale-pods", "stale"],
    ["get-sa", "serviceAccounts"],
    ["policies --outdated", "policies"],
  ])(
    "%s: every item of its result is a row of -o wide, -o name and -o custom-columns",
    async (line, items) => {
      const of = () => foreignWorld("vault").withRole(ownRole("cart"));
      const { out } = await told(`${line} -o json`, of());
      const { result } = JSON.parse(out) as { result: Record<string, unknown[]> };
      const rows = async (format: string) =>
        (await told(`${line} -o ${format}`, of())).out.split("\n").length;
      const count = result[items]?.length;
      expect(count).toBeTypeOf("number");
      expect(await rows("wide")).toBe((count ?? 0) + 1);
      expect(await rows("custom-columns=X:.x")).toBe((count ?? 0) + 1);
      expect(JSON.parse((await told(`${line} -o jsonpath={.${items}}`, of())).out)).toEqual(result[items]);
    },
  );
});

describe("what can't be meant is refused before anything is read", () => {
  it.each([
    ["get-sa -A -n shop", "--all-namespaces can't be combined with --namespace or NAMESPACE/NAME"],
    ["get-sa -A shop/cart", "--all-namespaces can't be combined"],
    ["audit -A -n shop", "--all-namespaces can't be combined"],
    ["stale-pods -A -n shop", "--all-namespaces can't be combined"],
    ["verify -A -n shop", "--all can't be combined"],
    ["verify shop/cart -l a=b", "--selector 'a=b' can't be combined with a subject or --name"],
    ["get-sa -l a=(b)", "--selector 'a=(b)' is not a valid label selector at 'a=(b)'"],
    ["get-sa -o jsonpath={.x", "-o jsonpath: '{' is not closed (position 1)"],
    ["get-sa -o custom-columns=X", "-o custom-columns: 'X' is not a valid column"],
  ])("%s: %s", async (line, message) => {
    const of = world();
    expect((await told(line, of)).failure).toContain(message);
    expect(of.log.calls).toEqual([]);
  });
});

it("an empty list of a selector says so", async () => {
  expect((await told("get-sa -l team=none")).err).toBe(
    "No ServiceAccounts with a role that match 'team=none' found in cluster eks-work-cluster.",
  );
});
