import { describe, expect, it, test } from "vitest";
import type { InstanceMetadata } from "../../src/model/instance-metadata.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { restrictedTo } from "../../src/graph/restrict.ts";
import { role } from "../audit/build.ts";
import { ownRole } from "../fakes/values.ts";
import { drawn } from "./scenes.ts";

const NODES = role(
  "nodes",
  trustPolicy([{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }]),
);
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const S3 = trustPolicy([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
const PULL = trustPolicy([{ Effect: "Allow", Action: "ecr:BatchGetImage", Resource: "*" }]);
const OPEN: InstanceMetadata = { isEnabled: true, requiresToken: true, hopLimit: 2 };
const WEB: PodSummary = {
  namespace: "shop",
  name: "web-1",
  serviceAccountName: "web",
  phase: "Running",
  workload: "deployment/web",
  node: "n",
  injected: false,
  podIdentity: false,
  staticKeys: false,
};

/** A pod on a node with a role, drawn. */
function graphOf({ pod = {}, metadata = OPEN, document = S3 }) {
  const profileArn = "arn:aws:iam::111122223333:instance-profile/nodes";
  return drawn({
    roles: [NODES],
    details: { nodes: { inline: { app: document } } },
    cluster: {
      nodes: [{ name: "n", labels: {}, providerId: "aws:///ap-northeast-2a/i-1" }],
      instances: [{ id: "i-1", profileArn, metadata }],
      pods: [{ ...WEB, ...pod }],
    },
  });
}

describe("a workload without an identity of its own", () => {
  test.each([
    ["unknown, since network policies decide", {}, "unknown"],
    ["for certain with the network of the node", { pod: { hostNetwork: true } }, "works"],
    ["dangerous, if the role is an administrator", { document: EVERYTHING }, "dangerous"],
  ] as const)("leads to the role of its node: %s", (_, given, state) => {
    const { nodes, edges } = graphOf(given);
    expect(edges.filter(({ to }) => to === ownRole("nodes"))).toMatchObject([
      { from: expect.stringMatching(/\/shop\/deployment\/web$/) as string, kind: "assumes", state },
    ]);
    expect(nodes.find(({ kind }) => kind === "workload")).toMatchObject({ label: "deployment/web", state });
    expect(nodes.find(({ kind }) => kind === "namespace")).toMatchObject({ label: "shop", state });
    const found = nodes.find(({ kind }) => kind === "role");
    expect(found?.facts).toContainEqual(["used by", "self-managed nodes of eks-work-cluster"]);
    expect(found?.state).toBe(state === "dangerous" ? "dangerous" : "works");
  });

  test.each([
    ["the hop limit keeps it from it", { metadata: { ...OPEN, hopLimit: 1 } }],
    ["it has a role of its own", { pod: { injected: true } }],
    ["the role has what nodes need and no more", { document: PULL }],
  ] as const)("does not, where %s", (_, given) => {
    const { nodes, edges } = graphOf(given);
    expect(edges.filter(({ kind }) => kind === "assumes")).toEqual([]);
    expect(nodes.filter(({ kind }) => kind === "workload")).toEqual([]);
  });

  it("is kept with the role in the picture of its namespace, and in no other's", () => {
    const whole = graphOf({});
    const kinds = (namespace: string) => restrictedTo([namespace], whole).nodes.map(({ kind }) => kind);
    expect(kinds("shop")).toEqual(expect.arrayContaining(["workload", "role", "policy"]));
    expect(kinds("other")).toEqual([]);
  });
});
