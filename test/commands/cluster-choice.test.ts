import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Aws } from "../../src/aws/clients.ts";
import {
  otherAwsAccount,
  requireAsked,
  requireOwnAwsAccount,
  requireSameRegion,
} from "../../src/commands/shared/session/bound-cluster.ts";
import {
  clusterByFlagOrContext,
  clusterByQuestion,
  clusterNeeded,
  requireSameServer,
} from "../../src/commands/shared/session/cluster-choice.ts";
import { parseClusterArn } from "../../src/model/arn.ts";
import { isFailure } from "../../src/model/failure.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aCluster, right } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

const ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
const arn = right(parseClusterArn(ARN));
const cluster = aCluster({ arn: ARN });

/** How something ends: by its failure's kind, code and text, or well. */
function endOf(run: () => void): readonly [string, string, string] {
  try {
    run();
    return ["", "none", ""];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [error.kind, error.code, textOf(error)];
  }
}

describe("the cluster that --cluster names", () => {
  it.each([
    ["a name", { cluster: "prod" }, { name: "prod", chosenBy: "--cluster" }],
    ["a name in a file", { cluster: "prod", clusterFrom: "a.yaml" }, { name: "prod", chosenBy: "a.yaml" }],
    ["a name beside a region", { cluster: "prod", region: "x" }, { name: "prod", chosenBy: "--cluster" }],
    ["an ARN", { cluster: ARN }, { arn: ARN, name: "prod", region: "eu-west-1", chosenBy: "--cluster" }],
    [
      "an ARN beside its own region",
      { cluster: ARN, region: "eu-west-1" },
      { arn: ARN, name: "prod", region: "eu-west-1", chosenBy: "--cluster" },
    ],
  ])("by %s", async (_name, flags, expected) => {
    expect(await clusterByFlagOrContext(flags)).toEqual({ choice: expected });
  });

  it.each([
    ["what is not a name", { cluster: "-x" }, "invalid-input", "--cluster '-x'"],
    [
      "an ARN of something else",
      { cluster: "arn:aws:iam::1:role/x" },
      "invalid-input",
      "--cluster 'arn:aws:iam::1:role/x'",
    ],
    ["an ARN beside another region", { cluster: ARN, region: "us-east-1" }, "other-region", ARN],
  ])("is not %s", async (_name, flags, code, text) => {
    const stop = await stopOf(clusterByFlagOrContext(flags));
    expect(stop).toMatchObject({ kind: "input", code });
    expect(textOf(stop)).toContain(text);
  });
});

describe("the cluster of a kubeconfig context", () => {
  let folder: string;
  let kubeconfig: string;
  // The kube client takes a while to be imported.
  beforeAll(async () => void (await import("../../src/kubernetes/current-cluster.ts")), 120_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "irsa-choice-"));
    kubeconfig = join(folder, "config");
  });
  afterEach(async () => rm(folder, { recursive: true }));

  async function write(name: string): Promise<void> {
    const server = "https://ABC.gr7.eu-west-1.eks.amazonaws.com";
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "here",
      contexts: [{ name: "here", context: { cluster: name, user: "me" } }],
      clusters: [{ name, cluster: { server } }],
      users: [{ name: "me", user: {} }],
    };
    await writeFile(kubeconfig, JSON.stringify(config));
  }

  it("is taken where the context was made for EKS, with its server", async () => {
    await write(ARN);
    expect(await clusterByFlagOrContext({ kubeconfig })).toEqual({
      choice: {
        arn: ARN,
        name: "prod",
        region: "eu-west-1",
        context: "here",
        server: "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
        chosenBy: "kubeconfig context here",
      },
    });
  });

  it("has a region of its own, which --region may not contradict", async () => {
    await write(ARN);
    expect(await clusterByFlagOrContext({ kubeconfig, region: "eu-west-1" })).toMatchObject({
      choice: { arn: ARN },
    });
    const stop = await stopOf(clusterByFlagOrContext({ kubeconfig, region: "us-east-1" }));
    expect(stop).toMatchObject({ kind: "input", code: "other-region" });
    expect(textOf(stop)).toContain("kubeconfig context here");
  });

  it("has the region of its name, where it has no ARN", async () => {
    await write("prod.eu-west-1.eksctl.io");
    const found = await clusterByFlagOrContext({ kubeconfig, region: "us-east-1" });
    expect(found).toMatchObject({ choice: { name: "prod", region: "eu-west-1" } });
  });

  it("is none where the context is not one of EKS", async () => {
    await write("kind");
    expect(await clusterByFlagOrContext({ kubeconfig })).toEqual({
      why: "the context 'here' of the kubeconfig does not tell which EKS cluster it is",
    });
  });
});

