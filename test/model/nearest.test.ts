import { expect, it } from "vitest";
import { nearest } from "../../src/model/nearest.ts";

const NAMES = ["attachPolicyARNs", "attachPolicy", "roleName", "roleOnly", "tags"];

it.each([
  ["attachPolicyARNS", "attachPolicyARNs"],
  ["AttachPolicy", "attachPolicy"],
  ["attachPolicies", "attachPolicy"],
  ["rolName", "roleName"],
  ["tag", "tags"],
  ["policyARNs", undefined],
  ["", undefined],
])("%s is near %s", (name, expected) => expect(nearest(name, NAMES)).toBe(expected));
