import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { fromOperator } from "../../src/model/source.ts";
import { parseUpdateInput, type UpdateInput } from "../../src/service-account/update/input.ts";
import { CLOUDWATCH, S3_READ } from "../fakes/values.ts";
import { at, NOTHING, one } from "../fakes/update-flags.ts";
import { textOf } from "../fakes/walk.ts";

const parse = (changes: Partial<UpdateInput>) => parseUpdateInput({ ...NOTHING, ...changes });

function refusal(changes: Partial<UpdateInput>): string {
  try {
    parse(changes);
  } catch (error) {
    if (error instanceof Failure && error.kind === "input") return textOf(error);
    throw error;
  }
  throw new Error("the test expected a refusal");
}

describe("the flags of update-sa", () => {
  it("name what is to change", () => {
    const desired = parse({
      addPolicies: at("--add-policy-arn", S3_READ, S3_READ),
      removePolicies: at("--remove-policy-arn", CLOUDWATCH),
      removeInline: at("--remove-inline-policy", "", "theirs", "theirs"),
      settings: {
        maxSessionSeconds: one("--max-session-duration", "2h"),
        description: one("--description", "reads the carts"),
      },
      tags: at("--tag", "team=a"),
      removeTags: at("--remove-tag", "tier"),
      labels: at("--label", "team=a"),
      removeLabels: at("--remove-label", "example.com/tier"),
    });
    expect(desired).toEqual({
      serviceAccount: { namespace: "shop", name: "cart" },
      policies: { kind: "some", add: [S3_READ], remove: [CLOUDWATCH] },
      inline: { remove: { own: true, names: ["theirs"] } },
      maxSessionSeconds: 7200,
      description: "reads the carts",
      setTags: { team: "a" },
      unsetTags: ["tier"],
      setLabels: { team: "a" },
      unsetLabels: ["example.com/tier"],
      allowAdministrator: false,
      sharedRoles: [],
    });
  });

  it.each<readonly [string, Partial<UpdateInput>, string]>([
    ["nothing", {}, "requires at least one change"],
    ["an ARN that is none", { addPolicies: at("--add-policy-arn", "x") }, "'x' is not a valid policy ARN"],
    [
      "all and some",
      { setPolicies: at("--set-policy-arn", S3_READ), addPolicies: at("--add-policy-arn", CLOUDWATCH) },
      "can't be used with --set-policy-arn",
    ],
    [
      "the same policy more and less",
      { addPolicies: at("--add-policy-arn", S3_READ), removePolicies: at("--remove-policy-arn", S3_READ) },
      "is also added",
    ],
    [
      "a boundary to set and to take away",
      {
        settings: { boundary: one("--permissions-boundary", CLOUDWATCH) },
        removeBoundary: fromOperator("--remove-permissions-boundary"),
      },
      "can't be used with --permissions-boundary",
    ],
    [
      "a tag to set and to take off",
      { tags: at("--tag", "a=b"), removeTags: at("--remove-tag", "a") },
      "is also set",
    ],
    ["a mark of ours", { removeTags: at("--remove-tag", "irsa/origin") }, "begins with irsa/"],
    [
      "our label",
      { removeLabels: at("--remove-label", "app.kubernetes.io/managed-by") },
      "is irsa's ownership label",
    ],
    ["a key with its value", { removeLabels: at("--remove-label", "a=b") }, "is not a valid label key"],
    ["a tag's key with its value", { removeTags: at("--remove-tag", "a=b") }, "is not a valid tag key"],
  ])("refuse %s", (_name, changes, text) => {
    expect(refusal(changes)).toContain(text);
  });
});
