import { rm } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { userAccess } from "../../src/kubernetes/kubeconfig.ts";
import { isFailure } from "../../src/model/failure.ts";
import { textOf } from "../fakes/walk.ts";
import { placeCase } from "./kubeconfigs-on-disk.ts";
import { KUBECONFIGS, type KubeconfigCase } from "./kubeconfigs.ts";

let folder: string | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** The way, and what a request would carry; or the failure, whenever it comes. */
async function outcomeOf(context: string | undefined) {
  try {
    const access = userAccess(undefined, context);
    return { access, credentials: await access.credentials() };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { failure: error };
  }
}

it("is a table of forty kubeconfigs or more", () => {
  expect(KUBECONFIGS.length).toBeGreaterThanOrEqual(40);
});

async function outcomeIn(one: KubeconfigCase) {
  const placed = await placeCase(one);
  folder = placed.folder;
  for (const [name, value] of Object.entries(placed.environment)) vi.stubEnv(name, value);
  return outcomeOf(one.context);
}

const titled = (cases: readonly KubeconfigCase[]) => cases.map((one) => [one.title, one] as const);

describe("a kubeconfig is read as kubectl reads it", () => {
  it.each(titled(KUBECONFIGS.filter(({ gives }) => gives !== undefined)))("%s", async (_title, one) => {
    const { access, credentials, failure } = await outcomeIn(one);
    expect(failure).toBeUndefined();
    const { context, cluster, server, user, how, headers = {}, proxy } = one.gives ?? {};
    expect(access).toMatchObject({
      context,
      cluster: { name: cluster, server, ...(proxy !== undefined && { proxy: { url: proxy } }) },
      identity: { by: "kubeconfig", user, how },
    });
    expect(credentials?.headers).toMatchObject(headers);
  });
});

describe("a kubeconfig is refused with its own cause", () => {
  it.each(titled(KUBECONFIGS.filter(({ fails }) => fails !== undefined)))("%s", async (_title, one) => {
    const { failure } = await outcomeIn(one);
    expect(failure?.code).toBe(one.fails?.code);
    const text = failure === undefined ? "" : textOf(failure);
    for (const part of one.fails?.says ?? []) expect(text).toContain(part);
    expect(text).not.toContain("AWS principal");
  });
});
