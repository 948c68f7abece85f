import { describe, expect, it } from "vitest";
import type { Statement } from "../../../src/model/trust-policy/document.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { Steps, stepsOf, TooComplex, unlessTooComplex } from "../../../src/model/trust-policy/steps.ts";
import { allow, policy, PROVIDER } from "./fixtures.ts";

describe("the steps of an evaluation", () => {
  const cost = (...statements: readonly Statement[]) => stepsOf(readTrust(policy(...statements)));
  const plain = allow();

  it("are one, and one for each statement, principal, action, condition and value", () => {
    expect(cost()).toBe(1);
    expect(cost(plain)).toBe(1 + 3);
    expect(cost(plain, plain)).toBe(1 + 3 + 3);
    expect(cost(allow({}, { Principal: { Federated: [PROVIDER, "x"] } }))).toBe(1 + 4);
    expect(cost(allow({}, { Action: ["a:X", "a:Y", "a:Z"] }))).toBe(1 + 5);
    expect(cost(allow({ StringEquals: { "aws:x": ["a", "b"], "aws:y": "c" } }))).toBe(1 + 3 + 1 + 2 + 1 + 1);
  });

  it("are none for what can't be read", () => {
    const withOne = (element: string) => JSON.parse(JSON.stringify({ ...plain, [element]: 1 })) as Statement;
    expect(cost(withOne("Principal"))).toBe(1 + 2);
    expect(cost(withOne("Action"))).toBe(1 + 2);
  });
});

describe("steps are used up", () => {
  it("by more than there are, not by as many", () => {
    const steps = new Steps(3);
    steps.spend(2);
    steps.spend(1);
    steps.spend(0);
    expect(() => {
      steps.spend(1);
    }).toThrow(TooComplex);
  });

  it("and that is told, but no other error is", () => {
    expect(unlessTooComplex(() => 1)).toBe(1);
    expect(
      unlessTooComplex(() => {
        throw new TooComplex();
      }),
    ).toBe("too-complex");
    expect(() =>
      unlessTooComplex(() => {
        throw new RangeError("another");
      }),
    ).toThrow(RangeError);
  });
});
