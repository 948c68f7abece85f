import { describe, expect, it } from "vitest";
import { inputOf } from "../../src/commands/create-sa/flags.ts";
import { givenServiceAccount } from "../../src/commands/shared/service-account-argument.ts";
import type { Failure } from "../../src/model/failure.ts";
import { Problems } from "../../src/model/problems.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { checkArnsAgainst } from "../../src/service-account/role/arns.ts";
import {
  parseServiceAccountInput,
  type ParsedServiceAccount,
} from "../../src/service-account/create/input.ts";
import {
  aCluster,
  aDesire,
  awsPolicy,
  CLOUDWATCH,
  existing,
  INLINE,
  INLINE_DOCUMENT,
  managed,
} from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";

/** What is given by flags, as a test writes it. */
interface Asked extends Partial<
  Record<
    | "attachRoleArn"
    | "roleName"
    | "rolePrefix"
    | "rolePath"
    | "permissionsBoundary"
    | "maxSessionDuration"
    | "description"
    | "audience",
    string
  >
> {
  readonly namespace: string;
  readonly name: string;
  readonly policyArns: readonly string[];
  readonly policyFile?: { readonly name: string; readonly text: string };
  readonly tags: readonly string[];
  readonly labels: readonly string[];
}

/** What `create-sa` makes of its flags. */
function parseAsked({
  policyArns,
  policyFile,
  tags,
  labels,
  ...rest
}: Asked): ParsedServiceAccount | undefined {
  const problems = new Problems();
  const lists = { policyArn: [...policyArns], tag: [...tags], label: [...labels] };
  const input = inputOf({ ...rest, ...lists, output: "text", waitTimeout: 0 }, policyFile);
  const named = givenServiceAccount(undefined, rest, problems);
  const parsed = parseServiceAccountInput({ ...input, ...named }, problems);
  problems.throwIfAny();
  return parsed;
}

function checkArns(desired: Pick<DesiredServiceAccount, "role">): void {
  const problems = new Problems();
  checkArnsAgainst(aCluster(), desired, (what) => what, problems);
  problems.throwIfAny();
}

const RIGHT: Asked = {
  namespace: "amazon-cloudwatch",
  name: "cloudwatch-agent",
  policyArns: [CLOUDWATCH],
  tags: [],
  labels: [],
};
const ROLE = "arn:aws:iam::111122223333:role/legacy/agent";

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    return error as Failure;
  }
  throw new Error("the test expected a failure");
}

const refusalOf = (changes: Partial<Asked>): Failure => failureOf(() => parseAsked({ ...RIGHT, ...changes }));
const policyFile = (text: string) => ({ policyFile: { name: "cart.json", text } });
const numbered = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n));

describe("what is right", () => {
  it("comes out parsed, and nothing that was not given", () => {
    expect(parseAsked(RIGHT)).toEqual({
      serviceAccount: { namespace: "amazon-cloudwatch", name: "cloudwatch-agent" },
      labels: {},
      role: { kind: "managed", policies: [CLOUDWATCH], prefix: "", tags: {} },
    });
  });

  it.each<readonly [string, Partial<Asked>, object]>([
    ["--policy-arn twice", { policyArns: [CLOUDWATCH, CLOUDWATCH] }, { policies: [CLOUDWATCH] }],
    [
      "--policy-file",
      { policyArns: [], ...policyFile(JSON.stringify(INLINE)) },
      { policies: [], inline: INLINE },
    ],
    ["--role-name", { roleName: "agent+x=1,@2" }, { name: "agent+x=1,@2" }],
    ["--role-prefix", { rolePrefix: "corp-" }, { prefix: "corp-" }],
    ["--role-path", { rolePath: "/irsa/x/" }, { path: "/irsa/x/" }],
    ["--role-path /", { rolePath: "/" }, { path: "/" }],
    [
      "--permissions-boundary",
      { permissionsBoundary: "arn:aws:iam::111122223333:policy/edge" },
      { boundary: "arn:aws:iam::111122223333:policy/edge" },
    ],
    ["--description", { description: "reads the carts" }, { description: "reads the carts" }],
    ["--description, empty", { description: "" }, { description: "" }],
    [
      "--description, as long as IAM takes it and with all that it takes",
      { description: `\t\n\r ~¡ÿ${"d".repeat(993)}` },
      { description: `\t\n\r ~¡ÿ${"d".repeat(993)}` },
    ],
    ["--max-session-duration in seconds", { maxSessionDuration: "3600" }, { maxSessionSeconds: 3600 }],
    ["--max-session-duration in minutes", { maxSessionDuration: "90m" }, { maxSessionSeconds: 5400 }],
    ["--max-session-duration in hours", { maxSessionDuration: "12h" }, { maxSessionSeconds: 43_200 }],
    [
      "--tag",
      { tags: ["team=payments", "note=a=b", "empty="] },
      { tags: { team: "payments", note: "a=b", empty: "" } },
    ],
  ])("of the role: %s", (_flag, given, role) => {
    expect(parseAsked({ ...RIGHT, ...given })?.role).toMatchObject(role);
  });

  it("of the ServiceAccount: --label and --audience", () => {
    const parsed = parseAsked({
      ...RIGHT,
      labels: ["team=payments", "example.com/tier=", "a.b/c=D-e_f.9"],
      audience: "https://my.app/x?y",
    });
    expect(parsed).toMatchObject({
      labels: { team: "payments", "example.com/tier": "", "a.b/c": "D-e_f.9" },
      audience: "https://my.app/x?y",
    });
  });

  it("--attach-role-arn alone says what the ServiceAccount may do", () => {
    expect(parseAsked({ ...RIGHT, policyArns: [], attachRoleArn: ROLE })?.role).toEqual(existing(ROLE));
  });
});

