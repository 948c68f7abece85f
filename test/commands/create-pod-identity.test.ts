import { describe, expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { aServiceAccount, awsPolicy, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const CREATE = `create-sa shop/cart --pod-identity --policy-arn ${awsPolicy("CloudWatchAgentServerPolicy")} ${ON} --approve`;
const BRIEFLY = "--wait-timeout 1s";
const TARGET = ownRole("target");

it.each([
  [
    "",
    /New pods with serviceAccountName: cart in shop get arn:\S+:role\/eks-work-cluster-shop-cart-\w+ by EKS Pod/,
  ],
  [
    `--target-role-arn ${TARGET}`,
    new RegExp(
      `New pods with serviceAccountName: cart in shop get ${TARGET}, assumed with arn:\\S+:role/eks-work-cluster-shop-cart-\\w+, by EKS Pod`,
    ),
  ],
])("says which role new pods get, and how to verify what was not: create-sa %s", async (flags, ending) => {
  const world = withTarget();
  const { heard, failure } = await runIn(world, `${CREATE} ${flags}`);
  expect(failure).toBeUndefined();
  const text = heard.out.join("\n");
  expect(text).toMatch(ending);
  expect(text).toContain("Not verified: ");
  expect(text).not.toContain("Ready.");
  const command = text.split("\n").at(-1)?.trim();
  expect(command).toBe(`irsa verify shop/cart ${ON}`);
  // The command is one that runs, and finds what create-sa could not tell: there is no agent.
  const verified = await runIn(world, (command ?? "").replace("irsa ", ""));
  expect([verified.heard.code, verified.heard.out.join("\n")]).toEqual([
    3,
    expect.stringContaining("the Pod Identity agent is not installed"),
  ]);
});

/** A target role that trusts the role that is made for the ServiceAccount. */
function withTarget(): World {
  const world = aWorld().withPolicy(CLOUDWATCH);
  const first = world.roleOf({ serviceAccount: aServiceAccount("shop/cart") });
  return world.withRole(TARGET, {
    trust: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: first }, Action: ["sts:AssumeRole", "sts:TagSession"] },
      ],
    },
  });
}

/** A pod of the ServiceAccount runs, since before it had a role. */
const running = (): World =>
  aWorld()
    .withPolicy(CLOUDWATCH)
    .withPod(aPod("shop/cart-1", manifestOf("cart")));

async function created(world: World, flags = "") {
  const { heard, failure } = await runIn(world, `${CREATE} ${flags} -o json`);
  const { proof } = failure === undefined ? JSON.parse(heard.out.join("\n")).result : { proof: undefined };
  return { failure, proof, code: heard.code, err: heard.err.join("\n") };
}

const asked = (world: World, name: string) => world.log.calls.filter((call) => call.name === name);

function trustIn(world: World, arn: string): PolicyDocument {
  return world.iam.roles.get(arn.split("/")[1]?.toLowerCase() ?? "")?.role.trust ?? { Statement: [] };
}

