import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import { narrowPolicies, type RolePolicy } from "../../src/narrow/narrow-policies.ts";
import { indexUse, useOf } from "../../src/narrow/use.ts";
import { allowance, documentsIn, NAMES, policies, PUBLISHED, QUESTIONS, some, use } from "./arbitrary.ts";

/** What a role has once a proposal is in force. */
function after(before: readonly RolePolicy[], services: readonly ServiceUse[]) {
  const proposal = narrowPolicies(before, { use: indexUse({ services }), names: NAMES });
  const stay = before.flatMap(({ document: one }, at) =>
    proposal.policies[at]?.fate === "stays" && one !== undefined ? [one] : [],
  );
  return { proposal, documents: [...(proposal.document === undefined ? [] : [proposal.document]), ...stay] };
}

describe("a narrowed policy", () => {
  it("allows nothing that was not allowed before, whatever AWS reports", () => {
    fc.assert(
      fc.property(policies, use, some, (before, services, questions) => {
        const { documents } = after(before, services);
        const wider = questions.filter(
          (one) => allowance(documents, one) > allowance(documentsIn(before), one),
        );
        expect(wider).toEqual([]);
      }),
    );
  });

  it("allows all that was allowed and is not known to be unused", () => {
    fc.assert(
      fc.property(policies, use, some, (before, services, questions) => {
        const { documents } = after(before, services);
        const index = indexUse({ services });
        const lost = questions.filter((one) => {
          const [service = "", name = ""] = one.action.split(":");
          // Behind `*`, a service that nobody has told of can't be named.
          if (NAMES.of(service) === undefined && !index.has(service)) return false;
          if (useOf(index, service, name).state === "unused") return false;
          return allowance(documents, one) < allowance(documentsIn(before), one);
        });
        expect(lost).toEqual([]);
      }),
    );
  });

  it("is not narrowed again by the same report", () => {
    fc.assert(
      fc.property(policies, use, (before, services) => {
        const { documents } = after(before, services);
        const again = documents.map((one, index): RolePolicy => ({
          policy: { inline: `q${index}` },
          document: one,
        }));
        expect(after(again, services).proposal.dropped).toEqual([]);
      }),
    );
  });

  it("has no action that the report says is unused", () => {
    fc.assert(
      fc.property(policies, use, (before, services) => {
        // Of a service without a list, nobody can name what else a pattern has.
        const listed = services.filter(({ service }) => Object.hasOwn(PUBLISHED, service));
        const index = indexUse({ services: listed });
        const { documents } = after(before, listed);
        const left = QUESTIONS.filter(({ action, request }) => {
          const [service = "", name = ""] = action.split(":");
          return request.others === "unknown" && useOf(index, service, name).state === "unused";
        }).filter((one) => allowance(documents, one) > 0);
        expect(left).toEqual([]);
      }),
    );
  });
});
