import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeCase, type PlacedCase } from "../../../kubernetes/kubeconfigs-on-disk.ts";
import { KUBECONFIGS, type KubeconfigCase } from "../../../kubernetes/kubeconfigs.ts";
import { findKubectl } from "../../../worlds/control-plane/binaries.ts";
import { openNursery, type Nursery } from "../../../worlds/process.ts";

let nursery: Nursery;
let kubectl: readonly [string, ...string[]];

beforeAll(async () => {
  nursery = await openNursery(0);
  kubectl = await findKubectl(nursery);
});
afterAll(async () => nursery.close());

/** Runs kubectl in a case's place; its exit code and all that it says. */
async function run({ environment }: PlacedCase, { context }: KubeconfigCase, args: readonly string[]) {
  const [program, ...leading] = kubectl;
  const of = context === undefined ? [] : ["--context", context];
  const { KUBECONFIG, HOME } = environment;
  const env = { PATH: process.env["PATH"], HOME, ...(KUBECONFIG !== "" && { KUBECONFIG }) };
  return new Promise<{ readonly isGood: boolean; readonly stdout: string; readonly said: string }>(
    (resolve) => {
      const child = execFile(program, [...leading, ...args, ...of], { env }, (error, stdout, stderr) => {
        resolve({ isGood: error === null, stdout, said: `${stdout}${stderr}` });
      });
      child.stdin?.end();
    },
  );
}

interface View {
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { cluster: string; user: string };
  }[];
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
}

const VIEW = ["config", "view", "--minify", "--raw", "-o", "json"];
const CALL = ["get", "--raw", "/version", "--request-timeout", "5s"];

/** A host alone is called by https. */
const urlOf = (server: string): string => (server.includes("://") ? server : `https://${server}`);

async function placed<T>(one: KubeconfigCase, test: (place: PlacedCase) => Promise<T>): Promise<T> {
  const place = await placeCase(one);
  try {
    return await test(place);
  } finally {
    await rm(place.folder, { recursive: true });
  }
}

const refused = KUBECONFIGS.filter(({ fails }) => fails !== undefined);
const read = KUBECONFIGS.filter(({ gives }) => gives !== undefined);

describe("what irsa reads in a kubeconfig, kubectl reads alike", () => {
  it.each(read.map((one) => [one.title, one] as const))("%s", async (_title, one) => {
    await placed(one, async (place) => {
      const { isGood, stdout, said } = await run(place, one, VIEW);
      expect(isGood, said).toBe(true);
      const { contexts, clusters } = JSON.parse(stdout) as View;
      const { context, cluster, server, user } = one.gives ?? {};
      expect(contexts).toMatchObject([{ name: context, context: { cluster, user } }]);
      expect(clusters.map((each) => [each.name, urlOf(each.cluster.server)])).toEqual([[cluster, server]]);
      // It has read all of it once it finds nobody at the server, or at the proxy.
      const called = await run(place, one, CALL);
      expect(called.said).toMatch(/was refused|connection refused/);
    });
  });
});

describe("what irsa refuses in a kubeconfig, kubectl refuses for the same reason", () => {
  it.each(refused.map((one) => [one.title, one] as const))("%s", async (_title, one) => {
    await placed(one, async (place) => {
      const viewed = await run(place, one, VIEW);
      const { isGood, said } = viewed.isGood ? await run(place, one, CALL) : viewed;
      expect(isGood).toBe(false);
      expect(said).toMatch(one.kubectl ?? /^$/);
    });
  });
});
