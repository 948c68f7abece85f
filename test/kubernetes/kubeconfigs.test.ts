import { rm } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
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

/** A kubeconfig whose user has this plugin. */
function withPlugin(exec: object): KubeconfigCase {
  const config = {
    "current-context": "work",
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    users: [
      {
        name: "me",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "sh",
            interactiveMode: "Never",
            ...exec,
          },
        },
      },
    ],
    contexts: [{ name: "work", context: { cluster: "c", user: "me" } }],
  };
  return { title: "", files: { config: stringify(config), file: "text" } };
}

describe("a plugin that no system can start is reported with its cause", () => {
  const secret = "a-secret\0of-the-plugin";
  it.each<readonly [string, object, string, string]>([
    ["a path through a file", { command: "./file/plugin" }, "credential-plugin", "is not a directory"],
    ["a path through a file of files", { command: "./file/a/b" }, "credential-plugin", "is not a directory"],
    [
      "a name that is too long",
      { command: `./${"a".repeat(5_000)}` },
      "credential-plugin",
      "file name too long",
    ],
    ["arguments that are too long", { args: ["a".repeat(3_000_000)] }, "credential-plugin", "are too long"],
    [
      "an environment that is too long",
      { env: [{ name: "A", value: "a".repeat(3_000_000) }] },
      "credential-plugin",
      "are too long",
    ],
    ["a null character in its command", { command: secret }, "kubeconfig", "null character in its command"],
    ["a null character in an argument", { args: ["-c", secret] }, "kubeconfig", "null character in its args"],
    [
      "a null character in a variable",
      { env: [{ name: "A", value: secret }] },
      "kubeconfig",
      "null character in its env",
    ],
    [
      "a null character in a variable's name",
      { env: [{ name: secret, value: "" }] },
      "kubeconfig",
      "null character in its env",
    ],
  ])("%s", async (_what, exec, code, says) => {
    const { failure } = await outcomeIn(withPlugin(exec));
    expect(failure?.code).toBe(code);
    const text = failure === undefined ? "" : textOf(failure);
    expect(text).toContain(says);
    expect(text).not.toContain("a-secret");
    expect(text.length).toBeLessThan(600);
  });

  it("with as much of its install hint as a person reads", async () => {
    const installHint = `${"a".repeat(100_000)}\n${"line\n".repeat(10_000)}`;
    const { failure } = await outcomeIn(withPlugin({ command: "no-such-plugin", installHint }));
    expect(failure?.message).toContain("is not installed");
    expect(failure === undefined ? Infinity : textOf(failure).length).toBeLessThan(2_000);
  });
});
