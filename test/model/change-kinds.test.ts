import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createdRole } from "../../src/model/authority.ts";
import { progressOf, shownChange, summaryOf } from "../../src/model/change-facts.ts";
import { CHANGE_KINDS } from "../../src/model/change-kinds.ts";
import type { RetainStack } from "../../src/model/stack-change.ts";
import { camelCase } from "../../src/output/camel-case.ts";
import { ownRole } from "../fakes/values.ts";

const RETAIN: RetainStack = {
  kind: "retain-stack",
  stack: { name: "eksctl-agent", id: "arn:aws:cloudformation:::stack/eksctl-agent/1" },
  role: createdRole({ arn: ownRole("agent") }),
  resources: ["Role1", "Policy1"],
  template: "{}",
  parameters: [],
  capabilities: [],
  observed: "digest",
};

it("docs/json.md names every kind", () => {
  const text = readFileSync("docs/json.md", "utf8");
  const missing = Object.keys(CHANGE_KINDS).filter((kind) => !text.includes(`\`${camelCase(kind)}\``));
  expect(missing).toEqual([]);
});

it("each progress and summary is told of the change itself", () => {
  expect(progressOf(RETAIN).done).toBe("DeletionPolicy Retain set on the stack");
  expect(summaryOf(RETAIN)).toBe("~ stack: DeletionPolicy Retain on 2 resources");
});

it("an update of a stack shows what CloudFormation is told: the previous parameters, and the capabilities", () => {
  const resources = shownChange(RETAIN).attributes;
  expect(resources).toHaveLength(2);
  const more = { ...RETAIN, parameters: ["Env", "Team"], capabilities: ["CAPABILITY_NAMED_IAM"] };
  expect(shownChange(more).attributes).toEqual([
    ...resources,
    [" ", "parameters", "Env, Team (previous values)"],
    [" ", "capabilities", "CAPABILITY_NAMED_IAM"],
  ]);
});
