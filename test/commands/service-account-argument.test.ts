import { describe, expect, it } from "vitest";
import {
  takeScope,
  takeServiceAccount,
  type ServiceAccountFlags,
} from "../../src/commands/shared/service-account-argument.ts";
import { Problems } from "../../src/model/problems.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { runIn } from "../fakes/command-line.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";

const taken = (text: string | undefined, flags: ServiceAccountFlags = {}) => {
  const problems = new Problems();
  const ref = takeServiceAccount(text, flags, problems);
  return ref === undefined ? problems.failure()?.message : serviceAccountPath(ref);
};

describe("the ServiceAccount that a command is about", () => {
  it.each([
    ["shop/cart", {}, "shop/cart"],
    [undefined, { name: "cart" }, "default/cart"],
    [undefined, { namespace: "shop", name: "cart" }, "shop/cart"],
    ["cart", { namespace: "shop" }, "shop/cart"],
    ["shop/cart", { namespace: "shop" }, "shop/cart"],
    ["shop/cart", { namespace: "shop", name: "cart" }, "shop/cart"],
    ["cart", { namespace: "shop", name: "cart" }, "shop/cart"],
    // Different, or not whole.
    ["shop/cart", { namespace: "search" }, "--namespace 'search' does not match ServiceAccount 'shop/cart'"],
    ["shop/cart", { name: "till" }, "--name 'till' does not match ServiceAccount 'shop/cart'"],
    ["cart", { namespace: "shop", name: "till" }, "--name 'till' does not match ServiceAccount 'cart'"],
    ["cart", {}, "ServiceAccount 'cart' has no namespace; use NAMESPACE/cart"],
    ["cart", { name: "cart" }, "ServiceAccount 'cart' has no namespace; use NAMESPACE/cart"],
    [undefined, {}, "ServiceAccount is missing: pass NAMESPACE/NAME, or --namespace and --name"],
    [
      undefined,
      { namespace: "shop" },
      "ServiceAccount is missing: pass NAMESPACE/NAME, or --namespace and --name",
    ],
    ["a/b/c", {}, "ServiceAccount 'a/b/c' is not a valid ServiceAccount; use NAMESPACE/NAME"],
    ["/cart", {}, "ServiceAccount '/cart' is not a valid ServiceAccount; use NAMESPACE/NAME"],
    ["shop/", {}, "ServiceAccount 'shop/' is not a valid ServiceAccount; use NAMESPACE/NAME"],
    ["", {}, "ServiceAccount is empty; use NAMESPACE/NAME"],
    [
      "Shop/cart",
      {},
      "ServiceAccount 'Shop' is not a valid namespace: Kubernetes allows a-z, 0-9 and '-', with a letter or digit at both ends",
    ],
    [
      undefined,
      { namespace: "", name: "cart" },
      "--namespace is not a valid namespace: Kubernetes allows a-z, 0-9 and '-', with a letter or digit at both ends",
    ],
  ])("'%s' with %o is %s", (text, flags, expected) => {
    expect(taken(text, flags)).toBe(expected);
  });

  it("every difference is reported together", () => {
    const problems = new Problems();
    takeServiceAccount("shop/cart", { namespace: "search", name: "till" }, problems);
    expect(problems.list.map(({ where }) => where)).toEqual(["--namespace", "--name"]);
  });
});

it.each([
  [undefined, {}, {}],
  [undefined, { namespace: "shop" }, { namespace: "shop" }],
  [undefined, { name: "cart" }, { name: "cart" }],
  ["shop/cart", {}, { namespace: "shop", name: "cart" }],
])("the scope of '%s' with %o is %o", (text, flags, scope) => {
  const problems = new Problems();
  expect(takeScope(text, flags, problems)).toEqual(scope);
  expect(problems.list).toEqual([]);
});

const world = () =>
  aWorld()
    .withProvider()
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } })
    .withServiceAccount("shop/till");

const POLICY = "--policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

/** What a command line answers, whatever its end. */
async function answerOf(line: string): Promise<string> {
  const { failure, heard } = await runIn(
    world(),
    `${line} --cluster eks-work-cluster --region ap-northeast-2`,
  );
  return [
    failure?.message ?? "",
    JSON.stringify(failure?.detail.facts ?? ""),
    ...heard.out,
    ...heard.err,
  ].join("\n");
}

describe("every command about one ServiceAccount takes it as an argument and by flags", () => {
  it.each([
    ["create-sa", POLICY],
    ["update-sa", "--tag team=shop"],
    ["delete-sa", ""],
    ["get-sa", ""],
    ["adopt", ""],
    ["verify", "-o json"],
    ["what-can", ""],
    ["stale-pods", ""],
    ["use-sa", "deployment/web"],
  ])("%s %s", async (command, rest) => {
    const byArgument = await answerOf(`${command} shop/cart ${rest}`);
    expect(byArgument).toBe(await answerOf(`${command} ${rest} -n shop --name cart`));
    expect(byArgument).toBe(await answerOf(`${command} shop/cart ${rest} -n shop --name cart`));
    expect(byArgument).toBe(await answerOf(`${command} cart ${rest} -n shop`));
    expect(byArgument).not.toContain("is missing");
    const refused = await answerOf(`${command} shop/cart ${rest} -n shop --name till`);
    expect(refused).toMatch(/does not match ServiceAccount 'shop\/cart'|unknown kind 'shop'/);
  });

  it.each([
    ["create-sa --policy-arn x", "2 invalid values"],
    ["delete-sa", "ServiceAccount is missing: pass NAMESPACE/NAME, or --namespace and --name"],
    ["what-can -n shop", "ServiceAccount is missing: pass NAMESPACE/NAME, or --namespace and --name"],
    ["adopt", "ServiceAccount is missing: pass NAMESPACE/NAME or --all"],
    ["adopt --all --name cart", "--all can't be combined with ServiceAccount names"],
    ["adopt shop/cart shop/till --name cart", "--name 'cart' can't be used with several ServiceAccounts"],
    ["verify --all --name cart", "--name 'cart' can't be combined with --all or several subjects"],
    ["verify --all -n shop", "--all can't be combined with a subject or --namespace"],
    ["verify search/cart -n shop", "subject 'search/cart' is not in namespace 'shop'"],
    ["use-sa deployment/web", "ServiceAccount is missing"],
    ["use-sa shop/cart", "workload is missing"],
    ["use-sa shop/cart deploymnt/web", "workload 'deploymnt/web' has the unknown kind 'deploymnt'"],
    ["use-sa deploymnt/web -n shop --name cart", "workload 'deploymnt/web' has the unknown kind 'deploymnt'"],
  ])("%s: %s", async (line, message) => {
    expect(await answerOf(line)).toContain(message);
  });

  it("verify takes the namespace of its subjects by flag, as kubectl does", async () => {
    const subjects = async (line: string): Promise<string> => {
      const answer = await answerOf(`${line} -o json`);
      expect(answer).toMatch(/"verdict"|deployment 'web' not found in namespace shop/);
      return answer;
    };
    expect(await subjects("verify cart till -n shop")).toEqual(await subjects("verify shop/cart shop/till"));
    expect(await subjects("verify deploy/web -n shop")).toEqual(await subjects("verify deploy/shop/web"));
  });
});
