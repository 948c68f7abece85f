import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import type { TruthCase } from "./truth-table/case.ts";
import { federated } from "./truth-table/federated.ts";
import { presence } from "./truth-table/presence.ts";
import { scalars } from "./truth-table/scalars.ts";
import { statements } from "./truth-table/statements.ts";
import { strings } from "./truth-table/strings.ts";
import { variables } from "./truth-table/variables.ts";

const TABLE: Readonly<Record<string, readonly TruthCase[]>> = {
  statements,
  strings,
  scalars,
  presence,
  federated,
  variables,
};

describe.each(Object.entries(TABLE))("the evaluator agrees with IAM's documentation on %s", (_, cases) => {
  it.each(cases.map((one) => [`${one.name} (${one.source})`, one] as const))("%s", (_name, one) => {
    const { verdict, explicit, unknownKeys } = evaluateTrust(one.document, one.request);
    expect({ verdict, explicit, unknownKeys }).toEqual({
      verdict: one.verdict,
      explicit: one.explicit,
      unknownKeys: one.unknownKeys,
    });
  });
});

it("the table is large, and no two of its cases have one name", () => {
  const names = Object.values(TABLE).flatMap((cases) => cases.map(({ name }) => name));
  expect(names.length).toBeGreaterThanOrEqual(200);
  expect(new Set(names).size).toBe(names.length);
});
