import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { parseAudience, parseTag, parseThumbprint } from "../../src/oidc-association/input.ts";
import { requireIssuer } from "../../src/oidc-association/issuer.ts";
import { aCluster } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

describe("input", () => {
  it.each([
    ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280", true],
    ["9E:99:A4:8A:99:60:B1:49:26:BB:7F:3B:02:E2:2D:A2:B0:AB:72:80", true],
    ["9e99a48a9960b14926bb7f3b02e22da2b0ab728", false],
    ["9e99a48a9960b14926bb7f3b02e22da2b0ab72800", false],
    ["sha1:9e99a48a9960b14926bb7f3b02e22da2b0ab7280", false],
    ["", false],
  ])("a thumbprint: '%s' %s", (text, isRight) => {
    const expected = isRight
      ? { ok: true, value: "9e99a48a9960b14926bb7f3b02e22da2b0ab7280" }
      : { ok: false };
    expect(parseThumbprint(text)).toMatchObject(expected);
  });

  it.each([
    ["sts.amazonaws.com", true],
    ["https://a/b?c", true],
    ["a b", false],
    ["", false],
    ["ä", false],
  ])("an audience: '%s' %s", (text, isRight) => {
    expect(parseAudience(text).ok).toBe(isRight);
  });

  it.each([
    ["team=payments", ["team", "payments"]],
    ["a=b=c", ["a", "b=c"]],
    ["empty=", ["empty", ""]],
    ["größe=ü 1", ["größe", "ü 1"]],
  ])("a tag: '%s'", (text, value) => {
    expect(parseTag(text)).toEqual({ ok: true, value });
  });
});

describe("a cluster must have an issuer", () => {
  const asked = { name: "eks-work-cluster", region: "ap-northeast-2" };
  const stop = (cluster: Cluster | undefined) =>
    stopOf(Promise.resolve().then(() => requireIssuer(cluster, asked)));
  const without = (changes: Partial<Cluster>): Cluster => {
    const { issuer: _, ...rest } = aCluster();
    return { ...rest, ...changes };
  };

  it("and is given back with it", () => {
    expect(requireIssuer(aCluster(), asked)).toEqual(aCluster());
  });

  it.each(["ACTIVE", "UPDATING", "CREATING"])("while it is %s, if it has one", (status) => {
    expect(requireIssuer({ ...aCluster(), status }, asked).status).toBe(status);
  });

  it.each<readonly [string, Cluster | undefined, string, readonly string[]]>([
    [
      "is not there",
      undefined,
      "no-cluster",
      ["'eks-work-cluster'", "aws eks list-clusters --region ap-northeast-2"],
    ],
    ["is being deleted", { ...aCluster(), status: "DELETING" }, "cluster-status", ["is DELETING"]],
    ["has failed", { ...aCluster(), status: "FAILED" }, "cluster-status", ["is FAILED"]],
    [
      "is still being created",
      without({ status: "CREATING" }),
      "no-issuer",
      ["status CREATING", "aws eks wait cluster-active --name eks-work-cluster --region ap-northeast-2"],
    ],
    ["is pending", without({ status: "PENDING" }), "no-issuer", ["still being created"]],
    ["is a local one", without({ local: true }), "no-issuer", ["local cluster on AWS Outposts"]],
    ["has none for no reason that is known", without({}), "no-issuer", ["without an issuer"]],
  ])("stops where it %s", async (_what, cluster, code, parts) => {
    const failure = await stop(cluster);
    expect(failure.code).toBe(code);
    for (const part of parts) expect(textOf(failure)).toContain(part);
  });
});
