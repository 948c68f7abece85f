import { describe, expect, it } from "vitest";
import { placeholdersIn } from "../../../src/model/trust-policy/placeholders.ts";

const inResource = (Resource: unknown) => ({ Version: "2012-10-17", Statement: [{ Resource }] });

describe("placeholders in a policy document", () => {
  it.each([
    ["of a shell", "arn:aws:s3:::${BUCKET}/*", ["${BUCKET}"]],
    ["of a shell, with a default", "arn:aws:s3:::${BUCKET-x}", ["${BUCKET-x}"]],
    ["of CloudFormation", "arn:aws:iam::${AWS.AccountId}:role/x", ["${AWS.AccountId}"]],
    ["in angle brackets", "arn:aws:s3:::<your-bucket>/<key name>", ["<your-bucket>", "<key name>"]],
    ["of a template", "arn:aws:s3:::{{ bucket }}", ["{{ bucket }}"]],
    ["empty", "arn:aws:s3:::${}", ["${}"]],
    ["twice", "${A}/${A}", ["${A}"]],
  ])("are found: %s", (_what, text, found) => {
    expect(placeholdersIn(inResource(text)).map((one) => one.text)).toEqual(found);
  });

  it.each([
    "arn:aws:s3:::home/${aws:username}/*",
    "${s3:prefix}",
    "${aws:PrincipalTag/team, 'none'}",
    "${*}${?}${$}",
    "arn:aws:s3:::bucket/$HOME/{a}",
    "a < b > c",
    "*",
  ])("are not IAM's policy variables and signs: %s", (text) => {
    expect(placeholdersIn(inResource(text))).toEqual([]);
  });

  it("have a place, in lists and conditions too", () => {
    const document = {
      Statement: [{ Resource: ["*", "${A}"], Condition: { StringEquals: { "aws:SourceVpc": "<vpc>" } } }],
    };
    expect(placeholdersIn(document)).toEqual([
      { path: "Statement[0].Resource[1]", text: "${A}" },
      { path: "Statement[0].Condition.StringEquals.aws:SourceVpc", text: "<vpc>" },
    ]);
  });
});
