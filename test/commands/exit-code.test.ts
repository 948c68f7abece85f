import { expect, it } from "vitest";
import { planHint } from "../../src/output/plan-hint.ts";
import type { Change } from "../../src/model/change.ts";
import { aDesire } from "../fakes/values.ts";
import { planIn } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const { changes } = await planIn(aWorld(), aDesire({ associate: true }));
const CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/blue";
const of = (...kinds: readonly Change["kind"][]) => changes.filter(({ kind }) => kinds.includes(kind));

it.each([
  ["a new role", of("create-role", "create-service-account"), {}, true],
  ["a new role, whose documents were shown", of("create-role"), { showDocuments: true }, false],
  ["a provider", of("create-provider"), {}, false],
  ["a ServiceAccount", of("create-service-account"), {}, false],
])("a plan for %s ends with how it is done, and whether there is more to show", (_, some, flags, more) => {
  expect(some).not.toEqual([]);
  expect(planHint({ changes: some }, flags)).toEqual([
    `  No changes made. Re-run with --approve to apply.${more ? "     (--show-documents prints the JSON)" : ""}`,
  ]);
});

it("a plan for a cluster that no flag named ends with the flag that names it, since --approve needs it", () => {
  expect(planHint({ changes: of("create-provider") }, {}, { arn: CLUSTER })).toEqual([
    `  No changes made. Re-run with --cluster ${CLUSTER} --approve to apply.`,
  ]);
});
