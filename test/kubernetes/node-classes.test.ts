import { describe, expect, it } from "vitest";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import { kubernetesAdapter } from "../../src/kubernetes/client.ts";
import { look } from "../../src/model/known.ts";

const LIST = "/apis/karpenter.k8s.aws/v1/ec2nodeclasses";
const GROUP = "/apis/karpenter.k8s.aws";

/** What is read of a cluster that answers these paths, and 404 to all others; and the paths that were asked for. */
async function classesOf(answers: Readonly<Record<string, ApiAnswer>>, kind: "EC2NodeClass" | "NodeClass") {
  const asked: string[] = [];
  const api = kubernetesAdapter({
    server: "https://server",
    identity: { by: "aws" },
    send: async ({ path }) => {
      asked.push(path);
      return answers[path] ?? { status: 404, body: "404 page not found" };
    },
    open: () => Promise.reject(new Error("not expected")),
    pass: () => Promise.reject(new Error("not expected")),
    close: () => undefined,
  });
  const answer = await look(() => api.listNodeClasses(kind));
  return { asked, found: answer.state === "known" ? answer.value : answer.failure.code };
}

const found = (...items: readonly object[]): ApiAnswer => ({ status: 200, body: { items, metadata: {} } });
const item = (spec: object): object => ({ metadata: { name: "default" }, spec });
const versions = (...served: readonly string[]): ApiAnswer => ({
  status: 200,
  body: { versions: served.map((version) => ({ version })) },
});
const FORBIDDEN: ApiAnswer = { status: 403, body: { reason: "Forbidden" } };
const CLOSED = { isEnabled: true, requiresToken: true, hopLimit: 1 };

describe("a node class of Karpenter", () => {
  it.each<readonly [string, object, object]>([
    ["with Karpenter's defaults", { role: "nodes" }, { role: "nodes", metadata: CLOSED }],
    [
      "with the rest of them",
      { role: "nodes", metadataOptions: { httpPutResponseHopLimit: 2 } },
      { role: "nodes", metadata: { ...CLOSED, hopLimit: 2 } },
    ],
    [
      "that does not require IMDSv2",
      { instanceProfile: "nodes", metadataOptions: { httpTokens: "optional" } },
      { instanceProfile: "nodes", metadata: { ...CLOSED, requiresToken: false } },
    ],
    [
      "whose instances have no metadata",
      { role: "nodes", metadataOptions: { httpEndpoint: "disabled" } },
      { role: "nodes", metadata: { ...CLOSED, isEnabled: false } },
    ],
  ])("%s", async (_, spec, expected) => {
    const { found: classes, asked } = await classesOf({ [LIST]: found(item(spec)) }, "EC2NodeClass");
    expect(classes).toEqual([{ kind: "EC2NodeClass", name: "default", ...expected }]);
    expect(asked).toEqual([LIST]);
  });

  it("of a version before v1, whose defaults are others, is unknown where it does not say", async () => {
    const options = { httpTokens: "required", httpPutResponseHopLimit: 2 };
    const { found: classes } = await classesOf(
      {
        [GROUP]: versions("v1beta1"),
        "/apis/karpenter.k8s.aws/v1beta1/ec2nodeclasses": found(
          item({ role: "a", metadataOptions: options }),
          item({ role: "b" }),
        ),
      },
      "EC2NodeClass",
    );
    expect(classes).toMatchObject([
      { role: "a", metadata: { ...CLOSED, hopLimit: 2 } },
      { role: "b", metadata: undefined },
    ]);
  });
});

it("one of EKS Auto Mode keeps its role from pods: it has no setting for it", async () => {
  const spec = { role: "nodes", metadataOptions: { httpPutResponseHopLimit: 9 } };
  const path = "/apis/eks.amazonaws.com/v1/nodeclasses";
  const { found: classes } = await classesOf({ [path]: found(item(spec)) }, "NodeClass");
  expect(classes).toEqual([{ kind: "NodeClass", name: "default", role: "nodes", metadata: CLOSED }]);
});

describe("a cluster", () => {
  it.each<readonly [string, Readonly<Record<string, ApiAnswer>>, unknown]>([
    ["without the group has none", {}, []],
    ["without the group has none, for whoever may not list them either", { [LIST]: FORBIDDEN }, []],
    ["with the group and without the kind has none", { [GROUP]: versions("v1") }, []],
    ["with another version and without the kind has none", { [GROUP]: versions("v1alpha1") }, []],
    ["that forbids the list is unknown", { [LIST]: FORBIDDEN, [GROUP]: versions("v1") }, "forbidden"],
    ["that forbids all is unknown", { [LIST]: FORBIDDEN, [GROUP]: FORBIDDEN }, "forbidden"],
    ["that forbids its versions is unknown", { [GROUP]: FORBIDDEN }, "forbidden"],
    [
      "that forbids another version is unknown",
      { [GROUP]: versions("v1beta1"), "/apis/karpenter.k8s.aws/v1beta1/ec2nodeclasses": FORBIDDEN },
      "forbidden",
    ],
    ["whose version leads elsewhere is unknown", { [GROUP]: versions("../../api") }, "unexpected-answer"],
    ["that fails is unknown", { [LIST]: { status: 500, body: null } }, "kubernetes-error"],
    ["whose class is none is unknown", { [LIST]: found({ metadata: {}, spec: 5 }) }, "unexpected-answer"],
  ])("%s", async (_, answers, expected) => {
    expect((await classesOf(answers, "EC2NodeClass")).found).toEqual(expected);
  });
});