describe("what is wrong is named with its flag and its value, and with what would be right", () => {
  const WRONG: readonly (readonly [Partial<Asked>, ...string[]])[] = [
    [{ namespace: "Amazon" }, "--namespace 'Amazon'", "a-z, 0-9 and '-'"],
    [{ namespace: "" }, "--namespace", "is not a valid namespace"],
    [{ namespace: "a.b" }, "--namespace 'a.b'", "is not a valid namespace"],
    [{ namespace: "x".repeat(64) }, "64 characters", "at most 63"],
    [{ name: "cloudwatch_agent" }, "--name 'cloudwatch_agent'", "a-z, 0-9, '-' and '.'"],
    [{ name: "-agent" }, "--name '-agent'", "at both ends"],
    [{ name: "x".repeat(254) }, "254 characters", "at most 253"],
    [{ policyArns: [] }, "--policy-arn", "--policy-file or --attach-role-arn"],
    [
      { policyArns: ["CloudWatchAgentServerPolicy"] },
      "'CloudWatchAgentServerPolicy'",
      "arn:aws:iam::aws:policy/",
    ],
    [{ policyArns: [ROLE] }, `'${ROLE}'`, "it is the ARN of a 'role'"],
    [{ policyArns: ["arn:aws:iam::1111:policy/x"] }, "its AWS account '1111' is not 12 digits"],
    [{ policyArns: ["arn:aws:s3:::bucket"] }, "its service is 's3', not iam"],
    [
      { policyArns: numbered(26, (n) => `arn:aws:iam::aws:policy/p${n}`) },
      "--policy-arn",
      "has 26 policies",
      "at most 25",
    ],
    [{ attachRoleArn: CLOUDWATCH, policyArns: [] }, "--attach-role-arn", "it is the ARN of a 'policy'"],
    [{ roleName: "my role" }, "--role-name 'my role'", "letters, digits and _+=,.@-"],
    [{ roleName: "r".repeat(65) }, "65 characters", "at most 64"],
    [{ rolePrefix: "corp/" }, "--role-prefix 'corp/'", "_+=,.@-"],
    [{ rolePrefix: "p".repeat(41) }, "--role-prefix", "at most 40"],
    [{ rolePath: "irsa" }, "--role-path 'irsa'", "for example /irsa/"],
    [{ rolePath: "/irsa" }, "--role-path '/irsa'", "must begin and end with '/'"],
    [{ permissionsBoundary: "edge" }, "--permissions-boundary 'edge'", "is not a valid policy ARN"],
    [{ maxSessionDuration: "59m" }, "--max-session-duration '59m'", "3600 to 43200 seconds"],
    [{ maxSessionDuration: "13h" }, "'13h'", "for example 2h"],
    [{ maxSessionDuration: "1d" }, "'1d'", "for example 2h"],
    [{ maxSessionDuration: "" }, "--max-session-duration", "for example 2h"],
    [{ description: "d".repeat(1001) }, "--description", "has 1001 characters", "at most 1000"],
    [{ description: "€ 5" }, "--description '€ 5'", "is not a valid description", "'€' (U+20AC)"],
    [{ description: "ok 👍" }, "--description 'ok 👍'", "U+1F44D"],
    [{ description: "a\u0007b" }, "--description", "U+0007"],
    [{ description: "a\u00A0b" }, "--description", "U+00A0"],
    [{ audience: "" }, "--audience", "1 to 255"],
    [{ audience: "my app" }, "--audience 'my app'", "visible characters"],
    [{ audience: "a".repeat(256) }, "--audience", "1 to 255"],
    [{ tags: ["team"] }, "--tag 'team'", "team=payments"],
    [{ tags: ["=x"] }, "--tag '=x'", "team=payments"],
    [{ tags: ["aws:x=y"] }, "--tag 'aws:x=y'", "reserved by AWS"],
    [{ tags: ["irsa/origin=adopted"] }, "irsa/", "reserved for ownership tags"],
    [{ tags: ["team=a;b"] }, "'team=a;b'", "_.:/=+-@"],
    [{ tags: [`${"k".repeat(129)}=v`] }, "at most 128"],
    [{ tags: [`k=${"v".repeat(257)}`] }, "a value 256"],
    [{ tags: ["team=a", "Team=b"] }, "'Team=b'", "has a duplicate key"],
    [{ tags: numbered(45, (n) => `k${n}=v`) }, "has 45 tags", "ownership tags need 7"],
    [{ labels: ["team"] }, "--label 'team'", "team=payments"],
    [{ labels: ["team=-x"] }, "'team=-x'", "up to 63"],
    [{ labels: [`team=${"x".repeat(64)}`] }, "up to 63"],
    [{ labels: ["a/b/c=x"] }, "'a/b/c=x'", "is not a valid label"],
    [{ labels: ["/x=y"] }, "'/x=y'", "is not a valid label"],
    [{ labels: ["Example.com/x=y"] }, "'Example.com/x=y'", "is not a valid label"],
    [{ labels: ["app.kubernetes.io/managed-by=Helm"] }, "is set by irsa"],
    [policyFile("{"), "--policy-file 'cart.json'"],
    [policyFile('{"Statement": []}'), "--policy-file 'cart.json'"],
  ];

  it.each(WRONG.map(([given, ...parts]) => ({ given, parts })))("$given", ({ given, parts }) => {
    const failure = refusalOf(given);
    expect(failure).toMatchObject({ kind: "input", code: "invalid-input" });
    for (const part of parts) expect(textOf(failure)).toContain(part);
  });

  it("an inline document that is longer than IAM takes", () => {
    const Statement = {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${"x".repeat(10_240)}`,
    };
    const failure = refusalOf(policyFile(JSON.stringify({ ...INLINE_DOCUMENT, Statement })));
    expect(textOf(failure)).toMatch(/--policy-file 'cart.json' has 103\d\d characters .* IAM allows 10240/);
  });

  it("all together", () => {
    const failure = refusalOf({
      namespace: "Bad",
      name: "also_bad",
      policyArns: ["x", CLOUDWATCH, "y"],
      roleName: "my role",
      audience: "",
      tags: ["z"],
      labels: ["w"],
      ...policyFile("{"),
    });
    expect(failure.message).toBe("9 invalid values");
    expect(failure.detail.facts?.map(([flag]) => flag)).toEqual([
      "--namespace",
      "--name",
      "--audience",
      "--label",
      "--policy-arn",
      "--policy-arn",
      "--role-name",
      "--policy-file",
      "--tag",
    ]);
  });

  it.each<readonly [string, Partial<Asked>]>([
    ["--policy-arn", { policyArns: [CLOUDWATCH] }],
    ["--policy-file", policyFile("{}")],
    ["--role-name", { roleName: "x" }],
    ["--role-prefix", { rolePrefix: "x" }],
    ["--role-path", { rolePath: "/x/" }],
    ["--permissions-boundary", { permissionsBoundary: CLOUDWATCH }],
    ["--max-session-duration", { maxSessionDuration: "2h" }],
    ["--description", { description: "reads the carts" }],
    ["--tag", { tags: ["a=b"] }],
  ])("%s can't be used with --attach-role-arn", (flag, given) => {
    const failure = refusalOf({ policyArns: [], attachRoleArn: ROLE, ...given });
    expect(failure.message).toContain(`${flag} '`);
    expect(failure.message).toContain("can't be used with --attach-role-arn, which does not change the role");
  });
});

describe("ARNs against the cluster", () => {
  const check = (role: Parameters<typeof managed>[0]) => () => checkArns(aDesire({ role: managed(role) }));
  const policy = (arn: string) => arn as typeof CLOUDWATCH;

  it("are right in its partition, AWS's own or its account's", () => {
    expect(
      check({
        policies: [CLOUDWATCH, policy("arn:aws:iam::111122223333:policy/cart")],
        boundary: CLOUDWATCH,
      }),
    ).not.toThrow();
    expect(() => checkArns({ role: existing(ROLE) })).not.toThrow();
  });

  it("are all named that are of another partition or account", () => {
    const other = policy("arn:aws:iam::999988887777:policy/theirs");
    const failure = failureOf(
      check({ policies: [awsPolicy("AmazonS3ReadOnlyAccess", "aws-cn"), other], boundary: other }),
    );
    expect(failure).toMatchObject({ kind: "input", message: "3 invalid values" });
    expect(textOf(failure)).toContain("is in partition 'aws-cn', the cluster in 'aws'");
    expect(textOf(failure)).toContain("is in AWS account 999988887777; a role in 111122223333 can't use it");
  });

  it("of a role are held against the partition; its account is the plan's to judge", () => {
    const cn = existing("arn:aws-cn:iam::111122223333:role/x");
    expect(failureOf(() => checkArns({ role: cn })).message).toContain("'aws-cn'");
    const elsewhere = existing("arn:aws:iam::999988887777:role/x");
    expect(() => checkArns({ role: elsewhere })).not.toThrow();
  });
});
