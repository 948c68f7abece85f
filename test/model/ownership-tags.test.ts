import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  serviceAccountOrigin,
  attachedTag,
  attachmentHash,
  inlineHash,
  recordsAttachment,
  recordsInline,
  mergeHashes,
  onlyAttachments,
  onlyInline,
  clusterOwnershipTags,
  roleOwnershipTags,
  withAttachments,
  withoutAttachments,
} from "../../src/model/ownership-tags.ts";
import { aCluster, aServiceAccount, CLOUDWATCH, S3_READ } from "../fakes/values.ts";

const CART = aServiceAccount("shop/cart");

describe("a role's ownership tags", () => {
  it("are written as they are documented, for good", () => {
    expect(roleOwnershipTags(aCluster(), CART, "created", [CLOUDWATCH])).toEqual({
      "irsa/managed-by": "irsa",
      "irsa/origin": "created",
      "irsa/cluster-arn": "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster",
      "irsa/namespace": "shop",
      "irsa/service-account": "cart",
      "irsa/attached": "cegjblpq",
    });
    expect(roleOwnershipTags(aCluster(), CART, "adopted", [])).not.toHaveProperty(["irsa/attached"]);
  });

  it("of attachments take in more and lose none; order and doubles don't count", () => {
    expect(attachedTag([S3_READ, CLOUDWATCH, S3_READ])).toBe(attachedTag([CLOUDWATCH, S3_READ]));
    expect(withAttachments(undefined, [CLOUDWATCH])).toBe(attachmentHash(CLOUDWATCH));
    expect(withAttachments(attachedTag([CLOUDWATCH]), [S3_READ])).toBe(attachedTag([CLOUDWATCH, S3_READ]));
    expect(withAttachments("  zzzzzzzz ", [])).toBe("zzzzzzzz");
  });

  it("are read one by one, whatever blanks stand between them", () => {
    const tag = ` ${attachmentHash(S3_READ)}  ${attachmentHash(CLOUDWATCH)} `;
    expect([CLOUDWATCH, S3_READ].map((arn) => recordsAttachment(tag, arn))).toEqual([true, true]);
    expect(recordsAttachment(tag.replaceAll(" ", ""), S3_READ)).toBe(false);
    expect([undefined, "", " "].map((none) => recordsAttachment(none, S3_READ))).toEqual([
      false,
      false,
      false,
    ]);
    expect(recordsInline(` x ${inlineHash("own")}`, "own")).toBe(true);
    expect([recordsInline(inlineHash("other"), "own"), recordsInline(undefined, "own")]).toEqual([
      false,
      false,
    ]);
  });

  it("lose what is taken out, keep what stays, and are none where nothing is left", () => {
    const both = ` ${attachmentHash(S3_READ)}  ${attachmentHash(CLOUDWATCH)}`;
    expect(withoutAttachments(both, [S3_READ])).toBe(attachmentHash(CLOUDWATCH));
    expect(withoutAttachments(both, [])).toBe(attachedTag([S3_READ, CLOUDWATCH]));
    expect(withoutAttachments(both, [S3_READ, CLOUDWATCH])).toBeUndefined();
    expect(withoutAttachments(undefined, [S3_READ])).toBeUndefined();
    expect(onlyAttachments(both, [S3_READ])).toBe(attachmentHash(S3_READ));
    expect(onlyAttachments(attachmentHash(CLOUDWATCH), [S3_READ])).toBeUndefined();
    expect(onlyInline(` ${inlineHash("a")} ${inlineHash("b")}`, ["b", "c"])).toBe(inlineHash("b"));
    expect(onlyInline(undefined, ["b"])).toBeUndefined();
  });

  it.each<readonly [string, ...values: readonly (string | undefined)[]]>([
    ["nobody marked anything", undefined, undefined, undefined, undefined],
    ["we mark one", undefined, "a", undefined, "a"],
    ["they mark one", undefined, undefined, "b", "b"],
    ["both mark another one", "x", "a x", "b x", "a b x"],
    ["both mark the same", "x", "a x", "a x", "a x"],
    ["we take one out", "x y", "y", "x y", "y"],
    ["they take one out", "x y", "x y", "y", "y"],
    ["we take all out", "x y", undefined, "x y", undefined],
    ["they take all out", "x y", "x y", undefined, undefined],
    ["each takes another one out", "x y", "x", "y", undefined],
    ["we mark one where they take one out", "x", "a x", undefined, "a"],
    ["they mark one where we take one out", "x", undefined, "b x", "b"],
    ["what they wrote is that already, in their order", "x", "a x", " x  b a", " x  b a"],
    ["what they wrote is in their order and lacks ours", "x", "a x", "x b", "a b x"],
  ])("of two who change them at once are merged where %s", (_name, base, ours, theirs, merged) => {
    expect(mergeHashes(base, ours, theirs)).toBe(merged);
  });

  it("of inline policies are as many as a tag takes, sorted by name, and the others' are not irsa's", () => {
    const names = Array.from({ length: 40 }, (_, n) => `p${String(n).padStart(2, "0")}`);
    const tag = roleOwnershipTags(aCluster(), CART, "adopted", [], names.toReversed())["irsa/inline"];
    expect(tag?.length).toBeLessThanOrEqual(256);
    expect(names.filter((name) => recordsInline(tag, name))).toEqual(names.slice(0, 28));
  });

  it("of as many attachments as a role takes fit into a tag of 256 characters", () => {
    const arns = Array.from({ length: 25 }, (_, n) => `arn:aws:iam::aws:policy/p${n}`);
    expect(attachedTag(arns).length).toBeLessThanOrEqual(256);
    const anything = fc.property(fc.string(), (text) => {
      expect(attachmentHash(text)).toMatch(/^[a-z2-7]{8}$/);
    });
    fc.assert(anything);
  });
});

it("a provider's ownership tags name the cluster", () => {
  expect(clusterOwnershipTags(aCluster())).toEqual({
    "irsa/managed-by": "irsa",
    "irsa/cluster-arn": aCluster().arn,
  });
});

describe("where a ServiceAccount came from", () => {
  const CREATED = { "app.kubernetes.io/managed-by": "irsa" };
  it.each([
    [{}, {}, undefined],
    [CREATED, {}, "created"],
    [CREATED, { "irsa/account": "created" }, "created"],
    [{}, { "irsa/account": "created" }, undefined],
    [{}, { "irsa/account": "adopted" }, "adopted"],
    [CREATED, { "irsa/account": "adopted" }, "adopted"],
    [{ "app.kubernetes.io/managed-by": "Helm" }, {}, undefined],
  ])("labels %j, annotations %j: %s", (labels, annotations, origin) => {
    const serviceAccount = { ref: CART, resourceVersion: "1", managers: [], labels, annotations };
    expect(serviceAccountOrigin(serviceAccount)).toBe(origin);
  });
});
