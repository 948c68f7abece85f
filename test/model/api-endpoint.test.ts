import { expect, it } from "vitest";
import { isOfEndpoint } from "../../src/model/api-endpoint.ts";
import { Failure } from "../../src/model/failure.ts";
import { aCluster } from "../fakes/values.ts";

const ENDPOINT = "https://5D1C.gr7.eu-west-1.eks.amazonaws.com";

it.each([
  ["the endpoint", ENDPOINT, true],
  ["the endpoint in other letters, with its port", `${ENDPOINT.toLowerCase()}:443/`, true],
  ["a tunnel", "https://127.0.0.1:8443", false],
  ["another kubeconfig server", "https://rancher.example/k8s/clusters/c-1", false],
  ["nothing that is named", undefined, false],
])("what EKS says of its endpoint is said of failures of %s", (_what, server, is) => {
  const failure = new Failure("failed", "unreachable", "no", {
    facts: server === undefined ? [] : [["server", server]],
  });
  expect(isOfEndpoint(failure, { ...aCluster(), endpoint: ENDPOINT })).toBe(is);
});

it("says nothing of a cluster that has no endpoint yet", () => {
  const { endpoint: _, ...cluster } = aCluster();
  expect(
    isOfEndpoint(new Failure("failed", "unreachable", "no", { facts: [["server", ENDPOINT]] }), cluster),
  ).toBe(false);
});
