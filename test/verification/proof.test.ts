import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExchangeAnswer, WebIdentityExchange } from "../../src/aws/port.ts";
import { known, unknown } from "../../src/model/known.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { Failure } from "../../src/model/failure.ts";
import { prove, provePodIdentity, type Proof, type ProofOptions } from "../../src/verification/proof.ts";
import { aDesire, AUDIENCE, aServiceAccount, ownRole } from "../fakes/values.ts";
import { bringAbout } from "../fakes/walk.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATIENCE = { patienceMs: 120_000 };
const DENIED: ExchangeAnswer = { accepted: false, code: "AccessDenied", message: "Not authorized" };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

async function settled(): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, aDesire());
  world.log.clear();
  return world;
}

/** The proof in that world, on a clock of its own; STS's first answers may be given. */
async function proofIn(
  world: World,
  options: ProofOptions = PATIENCE,
  answers: ExchangeAnswer[] | (() => ExchangeAnswer) = [],
) {
  const requests: WebIdentityExchange[] = [];
  const sts: typeof world.aws.sts = {
    ...world.aws.sts,
    assumeWithToken: async (request) => {
      requests.push(request);
      const given = typeof answers === "function" ? answers() : answers.shift();
      return given ?? world.aws.sts.assumeWithToken(request);
    },
  };
  const claim = {
    serviceAccount: aDesire().serviceAccount,
    audience: AUDIENCE,
    role: world.roleOf(aDesire()),
  };
  const proving = prove(claim, { kubernetes: world.kubernetes, sts }, options);
  const outcome = proving.then(
    (proof) => ({ proof }),
    (error: unknown) => ({ error }),
  );
  await vi.runAllTimersAsync();
  return { ...((await outcome) as { proof: Proof; error: unknown }), requests };
}

const tokenCalls = (world: World) => world.log.calls.filter(({ name }) => name === "kubernetes.requestToken");

describe("a token that STS accepts", () => {
  it("proves it at the first try", async () => {
    const { proof, requests } = await proofIn(await settled());
    expect(proof).toMatchObject({ state: "accepted", tries: 1 });
    expect(proof).toHaveProperty("assumedRoleArn", expect.stringMatching(/:assumed-role\/.+\/irsa-proof$/));
    expect(requests).toMatchObject([{ sessionName: "irsa-proof" }]);
  });

  it("is one of the ServiceAccount with its audience, good for ten minutes", async () => {
    const world = await settled();
    await proofIn(world);
    expect(tokenCalls(world)).toEqual([
      { name: "kubernetes.requestToken", args: [aDesire().serviceAccount, AUDIENCE, 600] },
    ]);
  });

  it.each(["AccessDenied", "InvalidIdentityToken", "IDPCommunicationError", "Throttling"])(
    "is waited for while STS says %s: the news may still be spreading",
    async (code) => {
      const world = await settled();
      const refusal: ExchangeAnswer = { accepted: false, code, message: "not yet" };
      const seen: unknown[] = [];
      const options = {
        ...PATIENCE,
        onTry: (tries: number, answer: ExchangeAnswer) => seen.push([tries, answer.accepted]),
      };
      const { proof } = await proofIn(world, options, [refusal, refusal]);
      expect(proof).toMatchObject({ state: "accepted", tries: 3 });
      expect(seen).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      expect(tokenCalls(world)).toHaveLength(1);
    },
  );
});

