import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accountOrigin,
  attachedMark,
  attachmentMark,
  providerMarks,
  roleMarks,
  withAttachments,
} from "../../src/model/marks.ts";
import { aCluster, anAccount, CLOUDWATCH, S3_READ } from "../fakes/values.ts";

const CART = anAccount("shop/cart");

describe("a role's marks", () => {
  it("are written as they are documented, for good", () => {
    expect(roleMarks(aCluster(), CART, "created", [CLOUDWATCH])).toEqual({
      "irsa/managed-by": "irsa",
      "irsa/origin": "created",
      "irsa/cluster-arn": "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster",
      "irsa/namespace": "shop",
      "irsa/service-account": "cart",
      "irsa/attached": "cegjblpq",
    });
    expect(roleMarks(aCluster(), CART, "adopted", [])).not.toHaveProperty(["irsa/attached"]);
  });

  it("of attachments take in more and lose none; order and doubles don't count", () => {
    expect(attachedMark([S3_READ, CLOUDWATCH, S3_READ])).toBe(attachedMark([CLOUDWATCH, S3_READ]));
    expect(withAttachments(undefined, [CLOUDWATCH])).toBe(attachmentMark(CLOUDWATCH));
    expect(withAttachments(attachedMark([CLOUDWATCH]), [S3_READ])).toBe(attachedMark([CLOUDWATCH, S3_READ]));
    expect(withAttachments("  zzzzzzzz ", [])).toBe("zzzzzzzz");
  });

  it("of as many attachments as a role takes fit into a tag of 256 characters", () => {
    const arns = Array.from({ length: 25 }, (_, n) => `arn:aws:iam::aws:policy/p${n}`);
    expect(attachedMark(arns).length).toBeLessThanOrEqual(256);
    const anything = fc.property(fc.string(), (text) => {
      expect(attachmentMark(text)).toMatch(/^[a-z2-7]{8}$/);
    });
    fc.assert(anything);
  });
});

it("a provider's marks name the cluster", () => {
  expect(providerMarks(aCluster())).toEqual({
    "irsa/managed-by": "irsa",
    "irsa/cluster-arn": aCluster().arn,
  });
});

describe("where an account came from", () => {
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
    const account = { ref: CART, resourceVersion: "1", managers: [], labels, annotations };
    expect(accountOrigin(account)).toBe(origin);
  });
});
