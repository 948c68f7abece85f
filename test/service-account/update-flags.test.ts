import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { fromOperator } from "../../src/model/source.ts";
import { LIMIT } from "../../src/service-account/create/given-document.ts";
import { parseUpdateInput, type UpdateInput } from "../../src/service-account/update/input.ts";
import { CLOUDWATCH, INLINE, ownPolicy, S3_READ } from "../fakes/values.ts";
import { at, NOTHING, one } from "../fakes/update-flags.ts";
import { textOf } from "../fakes/walk.ts";

const inline = {
  text: "policy.json",
  where: (path: string) => `--policy-document${path}`,
  parsed: { ok: true, document: INLINE },
} as const;
const unreadable = {
  ...inline,
  parsed: { ok: false, problems: [{ path: "Statement", message: "is missing" }] },
} as const;

const TARGET = "arn:aws:iam::444455556666:role/data";
const LONG = fromOperator({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::${"x".repeat(2048)}` }],
} as const);

const UNCHANGED = {
  serviceAccount: { namespace: "shop", name: "cart" },
  policies: { kind: "some", add: [], remove: [] },
  setTags: {},
  unsetTags: [],
  setLabels: {},
  unsetLabels: [],
  allowAdministrator: false,
  sharedRoles: [],
};

function refusal(changes: Partial<UpdateInput>): string {
  try {
    parseUpdateInput({ ...NOTHING, ...changes });
  } catch (error) {
    if (error instanceof Failure && error.kind === "input") return textOf(error);
    throw error;
  }
  throw new Error("the test expected a refusal");
}

const ROLE = { roleName: one("--role-name", "cart") };
const MANY = Array.from({ length: LIMIT.policies }, (_, count) => ownPolicy(`p${count}`));
const BOUNDARY = one("--permissions-boundary", CLOUDWATCH);
const NO_BOUNDARY = fromOperator("--remove-permissions-boundary");
const noInline = (...names: readonly string[]) => ({ removeInline: at("--remove-inline-policy", ...names) });

describe("each flag of update-sa sets what it names, and nothing else", () => {
  it.each<readonly [string, Partial<UpdateInput>, object]>([
    [
      "--add-policy-arn",
      { addPolicies: at("--add-policy-arn", S3_READ) },
      { policies: { kind: "some", add: [S3_READ], remove: [] } },
    ],
    [
      "--remove-policy-arn",
      { removePolicies: at("--remove-policy-arn", S3_READ, S3_READ) },
      { policies: { kind: "some", add: [], remove: [S3_READ] } },
    ],
    [
      "--set-policy-arn",
      { setPolicies: at("--set-policy-arn", S3_READ, S3_READ) },
      { policies: { kind: "exactly", policies: [S3_READ] } },
    ],
    [
      "--set-policy-arn, as many as a role takes",
      { setPolicies: at("--set-policy-arn", ...MANY) },
      { policies: { kind: "exactly", policies: MANY } },
    ],
    ["an inline policy", { inline }, { inline: { set: INLINE } }],
    ["irsa's own inline policy less", noInline(""), { inline: { remove: { own: true, names: [] } } }],
    [
      "an inline policy less",
      noInline("a", "b", "a"),
      { inline: { remove: { own: false, names: ["a", "b"] } } },
    ],
    ["a boundary", { settings: { boundary: BOUNDARY } }, { boundary: { set: CLOUDWATCH } }],
    ["no boundary", { removeBoundary: NO_BOUNDARY }, { boundary: { remove: true } }],
    [
      "a session",
      { settings: { maxSessionSeconds: one("--max-session-duration", "2h") } },
      { maxSessionSeconds: 7200 },
    ],
    ["a description", { settings: { description: one("--description", "reads") } }, { description: "reads" }],
    ["an empty description", { settings: { description: one("--description", "") } }, { description: "" }],
    ["a tag", { tags: at("--tag", "team=a") }, { setTags: { team: "a" } }],
    ["a tag less", { removeTags: at("--remove-tag", "team", "team") }, { unsetTags: ["team"] }],
    ["a label", { labels: at("--label", "team=a") }, { setLabels: { team: "a" } }],
    [
      "all of an association",
      {
        association: {
          targetRole: one("--target-role-arn", TARGET),
          withoutSessionTags: true,
          sessionPolicy: inline,
        },
      },
      {
        association: {
          targetRole: { set: TARGET },
          withoutSessionTags: true,
          sessionPolicy: { set: JSON.stringify(INLINE) },
        },
      },
    ],
    [
      "nothing of an association",
      {
        association: {
          removeTargetRole: fromOperator("--remove-target-role"),
          withoutSessionTags: false,
          removeSessionPolicy: fromOperator("--remove-session-policy"),
        },
      },
      {
        association: {
          targetRole: { remove: true },
          withoutSessionTags: false,
          sessionPolicy: { remove: true },
        },
      },
    ],
    ["a label less", { removeLabels: at("--remove-label", "team") }, { unsetLabels: ["team"] }],
    [
      "the role's name, beside a change",
      { ...ROLE, ...noInline("") },
      { roleName: "cart", inline: { remove: { own: true, names: [] } } },
    ],
  ])("%s", (_flag, changes, expected) => {
    expect(parseUpdateInput({ ...NOTHING, ...changes })).toStrictEqual({ ...UNCHANGED, ...expected });
  });
});

describe("update-sa refuses", () => {
  it.each<readonly [string, Partial<UpdateInput>, readonly string[]]>([
    ["nothing to change", {}, ["update-sa"]],
    ["nothing to change of a role", ROLE, ["update-sa"]],
    [
      "nothing to change whatever may be",
      { allowAdministrator: true, sharedRoles: at("--allow-shared-role", "cart") },
      ["update-sa"],
    ],
    [
      "all policies beside some, by the first of them",
      {
        setPolicies: at("--set-policy-arn", MANY[0] ?? ""),
        addPolicies: at("--add-policy-arn", S3_READ),
        removePolicies: at("--remove-policy-arn", CLOUDWATCH),
      },
      ["--add-policy-arn", S3_READ, "--set-policy-arn"],
    ],
    [
      "more policies than a role takes",
      { setPolicies: at("--set-policy-arn", ...MANY, S3_READ) },
      ["--set-policy-arn", `${LIMIT.policies + 1}`, `${LIMIT.policies}`],
    ],
    [
      "one of the policies both more and less",
      {
        addPolicies: at("--add-policy-arn", S3_READ, CLOUDWATCH),
        removePolicies: at("--remove-policy-arn", CLOUDWATCH),
      },
      ["--remove-policy-arn", CLOUDWATCH],
    ],
    [
      "an inline policy to set and to delete",
      { inline, ...noInline("x") },
      ["--remove-inline-policy", "x", "--policy-document"],
    ],
    [
      "an inline policy that can't be read",
      { inline: unreadable },
      ["--policy-documentStatement", "Statement is missing"],
    ],
    ["a name that no inline policy has", noInline("a b"), ["--remove-inline-policy", "a b"]],
    ["a name that begins as no inline policy's does", noInline(" a"), ["--remove-inline-policy"]],
    ["a name that is longer than an inline policy's", noInline("a".repeat(129)), ["--remove-inline-policy"]],
    [
      "a boundary to set and to take away",
      { settings: { boundary: BOUNDARY }, removeBoundary: NO_BOUNDARY },
      ["--remove-permissions-boundary", "--permissions-boundary"],
    ],
    [
      "a boundary that is not a policy",
      { settings: { boundary: one("--permissions-boundary", "x") } },
      ["--permissions-boundary", "'x'"],
    ],
    [
      "a target role to set and to remove",
      {
        association: {
          targetRole: one("--target-role-arn", TARGET),
          removeTargetRole: fromOperator("--remove-target-role"),
        },
      },
      ["--remove-target-role", "--target-role-arn"],
    ],
    [
      "a target role that is not a role",
      { association: { targetRole: one("--target-role-arn", "x") } },
      ["--target-role-arn", "'x'"],
    ],
    [
      "a session policy to set and to remove",
      {
        association: { sessionPolicy: inline, removeSessionPolicy: fromOperator("--remove-session-policy") },
      },
      ["--remove-session-policy", "--policy-document"],
    ],
    [
      "a session policy beside session tags",
      { association: { sessionPolicy: inline, withoutSessionTags: false } },
      ["--no-disable-session-tags", "--policy-document"],
    ],
    [
      "a session policy that can't be read",
      { association: { sessionPolicy: unreadable, withoutSessionTags: true } },
      ["Statement is missing"],
    ],
    [
      "a session policy that EKS does not take",
      {
        association: {
          sessionPolicy: { ...inline, parsed: { ok: true, document: LONG } },
          withoutSessionTags: true,
        },
      },
      ["EKS allows 2048 in a session policy"],
    ],
    ["a key that no label has", { removeLabels: at("--remove-label", "-a") }, ["--remove-label", "-a"]],
    [
      "a label's key with its value",
      { removeLabels: at("--remove-label", "a=b") },
      ["--remove-label", "a=b"],
    ],
    ["another's namespace", { namespace: one("--namespace", "X"), ...noInline("") }, ["--namespace", "X"]],
  ])("%s", (_name, changes, parts) => {
    const text = refusal(changes);
    for (const part of parts) expect(text).toContain(part);
    expect(text).not.toContain("''");
    expect(text).not.toContain("2 invalid values");
  });
});

it.each<readonly [string, Partial<UpdateInput>, RegExp]>([
  ["nothing to change", {}, /^update-sa [a-z]/],
  ["too many policies", { setPolicies: at("--set-policy-arn", ...MANY, S3_READ) }, /^--set-policy-arn [a-z]/],
  [
    "a boundary to set and to take away",
    { settings: { boundary: BOUNDARY }, removeBoundary: NO_BOUNDARY },
    /^--remove-permissions-boundary [a-z].* --permissions-boundary$/,
  ],
  [
    "an inline policy to set and to delete",
    { inline, ...noInline("x") },
    /^--remove-inline-policy 'x' can't .* --policy-document$/,
  ],
])(
  "a refusal begins with the flag that is wrong, and has no value where none is: %s",
  (_name, changes, text) => expect(refusal(changes)).toMatch(text),
);