describe("a refusal", () => {
  it.each(["ValidationError", "ExpiredToken", "IDPRejectedClaim", "RegionDisabled", "PackedPolicyTooLarge"])(
    "that waiting does not fix ends it immediately: %s",
    async (code) => {
      const answer: ExchangeAnswer = { accepted: false, code, message: "no" };
      const { proof } = await proofIn(await settled(), PATIENCE, [answer]);
      expect(proof).toMatchObject({ state: "refused", tries: 1, code, message: "no" });
    },
  );

  it("that stays is what STS said last, within the patience", async () => {
    const { proof, requests } = await proofIn(await settled(), PATIENCE, () => DENIED);
    expect(proof).toMatchObject({ state: "refused", code: "AccessDenied", message: "Not authorized" });
    expect(proof.state === "refused" && proof.milliseconds).toBeLessThanOrEqual(PATIENCE.patienceMs);
    // Pauses grow to five seconds: some tries in the first seconds, then one each five.
    expect(requests.length).toBeGreaterThan(20);
    expect(requests.length).toBeLessThan(40);
  });

  it("is tried once where there is no patience", async () => {
    const { requests } = await proofIn(await settled(), { patienceMs: 0 }, () => DENIED);
    expect(requests).toHaveLength(1);
  });

  it("is not slept over when the user interrupts", async () => {
    const interrupt = new AbortController();
    let tries = 0;
    const { proof } = await proofIn(await settled(), { ...PATIENCE, signal: interrupt.signal }, () => {
      tries += 1;
      if (tries === 2) interrupt.abort();
      return DENIED;
    });
    expect(proof).toMatchObject({ state: "refused", tries: 2 });
  });

  it("ends the sleep that the interruption comes into", async () => {
    const interrupt = new AbortController();
    const { proof } = await proofIn(await settled(), { ...PATIENCE, signal: interrupt.signal }, () => {
      setTimeout(() => interrupt.abort(), 1);
      return DENIED;
    });
    expect(proof).toMatchObject({ state: "refused", tries: 2 });
    expect(proof.state === "refused" && proof.milliseconds).toBeLessThan(250);
  });

  it("leaves nothing hanging on the signal, however often it is tried", async () => {
    const { signal } = new AbortController();
    const listening = {
      add: vi.spyOn(signal, "addEventListener"),
      remove: vi.spyOn(signal, "removeEventListener"),
    };
    const { requests } = await proofIn(await settled(), { ...PATIENCE, signal }, () => DENIED);
    expect(listening.add).toHaveBeenCalledTimes(requests.length - 1);
    expect(listening.remove).toHaveBeenCalledTimes(requests.length - 1);
  });

  it("of the trust is one: another account's role does not take the token", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({
      role: { ...role, trust: world.trustOf({ serviceAccount: aServiceAccount("amazon-cloudwatch/other") }) },
    }));
    expect((await proofIn(world)).proof).toMatchObject({ state: "refused", code: "AccessDenied" });
  });
});

describe("the token", () => {
  it("is made again when patience outlasts it", async () => {
    const world = await settled();
    await proofIn(world, { patienceMs: 20 * 60_000 }, () => DENIED);
    expect(tokenCalls(world)).toHaveLength(3);
  });

  it("that may not be made leaves it unproven", async () => {
    const world = await settled();
    world.log.deny("kubernetes.requestToken");
    const { proof, requests } = await proofIn(world);
    expect(proof).toEqual({
      state: "not-permitted",
      lacks: "token",
      reason: "not permitted in the cluster: requestToken",
    });
    expect(requests).toEqual([]);
  });

  it("that can't be made is a failure, not a verdict", async () => {
    const world = await settled();
    world.log.fail("kubernetes.requestToken");
    expect((await proofIn(world)).error).toBeInstanceOf(Failure);
  });

  it("whose exchange gives no answer is a failure too", async () => {
    const world = await settled();
    world.log.fail("sts.assumeWithToken");
    expect((await proofIn(world)).error).toMatchObject({ code: "unreachable" });
  });
});

