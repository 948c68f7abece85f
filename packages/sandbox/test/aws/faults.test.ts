import { describe, expect, it } from "vitest";
import { isWrite, type Backend } from "../../src/aws/exchange.ts";
import { TokenBuckets } from "../../src/aws/throttle.ts";
import { ConnectionReset, Faults } from "../../src/aws/faults.ts";
import { iamRequest, KEY } from "./requests.ts";

/** A backend that remembers what took effect. */
function countingBackend() {
  const effects: string[] = [];
  const backend: Backend = async ({ action }) => {
    effects.push(action);
    return { status: 200, headers: {}, body: "" };
  };
  return { effects, backend };
}

async function calls(faults: Faults, backend: Backend, ...actions: string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const action of actions) {
    const answer = faults.around(iamRequest(action, { RoleName: "r" }), KEY.principal, backend);
    answers.push(
      await answer.then(
        ({ status }) => status,
        (error: unknown) => error,
      ),
    );
  }
  return answers;
}

describe("a fail rule", () => {
  it("fails the n-th matching call before its effect", async () => {
    const faults = new Faults();
    const { effects, backend } = countingBackend();
    faults.fail({ action: "iam:CreateRole", nth: 2, when: "before", status: 500, code: "ServiceFailure" });
    const answers = await calls(faults, backend, "CreateRole", "GetRole", "CreateRole", "CreateRole");
    expect(answers).toEqual([
      200,
      200,
      expect.objectContaining({ status: 500, code: "ServiceFailure" }),
      200,
    ]);
    expect(effects).toEqual(["CreateRole", "GetRole", "CreateRole"]);
  });

  it("fails calls after their effect, several in a row, by a pattern", async () => {
    const faults = new Faults();
    const { effects, backend } = countingBackend();
    faults.fail({ action: "iam:*Role", times: 2, when: "after" });
    const failed = expect.objectContaining({ status: 503, code: "ServiceUnavailable" }) as unknown;
    expect(await calls(faults, backend, "TagRole", "GetPolicy", "GetRole", "GetRole")).toEqual([
      failed,
      200,
      failed,
      200,
    ]);
    expect(effects).toEqual(["TagRole", "GetPolicy", "GetRole", "GetRole"]);
  });

  it("concerns one key, and can break the connection", async () => {
    const faults = new Faults();
    const { backend } = countingBackend();
    faults.fail({ action: "*", when: "before", status: "reset", accessKeyId: "AKIAOTHER" });
    expect(await calls(faults, backend, "GetRole")).toEqual([200]);
    faults.fail({ action: "*", when: "before", status: "reset", accessKeyId: KEY.accessKeyId });
    expect(await calls(faults, backend, "GetRole")).toEqual([expect.any(ConnectionReset)]);
  });
});

describe("a deny rule", () => {
  it.each([
    ["implicit", "because no identity-based policy allows the iam:DeleteRole action"],
    ["explicit", "with an explicit deny in a service control policy"],
  ] as const)("refuses with AWS's words (%s)", async (by, reason) => {
    const faults = new Faults();
    const { effects, backend } = countingBackend();
    faults.deny({ action: "iam:DeleteRole", by });
    expect(await calls(faults, backend, "GetRole", "DeleteRole")).toEqual([
      200,
      expect.objectContaining({
        status: 403,
        code: "AccessDenied",
        message:
          "User: arn:aws:iam::111122223333:user/ci is not authorized to perform: iam:DeleteRole on resource: " +
          `arn:aws:iam::111122223333:role/r ${reason}`,
      }),
    ]);
    expect(effects).toEqual(["GetRole"]);
  });
});

describe("a guard", () => {
  it("holds a call up, knows a write, and lets the answer be lost, before or after the effect", async () => {
    const faults = new Faults();
    const { effects, backend } = countingBackend();
    const seen: [string, boolean][] = [];
    faults.setGuard(async ({ action, write }, effect) => {
      seen.push([action, write]);
      if (action === "iam:DeleteRole") throw new ConnectionReset();
      await effect();
      if (action === "iam:TagRole") throw new ConnectionReset();
    });
    const broken = expect.any(ConnectionReset) as unknown;
    expect(await calls(faults, backend, "GetRole", "DeleteRole", "TagRole")).toEqual([200, broken, broken]);
    expect(effects).toEqual(["GetRole", "TagRole"]);
    expect(seen).toEqual([
      ["iam:GetRole", false],
      ["iam:DeleteRole", true],
      ["iam:TagRole", true],
    ]);
    faults.clear();
    expect(await calls(faults, backend, "DeleteRole")).toEqual([200]);
  });
});

describe("faults", () => {
  it("delays answers, runs a hook once, and clears up", async () => {
    const faults = new Faults();
    const { effects, backend } = countingBackend();
    faults.setLatency(30);
    faults.deny({ action: "iam:GetRole" });
    faults.before("iam:TagRole", async () => void effects.push("hook"), 2);
    const started = performance.now();
    await calls(faults, backend, "TagRole", "TagRole", "TagRole");
    // Timers may fire up to a millisecond early.
    expect(performance.now() - started).toBeGreaterThan(85);
    expect(effects).toEqual(["TagRole", "hook", "TagRole", "TagRole"]);
    faults.clear();
    expect(await calls(faults, backend, "GetRole")).toEqual([200]);
  });

  it("throttles beyond the burst and lets through again with time", () => {
    let now = 0;
    const buckets = new TokenBuckets({ burst: 2, rate: 4 }, () => now);
    const take = (action: string) => () => buckets.take(iamRequest(action), KEY.principal);
    take("GetRole")();
    take("GetRole")();
    expect(take("GetRole")).toThrow("Rate exceeded");
    expect(take("TagRole")).not.toThrow();
    now = 250;
    expect(take("GetRole")).not.toThrow();
    expect(take("GetRole")).toThrow("Rate exceeded");
  });
});

describe("isWrite", () => {
  it.each([
    ["CreateRole", true],
    ["AddClientIDToOpenIDConnectProvider", true],
    ["UntagRole", true],
    ["GetRole", false],
    ["ListRoles", false],
    ["DescribeCluster", false],
    ["SimulatePrincipalPolicy", false],
    ["AssumeRoleWithWebIdentity", false],
  ])("%s: %s", (action, expected) => {
    expect(isWrite(action)).toBe(expected);
  });
});