describe("the cluster that DescribeCluster gives", () => {
  const byName = { name: "prod", region: "eu-west-1", chosenBy: "--cluster" };

  it.each<readonly [string, Parameters<typeof requireAsked>[1], boolean]>([
    ["the name and region", byName, true],
    ["the ARN", { ...byName, arn }, true],
    ["another name", { ...byName, name: "prod2" }, false],
    ["another region", { ...byName, region: "us-east-1" }, false],
    ["another account's ARN", { ...byName, arn: right(parseClusterArn(ARN.replace("1111", "9999"))) }, false],
    ["another region's ARN", { ...byName, arn: right(parseClusterArn(ARN.replace("eu-", "us-"))) }, false],
    [
      "another partition's ARN",
      { ...byName, arn: right(parseClusterArn(ARN.replace("aws", "aws-cn"))) },
      false,
    ],
  ])("is held against %s", (_name, asked, same) => {
    const [kind, code, text] = endOf(() => requireAsked(cluster, asked));
    expect([kind, code]).toEqual(same ? ["", "none"] : ["input", "other-cluster"]);
    const told = [
      "EKS returned a different cluster than --cluster",
      `requested ${asked.arn ?? `${asked.name} in ${asked.region}`}`,
      `EKS says ${ARN}`,
      "Check --cluster, --region, --profile and AWS_ENDPOINT_URL",
    ];
    expect(text).toBe(same ? "" : told.join("\n"));
  });

  it.each([
    ["the cluster's account", "111122223333", "aws", true],
    ["another account", "999922223333", "aws", false],
    ["another partition", "111122223333", "aws-cn", false],
  ])("is worked on with credentials of its own account alone: %s", (_name, awsAccount, partition, same) => {
    const caller = { awsAccount, arn: `arn:${partition}:sts::${awsAccount}:assumed-role/x/y` };
    const [kind, code, text] = endOf(() => requireOwnAwsAccount(cluster, caller, "--cluster"));
    expect([kind, code]).toEqual(same ? ["", "none"] : ["input", "other-aws-account"]);
    const told = ["111122223333 (aws)", caller.arn, ARN, "--profile"];
    for (const part of same ? [] : told) expect(text).toContain(part);
  });

  it("is not named where only its ServiceAccount is known", () => {
    const failure = otherAwsAccount("x.yaml", "1", { awsAccount: "2", arn: "arn:aws:iam::2:user/x" });
    expect(failure.detail.facts).toEqual([["caller", "arn:aws:iam::2:user/x"]]);
  });

  it("is in the region that --region says, or in whatever it is without that", () => {
    const regions = [undefined, "eu-west-1", "eu-west-2"];
    expect(regions.map((one) => endOf(() => requireSameRegion(one, arn, "x"))[1])).toEqual([
      "none",
      "none",
      "other-region",
    ]);
    expect(endOf(() => requireSameRegion("eu-west-2", arn, "x"))[2]).toBe(
      `--region 'eu-west-2' does not match the cluster ARN of x\ncluster ${ARN}\nOmit --region: the ARN already contains the region`,
    );
  });

  it.each<readonly [string, string | undefined, string, boolean]>([
    ["the same", "https://a.eks.example", "https://a.eks.example", true],
    ["but for case, port and slashes", "https://A.eks.example", "https://a.EKS.example:443//", true],
    ["another host", "https://a.eks.example", "https://b.eks.example", false],
    ["another port", "https://a.eks.example", "https://a.eks.example:4430", false],
    ["a port in the path", "https://a.eks.example/x", "https://a.eks.example:443/x", false],
    ["a path", "https://a.eks.example", "https://a.eks.example/x", false],
    ["slashes before", "a.eks.example", "//a.eks.example", false],
    ["none yet", undefined, "https://a.eks.example", false],
    ["none yet, and none in the context", undefined, "", false],
  ])("has the server of the chosen context: %s", (_name, endpoint, server, same) => {
    const { endpoint: _, ...rest } = cluster;
    const described = { ...rest, ...(endpoint !== undefined && { endpoint }) };
    const [kind, code, text] = endOf(() => requireSameServer(described, server));
    expect([kind, code]).toEqual(same ? ["", "none"] : ["refused", "wrong-cluster"]);
    const told = [
      "the current context is a different cluster than 'prod' of these credentials",
      `context server ${server}`,
      `EKS says ${endpoint ?? "no endpoint yet"}`,
      "Another AWS account or region may have a cluster of the same name. Pass --cluster, --region and --profile",
    ];
    expect(text).toBe(same ? "" : told.join("\n"));
  });
});

describe("the cluster that is chosen from a list", () => {
  const aws = (names: readonly string[]) =>
    ({ region: "eu-west-1", eks: { listClusters: async () => names } }) as unknown as Aws;

  it("is not guessed where nobody can be asked", async () => {
    const terminal = { ...listeningContext().context.terminal, interactive: false };
    const stop = await stopOf(clusterByQuestion(aws(["prod"]), terminal, "it has no contexts"));
    expect(stop).toMatchObject({ kind: "input", code: "no-cluster-given" });
    const advice =
      "Pass --cluster NAME. Without --approve, the current kubeconfig context is also used if it is an EKS cluster";
    expect(textOf(stop)).toBe(`no cluster given\nreason it has no contexts\n${advice}`);
    expect(textOf(clusterNeeded())).toBe(`no cluster given\n${advice}`);
  });

  it("is none where there are none", async () => {
    const terminal = { ...listeningContext().context.terminal, interactive: true };
    const stop = await stopOf(clusterByQuestion(aws([]), terminal, ""));
    expect(stop).toMatchObject({ kind: "failed", code: "no-cluster" });
    expect(textOf(stop)).toBe("no clusters found in eu-west-1");
  });

  it("is the one that is chosen", async () => {
    const terminal = { ...listeningContext().context.terminal, interactive: true };
    const asked: unknown[] = [];
    const chooseLast = async (question: string, names: readonly string[]) => {
      asked.push([question, names]);
      return names.at(-1) ?? "";
    };
    expect(await clusterByQuestion(aws(["dev", "prod"]), terminal, "", chooseLast)).toEqual({
      name: "prod",
      chosenBy: "selected",
    });
    expect(asked).toEqual([["Which cluster?", ["dev", "prod"]]]);
  });
});