describe("while STS refuses, the trust policy is read", () => {
  const denied = (): ExchangeAnswer => DENIED;

  it("and the proof ends within seconds once it lacks the ServiceAccount", async () => {
    const options = { ...PATIENCE, isTrusted: () => Promise.resolve(known(false)) };
    const { proof } = await proofIn(await settled(), options, denied);
    expect(proof).toMatchObject({ state: "refused", trust: "lost" });
    expect(proof.state === "refused" && proof.milliseconds).toBeLessThan(30_000);
  });

  it("but not at the first look: a read may show what was there before", async () => {
    const looks = [false, false, true];
    const options = { ...PATIENCE, isTrusted: () => Promise.resolve(known(looks.shift() ?? true)) };
    const { proof } = await proofIn(await settled(), options, denied);
    expect(proof).toMatchObject({ state: "refused" });
    expect(proof).not.toHaveProperty("trust");
    expect(proof.state === "refused" && proof.milliseconds).toBeGreaterThan(100_000);
  });

  it("once more before STS is blamed, however short the patience", async () => {
    const options = { patienceMs: 0, isTrusted: () => Promise.resolve(known(false)) };
    const { proof } = await proofIn(await settled(), options, denied);
    expect(proof).toMatchObject({ state: "refused", tries: 1, trust: "lost" });
  });

  it.each([unknown(new Failure("denied", "access-denied", "no")), known(true)])(
    "and where that says $state, STS is waited for as ever",
    async (answer) => {
      const options = { ...PATIENCE, isTrusted: () => Promise.resolve(answer) };
      const { proof } = await proofIn(await settled(), options, denied);
      expect(proof).not.toHaveProperty("trust");
    },
  );
});

describe("a pod's token by Pod Identity", () => {
  const ROLE = ownRole("cart");
  const trust: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  };
  const associated = (): World => {
    const world = aWorld().withServiceAccount("shop/cart").withRole(ROLE, { trust });
    world.associations.set("shop/cart", ROLE);
    return world.withPod(aPod("shop/cart-1", manifestOf("cart")));
  };
  const proofOf = async (world: World, pod = "cart-1") => {
    const claim = { serviceAccount: aServiceAccount("shop/cart"), cluster: world.cluster.name, pod };
    const { kubernetes, aws } = world;
    const proving = provePodIdentity(claim, { kubernetes, eksAuth: aws.eksAuth }, PATIENCE);
    const outcome = proving.catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return outcome;
  };

  it("is bound to the pod, for EKS, and proves the association and the role", async () => {
    const world = associated();
    expect(await proofOf(world)).toMatchObject({
      state: "accepted",
      tries: 1,
      assumedRoleArn: expect.stringContaining(":assumed-role/cart/eks-eks-work-cluster-cart-1-") as string,
    });
    const args = [aServiceAccount("shop/cart"), "pods.eks.amazonaws.com", 600, "cart-1"];
    expect(tokenCalls(world)).toEqual([{ name: "kubernetes.requestToken", args }]);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("sts.assumeWithToken");
  });

  it("is refused without an association, or where the role trusts only the assuming without tags", async () => {
    const none = associated();
    none.associations.clear();
    expect(await proofOf(none)).toMatchObject({ state: "refused", code: "ResourceNotFound" });
    const untagged = associated();
    untagged.editRole(ROLE, ({ role }) => ({
      role: {
        ...role,
        trust: JSON.parse(JSON.stringify(trust).replace(',"sts:TagSession"', "")) as PolicyDocument,
      },
    }));
    expect(await proofOf(untagged)).toMatchObject({ state: "refused", code: "AccessDenied" });
    untagged.associationFacts.set("shop/cart", { withoutSessionTags: true });
    expect(await proofOf(untagged)).toMatchObject({ state: "accepted" });
  });

  it("is waited for while the association is new, and not where EKS says the token is bad", async () => {
    const late = associated();
    late.associations.clear();
    late.log.after("eksAuth.assumeRoleForPodIdentity", () => void late.associations.set("shop/cart", ROLE));
    expect(await proofOf(late)).toMatchObject({ state: "accepted", tries: 2 });
    const bad = associated();
    bad.decree.eksAuth = { code: "InvalidToken", message: "no" };
    expect(await proofOf(bad)).toMatchObject({ state: "refused", tries: 1, code: "InvalidToken" });
  });

  it.each(["eksAuth.assumeRoleForPodIdentity", "kubernetes.requestToken"])(
    "is unproven where %s is denied",
    async (call) => {
      const world = associated();
      world.log.deny(call);
      expect(await proofOf(world)).toMatchObject({ state: "not-permitted" });
    },
  );

  it("of a pod that is gone is a failure, not a verdict", async () => {
    expect(await proofOf(associated(), "gone")).toBeInstanceOf(Failure);
  });
});