describe("where a pod runs, its token is exchanged", () => {
  it.each(["", "--wait"])("and the role of the credentials must be the association's: %s", async (wait) => {
    const world = running();
    const { proof, code, err } = await created(world, wait);
    const role = world.association("shop/cart")?.roleArn.split("/")[1];
    expect(proof).toMatchObject({
      state: "accepted",
      way: "podIdentity",
      tries: 1,
      assumedRoleArn: expect.stringContaining(`:assumed-role/${role}/`) as string,
      exitCode: 0,
    });
    expect(code).toBe(0);
    expect(err).toContain("EKS gives a pod the role");
    expect(asked(world, "kubernetes.requestToken").map(({ args }) => args.slice(1))).toEqual([
      ["pods.eks.amazonaws.com", 600, "cart-1"],
    ]);
  });

  it("again while EKS does not know the association, or still knows another role", async () => {
    const late = running();
    late.decree.eksAuth = { code: "ResourceNotFound", message: "not yet" };
    late.log.after("eksAuth.assumeRoleForPodIdentity", () => delete late.decree.eksAuth);
    expect((await created(late)).proof).toMatchObject({ state: "accepted", tries: 2 });

    const old = running();
    await created(old);
    const now = old.association("shop/cart")?.roleArn ?? "";
    const before = ownRole("before");
    old.withRole(before, { trust: trustIn(old, now) });
    old.log.before("eksAuth.assumeRoleForPodIdentity", () => void old.associations.set("shop/cart", before));
    old.log.after("eksAuth.assumeRoleForPodIdentity", () => void old.associations.set("shop/cart", now));
    expect((await created(old)).proof).toMatchObject({
      state: "accepted",
      tries: 2,
      assumedRoleArn: expect.not.stringContaining("before") as string,
    });
  });

  it("and a role that stays another fails, naming both", async () => {
    const world = running();
    const other = ownRole("other");
    await created(world);
    const now = world.association("shop/cart")?.roleArn ?? "";
    world.withRole(other, { trust: trustIn(world, now) });
    world.log.before(
      "eksAuth.assumeRoleForPodIdentity",
      () => void world.associations.set("shop/cart", other),
    );
    const { failure } = await created(world, BRIEFLY);
    expect(failure).toMatchObject({
      code: "proof-refused",
      message: "EKS gives pods of shop/cart another role",
    });
    expect(failure?.detail.facts).toContainEqual(["EKS gives", expect.stringContaining("/other/")]);
    expect(failure?.detail.command).toEqual(["irsa", "verify", "shop/cart", ...ON.split(" ")]);
  });

  it("and a target role's credentials are those that count, also of a target role that stays", async () => {
    const world = withTarget().withPod(aPod("shop/cart-1", manifestOf("cart")));
    const ofTarget = { state: "accepted", assumedRoleArn: expect.stringContaining(":assumed-role/target/") };
    expect((await created(world, `--target-role-arn ${TARGET}`)).proof).toMatchObject(ofTarget);
    expect((await created(world)).proof).toMatchObject(ofTarget);
  });

  it("and a refusal that stays fails with what EKS says", async () => {
    const world = running();
    world.decree.eksAuth = { code: "AccessDenied", message: "EKS may not" };
    const { failure } = await created(world, BRIEFLY);
    expect(failure).toMatchObject({ code: "proof-refused", kind: "failed" });
    expect(failure?.detail.facts).toContainEqual(["EKS says", "AccessDenied: EKS may not"]);
  });

  it("and a trust policy that was overwritten is named", async () => {
    const world = running();
    world.log.before("eksAuth.assumeRoleForPodIdentity", () => {
      const { roleArn = "" } = world.association("shop/cart") ?? {};
      world.editRole(ownRole(roleArn.split("/")[1] ?? ""), ({ role }) => ({
        role: { ...role, trust: { Version: "2012-10-17", Statement: [] } },
      }));
    });
    expect((await created(world, BRIEFLY)).failure).toMatchObject({ code: "trust-lost" });
  });

  it("of the next pod, if the first is gone by then; and not of one that has ended", async () => {
    const world = running().withPod({ ...aPod("shop/cart-0", manifestOf("cart")), phase: "Succeeded" });
    const newest = { ...aPod("shop/cart-2", manifestOf("cart")), createdAt: "2999-01-01T00:00:00Z" };
    world.withPod(newest);
    world.log.before("kubernetes.requestToken", () =>
      world.api.pods.splice(world.api.pods.indexOf(newest), 1),
    );
    expect((await created(world)).proof).toMatchObject({ state: "accepted" });
    expect(asked(world, "kubernetes.requestToken").map(({ args }) => args[3])).toEqual(["cart-2", "cart-1"]);
  });

  it.each(["kubernetes.listPods", "kubernetes.requestToken", "eksAuth.assumeRoleForPodIdentity"])(
    "unless %s is denied: unproven, which only --wait fails for",
    async (call) => {
      for (const [flags, code] of [
        ["", 0],
        ["--wait", 1],
      ] as const) {
        const world = running();
        world.log.deny(call);
        const ended = await created(world, flags);
        expect(ended).toMatchObject({
          failure: undefined,
          code,
          proof: { state: "notPermitted", reason: expect.any(String) as string, exitCode: code },
        });
        expect(ended.err).toContain("unproven");
      }
    },
  );
});

describe("where no pod runs, a dry-run pod shows injection", () => {
  it.each([
    ["", 0],
    ["--wait", 1],
  ])("and the exchange stays unproven: %s exits %i", async (flags, code) => {
    const world = aWorld().withPolicy(CLOUDWATCH);
    const ended = await created(world, flags);
    expect(ended).toMatchObject({ code, proof: { state: "noPod", way: "podIdentity", injected: true } });
    expect(ended.err).toContain("no pod runs whose token could be exchanged");
    expect(asked(world, "kubernetes.requestToken")).toEqual([]);
    const text = (await runIn(aWorld().withPolicy(CLOUDWATCH), CREATE)).heard.out.join("\n");
    expect(text).toContain("Verified: new pods are injected (dry run).");
    expect(text).toMatch(/Not verified: whether EKS gives them the role, since EKS accepts only tokens of/);
  });

  it("and a pod that is admitted without it fails", async () => {
    const world = aWorld().withPolicy(CLOUDWATCH);
    world.api.webhook = undefined;
    const { failure } = await created(world, BRIEFLY);
    expect(failure).toMatchObject({ code: "not-injected" });
    expect(failure?.detail.command).toEqual(["irsa", "verify", "shop/cart", ...ON.split(" ")]);
  });

  it("and the webhook is waited for, which learns of an association late", async () => {
    const world = aWorld().withPolicy(CLOUDWATCH);
    const { webhook } = world.api;
    world.api.webhook = undefined;
    world.log.after("kubernetes.tryPod", () => void (world.api.webhook = webhook));
    expect((await created(world)).proof).toMatchObject({ state: "noPod", injected: true });
  });

  it("and where that may not be tried, nothing is claimed", async () => {
    const world = aWorld().withPolicy(CLOUDWATCH);
    world.log.deny("kubernetes.tryPod");
    const { heard } = await runIn(world, CREATE);
    expect(heard.err.join("\n")).toContain("no dry-run pod was checked");
    expect(heard.out.join("\n")).not.toMatch(/(?<!Not v)erified:.*injected/);
    expect(heard.code).toBe(0);
  });
});

it("--no-wait, --role-only and a plan try nothing", async () => {
  for (const flags of ["--no-wait", "--role-only"]) {
    const world = running();
    expect((await created(world, flags)).proof).toBeNull();
    expect(asked(world, "kubernetes.requestToken")).toEqual([]);
    expect(asked(world, "kubernetes.tryPod")).toEqual([]);
  }
  const world = running();
  await runIn(world, CREATE.replace(" --approve", ""));
  expect(asked(world, "kubernetes.requestToken")).toEqual([]);
});
