import { describe, expect, it } from "vitest";
import type { Addon } from "../../src/model/addon.ts";
import { Failure } from "../../src/model/failure.ts";
import { known, unknown } from "../../src/model/known.ts";
import type { Node } from "../../src/model/kubernetes-objects.ts";
import { clusterOwnershipTags } from "../../src/model/ownership-tags.ts";
import type { FromOperator } from "../../src/model/source.ts";
import type { ObservedAgent } from "../../src/pod-identity-agent/observe.ts";
import { planAgent, type DesiredAgent } from "../../src/pod-identity-agent/plan.ts";
import { AGENT_VERSIONS, anAddon } from "../fakes/addons.ts";
import { aCluster } from "../fakes/values.ts";

const CLUSTER = aCluster();
const AUTO_MODE = { ...CLUSTER, autoMode: true as const };
const DENIED = unknown(new Failure("denied", "forbidden", "not permitted: list nodes"));
const DEFAULT: DesiredAgent = { resolveConflicts: "NONE", tags: {} };
const OVERWRITE: DesiredAgent = { ...DEFAULT, resolveConflicts: "OVERWRITE" };
const at = (version: string): DesiredAgent => ({ ...DEFAULT, version: version as FromOperator<string> });

const node = (labels: Node["labels"] = {}): Node => ({ name: "n1", labels });
const computing = (type: string): Node => node({ "eks.amazonaws.com/compute-type": type });

function observed(changes: Partial<ObservedAgent> = {}): ObservedAgent {
  return {
    cluster: CLUSTER,
    addon: undefined,
    versions: known(AGENT_VERSIONS),
    daemonSet: known(false),
    nodes: known([node()]),
    ...changes,
  };
}

const withAddon = (changes: Partial<Addon> = {}): ObservedAgent => observed({ addon: anAddon(changes) });

