import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBaselineAction } from "../../src/model/node-baseline.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { proposeOffNode } from "../../src/narrow/off-node/propose.ts";
import { indexUse } from "../../src/narrow/use.ts";
import { allowance, documentsIn, NAMES, policies, some, use } from "./arbitrary.ts";

describe("a policy for workloads that leave the roles of their nodes", () => {
  it("allows nothing that the roles together did not allow, whatever AWS reports", () => {
    fc.assert(
      fc.property(policies, use, policies, use, some, (one, usedByOne, other, usedByOther, questions) => {
        const { document } = proposeOffNode([
          { policies: one, facts: { use: indexUse({ services: usedByOne }), names: NAMES } },
          { policies: other, facts: { use: indexUse({ services: usedByOther }), names: NAMES } },
        ]);
        const before = documentsIn([...one, ...other]);
        const after = document === undefined ? [] : [document];
        expect(questions.filter((each) => allowance(after, each) > allowance(before, each))).toEqual([]);
      }),
    );
  });

  it("has what nodes need only where a policy names it", () => {
    const services = [
      {
        service: "ec2",
        lastUsed: "2026-11-19T08:00:00.000Z",
        actions: [
          { name: "DescribeInstances", lastUsed: "2026-11-19T08:00:00.000Z" },
          { name: "StopInstances", lastUsed: "2026-11-19T08:00:00.000Z" },
          { name: "RunInstances" },
        ],
      },
    ];
    const names = { services: ["ec2"], of: () => ["DescribeInstances", "RunInstances", "StopInstances"] };
    const patterns = fc.constantFrom("*", "ec2:*", "ec2:Describe*", "ec2:DescribeInstances", "EC2:STOP*");
    fc.assert(
      fc.property(fc.array(patterns, { minLength: 1 }), fc.boolean(), (Action, isNot) => {
        const statement = {
          Effect: "Allow" as const,
          Resource: "*",
          ...(isNot ? { NotAction: "s3:*" } : { Action }),
        };
        const { document, ofNodes } = proposeOffNode([
          {
            policies: [{ policy: { inline: "app" }, document: { Statement: [statement] } }],
            facts: { use: indexUse({ services }), names },
          },
        ]);
        const left = listOf(document?.Statement).flatMap((one) => listOf(one.Action));
        const isNamed = !isNot && Action.includes("ec2:DescribeInstances");
        expect(left.some(isBaselineAction) && !isNamed).toBe(false);
        expect(ofNodes.every(isBaselineAction)).toBe(true);
      }),
    );
  });
});
