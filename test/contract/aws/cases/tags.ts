import { expect } from "vitest";
import {
  createRole,
  exceeded,
  invalid,
  motoSays,
  motoTakes,
  refused,
  type Case,
  type Step,
} from "../case.ts";

const api = (operation: string) => `IAM API Reference, ${operation}`;
const on = (operation: string, input: object = {}): Step => ({
  call: `iam:${operation}`,
  input: { RoleName: "app", ...input },
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "" }));

/** Tags, as roles have them. */
export const TAG_CASES: readonly Case[] = [
  ...(
    [
      [
        "twice the same key, whatever its case",
        [
          { Key: "a", Value: "" },
          { Key: "A", Value: "" },
        ],
        refused(
          400,
          "InvalidInputException",
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
      ],
      [
        "a key with AWS's reserved prefix",
        [{ Key: "aws:x", Value: "" }],
        {
          ...refused(400, "InvalidInputException", "System tags cannot be added/updated/deleted"),
          ...motoTakes("accepts tags with AWS's reserved prefix"),
        },
      ],
      [
        "a value of 257 characters",
        [{ Key: "a", Value: "x".repeat(257) }],
        {
          ...invalid(expect.stringContaining("tags.1.member.value")),
          ...motoSays(invalid(expect.stringContaining("tags.X.member.value")), "does not report which tag"),
        },
      ],
      [
        "a key with strange characters",
        [{ Key: "a*", Value: "" }],
        {
          ...invalid(expect.stringContaining("tags.1.member.key")),
          ...motoSays(invalid(expect.stringContaining("tags.X.member.key")), "does not report which tag"),
        },
      ],
      [
        "51 keys",
        many(51),
        {
          ...exceeded("The number of tags has reached the maximum limit."),
          ...motoSays(
            invalid(expect.stringContaining("Member must have length less than or equal to 50")),
            "reports too many tags as an invalid parameter",
          ),
        },
      ],
    ] as const
  ).map(([what, Tags, expected]): Case => ({
    name: `tags with ${what} are refused`,
    source: "IAM User Guide, Tags for IAM resources",
    steps: [createRole({ Tags }, expected)],
  })),
  {
    name: "a role's tags are added to, replaced and taken away",
    source: `${api("TagRole")}, UntagRole, ListRoleTags`,
    steps: [
      createRole({ Tags: [{ Key: "a", Value: "1" }] }),
      on("TagRole", {
        Tags: [
          { Key: "a", Value: "2" },
          { Key: "b", Value: "" },
        ],
      }),
      {
        ...on("ListRoleTags"),
        answer: {
          IsTruncated: false,
          Tags: [
            { Key: "a", Value: "2" },
            { Key: "b", Value: "" },
          ],
        },
      },
      on("UntagRole", { TagKeys: ["a", "none"] }),
      { ...on("ListRoleTags"), answer: { Tags: [{ Key: "b", Value: "" }] } },
    ],
  },
  {
    name: "a key in another case replaces a tag",
    source: "IAM User Guide, Tags for IAM resources",
    steps: [
      createRole({ Tags: [{ Key: "a", Value: "1" }] }),
      on("TagRole", { Tags: [{ Key: "A", Value: "2" }] }),
      {
        ...on("ListRoleTags"),
        answer: { Tags: [{ Key: "A", Value: "2" }] },
        ...motoSays(
          {
            answer: {
              Tags: [
                { Key: "A", Value: "2" },
                { Key: "a", Value: "1" },
              ],
            },
          },
          "treats tag keys that differ in case as different",
        ),
      },
    ],
  },
];
