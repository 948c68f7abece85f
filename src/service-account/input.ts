import { parsePolicyArn, parseRoleArn, partitionOf, splitArn, type PolicyArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { invalid, Problems, valid, type Parsed } from "../model/problems.ts";
import { parseRoleName, parseRolePath, parseRolePrefix } from "../model/role-name.ts";
import { parseNamespaceName, parseServiceAccountName } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { parsePolicyDocument } from "../model/trust-policy/parse.ts";
import { parseAudience, parseTag } from "../oidc-association/input.ts";
import type { DesiredAccount, DesiredRole, ManagedRole } from "./desired.ts";
import { parseLabel } from "./label.ts";

/** What the user typed, unjudged. */
export interface AccountInput {
  readonly namespace: string;
  readonly name: string;
  readonly policyArns: readonly string[];
  /** The inline document's file name and text. */
  readonly policyFile?: { readonly name: string; readonly text: string };
  readonly attachRoleArn?: string;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly permissionsBoundary?: string;
  readonly maxSessionDuration?: string;
  readonly audience?: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
}

/** IAM's quotas that are known before IAM is asked. Source: IAM User Guide, "IAM and AWS STS quotas". */
const LIMIT = { policies: 25, tags: 50, inlineCharacters: 10_240 };
/** Tags that our marks take. */
const OWN_TAGS = 6;

/**
 * Judges all input at once.
 * @throws Failure of kind `input` that names every wrong value
 */
export function parseAccountInput(
  input: AccountInput,
): Pick<DesiredAccount, "account" | "audience" | "labels" | "role"> {
  const problems = new Problems();
  const namespace = problems.take("--namespace", input.namespace, parseNamespaceName);
  const name = problems.take("--name", input.name, parseServiceAccountName);
  const audience = problems.maybe("--audience", input.audience, parseAudience);
  const labels = Object.fromEntries(problems.all("--label", input.labels, parseLabel));
  const role =
    input.attachRoleArn === undefined
      ? managed(input, problems)
      : existing(input, input.attachRoleArn, problems);
  problems.throwIfAny();
  if (namespace === undefined || name === undefined || role === undefined)
    throw new TypeError("unnoted problem");
  return { account: { namespace, name }, ...(audience !== undefined && { audience }), labels, role };
}

function existing(input: AccountInput, arn: string, problems: Problems): DesiredRole | undefined {
  const beside = [
    ["--policy-arn", input.policyArns[0]],
    ["--policy-file", input.policyFile?.name],
    ["--role-name", input.roleName],
    ["--role-prefix", input.rolePrefix],
    ["--role-path", input.rolePath],
    ["--permissions-boundary", input.permissionsBoundary],
    ["--max-session-duration", input.maxSessionDuration],
    ["--tag", input.tags[0]],
  ] as const;
  for (const [flag, value] of beside) {
    if (value !== undefined)
      problems.note(flag, value, "can't go with --attach-role-arn, which leaves the role as it is");
  }
  const parsed = problems.take("--attach-role-arn", arn, parseRoleArn);
  return parsed && { kind: "existing", arn: parsed };
}

function managed(input: AccountInput, problems: Problems): ManagedRole {
  if (input.policyArns.length === 0 && input.policyFile === undefined) {
    problems.note(
      "--policy-arn",
      "",
      "or --policy-file or --attach-role-arn must say what the account may do",
    );
  }
  const policies = [...new Set(problems.all("--policy-arn", input.policyArns, parsePolicyArn))];
  if (policies.length > LIMIT.policies) {
    problems.note(
      "--policy-arn",
      "",
      `names ${policies.length} policies; a role takes ${LIMIT.policies} at most`,
    );
  }
  const name = problems.maybe("--role-name", input.roleName, parseRoleName);
  const path = problems.maybe("--role-path", input.rolePath, parseRolePath);
  const boundary = problems.maybe("--permissions-boundary", input.permissionsBoundary, parsePolicyArn);
  const maxSessionSeconds = problems.maybe("--max-session-duration", input.maxSessionDuration, parseSession);
  const inline = input.policyFile && inlineDocument(input.policyFile, problems);
  return {
    kind: "managed",
    policies,
    prefix: problems.take("--role-prefix", input.rolePrefix ?? "", parseRolePrefix) ?? "",
    tags: tagsOf(input.tags, problems),
    ...(name !== undefined && { name }),
    ...(path !== undefined && { path }),
    ...(boundary !== undefined && { boundary }),
    ...(maxSessionSeconds !== undefined && { maxSessionSeconds }),
    ...(inline !== undefined && { inline }),
  };
}

function tagsOf(texts: readonly string[], problems: Problems): Record<string, string> {
  const pairs = problems.all("--tag", texts, parseTag);
  const keys = pairs.map(([key]) => key.toLowerCase());
  const double = pairs.find(([key], at) => keys.indexOf(key.toLowerCase()) < at);
  if (double !== undefined)
    problems.note(
      "--tag",
      double.join("="),
      "has a key that was given before; case does not count for roles",
    );
  const tags = Object.fromEntries(pairs);
  const count = Object.keys(tags).length;
  const most = LIMIT.tags - OWN_TAGS;
  if (count > most)
    problems.note(
      "--tag",
      "",
      `names ${count} tags; a role takes ${LIMIT.tags}, of which our marks need ${OWN_TAGS}`,
    );
  return tags;
}

function inlineDocument(
  { name, text }: { name: string; text: string },
  problems: Problems,
): PolicyDocument | undefined {
  const parsed = parsePolicyDocument(text, "identity");
  if (!parsed.ok) {
    for (const { path, message } of parsed.problems)
      problems.note("--policy-file", name, `${path} ${message}`.trim());
    return undefined;
  }
  const size = policySize(parsed.document);
  if (size > LIMIT.inlineCharacters) {
    problems.note(
      "--policy-file",
      name,
      `has ${size} characters without white space; IAM takes ${LIMIT.inlineCharacters}`,
    );
  }
  return parsed.document;
}

/** A session duration: seconds, or with a unit (`45m`, `2h`). Source: IAM API Reference, CreateRole: 1 to 12 hours. */
function parseSession(text: string): Parsed<number> {
  const [, digits, unit] = /^(\d{1,6})(m|h)?$/.exec(text) ?? [];
  const seconds = Number(digits) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
  if (seconds >= 3600 && seconds <= 43_200) return valid(seconds);
  return invalid("is no session duration: 3600 to 43200 seconds, or as 2h");
}

/**
 * The partition and account of every ARN, judged once the cluster is known.
 * @throws Failure of kind `input`
 */
export function checkArnsAgainst(cluster: ClusterWithIssuer, { role }: Pick<DesiredAccount, "role">): void {
  const problems = new Problems();
  const check = (flag: string, arn: PolicyArn): void => {
    const owner = splitArn(arn)?.account;
    if (partitionOf(arn) !== cluster.partition) {
      problems.note(
        flag,
        arn,
        `is of the partition '${partitionOf(arn)}', the cluster of '${cluster.partition}'`,
      );
    } else if (owner !== "aws" && owner !== cluster.account) {
      problems.note(flag, arn, `is of the account ${owner}; a role of ${cluster.account} can't use it`);
    }
  };
  if (role.kind === "existing") {
    const partition = partitionOf(role.arn);
    if (partition !== cluster.partition) {
      problems.note(
        "--attach-role-arn",
        role.arn,
        `is of the partition '${partition}', the cluster of '${cluster.partition}'`,
      );
    }
  } else {
    for (const policy of role.policies) check("--policy-arn", policy);
    if (role.boundary !== undefined) check("--permissions-boundary", role.boundary);
  }
  problems.throwIfAny();
}
