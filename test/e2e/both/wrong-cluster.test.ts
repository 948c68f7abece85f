import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { startStranger, startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type StrangerCluster, type World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

let world: World;
let other: StrangerCluster;
let home: string;

beforeAll(async () => {
  [world, other] = await Promise.all([
    startWorld(),
    startStranger("https://oidc.eks.eu-west-1.amazonaws.com/id/FFFFFFFFFFFFFFFF"),
  ]);
  home = world.environmentOf("admin")["HOME"] ?? "";
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all([world?.stop(), other?.stop()]);
});

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  irsa(args, { ...world.environmentOf("admin"), ...more });
const refused = (args: readonly string[], more?: Readonly<Record<string, string>>) =>
  withoutWriting(world, () => run(args, more));

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  users: { name: string; user: Record<string, unknown> }[];
  "current-context": string;
}

/** A kubeconfig like another one, with changes; its path. */
async function edited(from: string, name: string, edit: (config: Kubeconfig) => void): Promise<string> {
  const config = parse(await readFile(from, "utf8")) as Kubeconfig;
  edit(config);
  const file = join(home, name);
  await writeFile(file, stringify(config));
  return file;
}

const withoutCa = (from: string, name: string): Promise<string> =>
  edited(from, name, ({ clusters }) => {
    for (const { cluster } of clusters) {
      delete cluster["certificate-authority-data"];
      delete cluster["certificate-authority"];
      cluster["insecure-skip-tls-verify"] = true;
    }
  });

const create = (...flags: readonly string[]) =>
  createSa("default/reader", "--policy-arn", S3_READ, "--no-wait", "--approve", ...flags);

describe("a kubeconfig", () => {
  test("of another cluster is refused before IAM is touched", async () => {
    const stopped = await refused(create("--kubeconfig", other.adminKubeconfig));
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("this kubeconfig context is a different cluster");
    expect(stopped.stderr).toContain(world.cluster.issuer);
    expect(stopped.stderr).toContain("https://oidc.eks.eu-west-1.amazonaws.com/id/FFFFFFFFFFFFFFFF");
  });

  test("that nothing proves is refused", async () => {
    // A server of another authority, whose user may neither read the discovery document nor make tokens.
    const file = await edited(other.adminKubeconfig, "unproved", ({ users }) => {
      for (const one of users) one.user = { token: "nobody" };
    });
    const stopped = await refused(create("--kubeconfig", file));
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("can't be verified to be the cluster");
  });

  test("is proved by the certificate authority that EKS names", async () => {
    const file = world.adminKubeconfig;
    expect(await run(create("--kubeconfig", file))).toMatchObject({ code: 0 });
    expect(await clusterOf(world).annotations("default", "reader")).toHaveProperty([
      "eks.amazonaws.com/role-arn",
    ]);
  });

  test("that does not verify the certificate is refused", async () => {
    const file = await withoutCa(world.adminKubeconfig, "unverified");
    const stopped = await refused(createSa("default/second", "--policy-arn", S3_READ, "--kubeconfig", file));
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("does not verify the server's certificate");
    expect(stopped.stderr).toContain(file);
  });

  test("without the context that is asked for is refused, and its contexts are named", async () => {
    const stopped = await refused(create("--kubeconfig", world.adminKubeconfig, "--context", "staging"));
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("--context 'staging'");
  });

  test("that can't be read is refused", async () => {
    const stopped = await refused(create("--kubeconfig", join(home, "nothing-here")));
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("can't be read");
  });
});

describe("without --cluster", () => {
  const bare = (...flags: readonly string[]) => ["associate-oidc", ...flags];
  const named = (name: string, server?: string) =>
    edited(world.adminKubeconfig, `context-${name.replaceAll(/\W/g, "-")}`, ({ clusters, contexts }) => {
      for (const one of clusters) {
        one.name = name;
        if (server !== undefined) one.cluster["server"] = server;
      }
      for (const { context } of contexts) context.cluster = name;
    });

  test("and without a kubeconfig nothing is guessed", async () => {
    const stopped = await refused(bare("--approve"));
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("no cluster given");
  });

  test("the current context is taken for a plan when its server is the cluster's, and it is said so", async () => {
    const file = await named(`arn:aws:eks:eu-west-1:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`);
    const plan = await refused(bare(), { KUBECONFIG: file });
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain("(kubeconfig context ");
  });

  test("a write demands the flag", async () => {
    const file = await named(`arn:aws:eks:eu-west-1:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`);
    const stopped = await refused(bare("--approve"), { KUBECONFIG: file });
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("--cluster NAME");
  });

  test("a context of the same name with another server is refused", async () => {
    const file = await named(
      `${CLUSTER_NAME}.eu-west-1.eksctl.io`,
      "https://ABCD.gr7.eu-west-1.eks.amazonaws.com",
    );
    const stopped = await refused(bare(), { KUBECONFIG: file });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("is a different cluster than");
  });
});