describe("what is planned for the agent", () => {
  it("creates the add-on in EKS's default version, with ownership tags", () => {
    expect(planAgent({ ...DEFAULT, tags: { team: "platform" } }, observed())).toEqual({
      changes: [
        {
          kind: "create-addon",
          cluster: CLUSTER.arn,
          addon: "eks-pod-identity-agent",
          version: "v1.3.9-eksbuild.3",
          isDefaultVersion: true,
          resolveConflicts: "NONE",
          tags: { team: "platform", ...clusterOwnershipTags(CLUSTER) },
        },
      ],
      notes: [],
      isBuiltIn: false,
    });
  });

  it.each<readonly [string, DesiredAgent, ObservedAgent, object[]]>([
    [
      "a version that was asked for",
      at("v1.3.8-eksbuild.2"),
      observed(),
      [{ version: "v1.3.8-eksbuild.2", isDefaultVersion: false }],
    ],
    [
      "no version, where the default is unknown: EKS chooses",
      DEFAULT,
      observed({ versions: DENIED }),
      [{ kind: "create-addon", isDefaultVersion: false }],
    ],
    ["nothing, where the add-on is active", DEFAULT, withAddon(), []],
    ["nothing, where it is being installed", DEFAULT, withAddon({ status: "CREATING" }), []],
    [
      "nothing, where it has another version and none is asked for",
      DEFAULT,
      withAddon({ version: "v1.0.0" }),
      [],
    ],
    ["nothing, where it has the version", at("v1.3.9-eksbuild.3"), withAddon(), []],
    ["nothing, where it is active, whatever conflicts", OVERWRITE, withAddon(), []],
    [
      "an update to the version",
      at("v1.3.8-eksbuild.2"),
      withAddon(),
      [
        {
          kind: "update-addon",
          version: "v1.3.8-eksbuild.2",
          before: "v1.3.9-eksbuild.3",
          resolveConflicts: "NONE",
        },
      ],
    ],
    [
      "tags that it lacks, and nothing else",
      { ...DEFAULT, tags: { team: "b", tier: "1" } },
      withAddon({ tags: { team: "a", tier: "1" } }),
      [{ kind: "update-addon", setTags: { team: "b" }, tagsBefore: { team: "a" }, resolveConflicts: "NONE" }],
    ],
    [
      "another try that overwrites, where conflicts made it fail",
      OVERWRITE,
      withAddon({ status: "CREATE_FAILED" }),
      [{ kind: "update-addon", resolveConflicts: "OVERWRITE" }],
    ],
    [
      "nothing, where it has failed and nothing is to be overwritten",
      DEFAULT,
      withAddon({ status: "DEGRADED" }),
      [],
    ],
    [
      "the add-on in place of a DaemonSet of someone else's, if that is asked for",
      OVERWRITE,
      observed({ daemonSet: known(true) }),
      [{ kind: "create-addon", resolveConflicts: "OVERWRITE" }],
    ],
    [
      "the add-on without overwriting, where it is unknown whether there is a DaemonSet",
      DEFAULT,
      observed({ daemonSet: DENIED }),
      [{ kind: "create-addon", resolveConflicts: "NONE" }],
    ],
    [
      "the add-on in an Auto Mode cluster that has other nodes too",
      DEFAULT,
      observed({ cluster: AUTO_MODE, nodes: known([computing("auto"), node()]) }),
      [{ kind: "create-addon" }],
    ],
    [
      "the add-on in an Auto Mode cluster whose nodes are unknown",
      DEFAULT,
      observed({ cluster: AUTO_MODE, nodes: DENIED }),
      [{ kind: "create-addon" }],
    ],
  ])("%s", (_, desired, world, changes) => {
    expect(planAgent(desired, world)).toMatchObject({
      changes: changes.map((one) => expect.objectContaining(one) as object),
      isBuiltIn: false,
    });
  });

  it.each([
    ["with Auto Mode's nodes alone", [computing("auto"), computing("auto")]],
    ["without nodes", []],
  ])("nothing in an Auto Mode cluster %s: the agent is built in", (_, nodes) => {
    expect(planAgent(DEFAULT, observed({ cluster: AUTO_MODE, nodes: known(nodes) }))).toEqual({
      changes: [],
      notes: [],
      isBuiltIn: true,
    });
  });

  it.each<readonly [string, DesiredAgent, ObservedAgent, string]>([
    ["a version that EKS does not offer", at("v9.9.9-eksbuild.1"), observed(), "addon-version"],
    ["the same of an add-on that is installed", at("v9.9.9-eksbuild.1"), withAddon(), "addon-version"],
    ["a DaemonSet of someone else's", DEFAULT, observed({ daemonSet: known(true) }), "agent-self-managed"],
    ["a change while EKS is at it", at("v1.3.8-eksbuild.2"), withAddon({ status: "UPDATING" }), "addon-busy"],
    [
      "a change while EKS deletes it",
      { ...DEFAULT, tags: { team: "a" } },
      withAddon({ status: "DELETING" }),
      "addon-busy",
    ],
  ])("refuses %s", (_, desired, world, code) => {
    expect(() => planAgent(desired, world)).toThrow(
      expect.objectContaining({ kind: "refused", code }) as Error,
    );
  });
});

describe("what the plan says beside", () => {
  it.each<readonly [string, ObservedAgent, readonly string[]]>([
    ["nothing of nodes that can have the agent", observed({ nodes: known([node(), computing("auto")]) }), []],
    [
      "which kinds of node can't have it",
      observed({
        nodes: known([
          computing("fargate"),
          computing("fargate"),
          node({ "kubernetes.io/os": "windows" }),
          computing("hybrid"),
        ]),
      }),
      ["2 Fargate nodes", "1 Windows node", "1 hybrid node"],
    ],
    ["that the nodes are unknown", observed({ nodes: DENIED }), ["unknown: not permitted: list nodes"]],
    ["that the versions are unknown", observed({ versions: DENIED }), ["so EKS chooses one"]],
    ["that a DaemonSet is unknown", observed({ daemonSet: DENIED }), ["installed without the add-on"]],
    [
      "what EKS says is wrong",
      withAddon({ status: "DEGRADED", issues: ["InsufficientNumberOfReplicas: 1 of 2"] }),
      ["the add-on is DEGRADED: InsufficientNumberOfReplicas: 1 of 2"],
    ],
  ])("%s", (_, world, texts) => {
    expect(planAgent(DEFAULT, world).notes).toEqual(
      texts.map(
        (text) => expect.objectContaining({ message: expect.stringContaining(text) as string }) as object,
      ),
    );
  });
});
