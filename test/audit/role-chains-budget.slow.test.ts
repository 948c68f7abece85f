import { describe, expect, it } from "vitest";
import { chainsOf } from "../../src/audit/chains/chains-of.ts";
import { edgesOf } from "../../src/audit/chains/chain-edges.ts";
import type { Gap } from "../../src/audit/inventory.ts";
import type { RoleDetails } from "../../src/model/iam-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { Steps } from "../../src/model/trust-policy/steps.ts";
import { role } from "./build.ts";

const EVERYONE = trustPolicy([{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }]);
const DETAILS: RoleDetails = { attached: [], inline: {}, tags: {} };

/** Roles that may all assume each other. */
function fleetOf(size: number) {
  const roles = Array.from({ length: size }, (_, at) => role(`r${at}`, EVERYONE));
  const facts = {
    access: { roles: roles.map((one) => ({ role: one, trust: readTrust(one.trust) })) },
    details: new Map(roles.map(({ arn }) => [arn, DETAILS])),
    policies: new Map(),
  };
  return { sources: roles.map(({ arn }) => arn), facts };
}

describe("the chains of roles that may all assume each other", () => {
  it("are followed where they are some hundred", () => {
    const { sources, facts } = fleetOf(150);
    const gaps: Gap[] = [];
    const chains = chainsOf(sources, facts, gaps);
    expect(gaps).toEqual([]);
    expect(new Set([...chains.values()].map((all) => all.length))).toEqual(new Set([149]));
  });

  it("are given up at the same role every time where they are thousands, which is said", () => {
    const { sources, facts } = fleetOf(2_000);
    const followed = [1, 2].map(() => {
      const gaps: Gap[] = [];
      const { size } = chainsOf(sources, facts, gaps);
      return [size, gaps.map(({ what }) => what)];
    });
    expect(followed[0]).toEqual(followed[1]);
    expect(followed[0]?.[1]).toEqual([expect.stringMatching(/^role chains of \d+ roles$/)]);
  });

  it("cost a step limit for each pair, and no more than there is", () => {
    const { sources, facts } = fleetOf(50);
    const roles = facts.access.roles.map(({ role: { arn }, trust }) => ({ arn, trust }));
    const permissions = { documents: [], isComplete: true };
    const all = (limit: number) => {
      const edges = edgesOf(roles, () => permissions, new Steps(limit));
      return () => sources.flatMap((arn) => edges(arn)).length;
    };
    expect(all(50 * 49 * 150)()).toBe(50 * 49);
    expect(all(50 * 49 * 50)).toThrow("the steps of a judgement are used up");
  });
});
