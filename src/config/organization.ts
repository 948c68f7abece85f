import { parsePolicyArn, type PolicyArn } from "../model/arn.ts";
import type { Tags } from "../model/iam-objects.ts";
import { Problems } from "../model/problems.ts";
import { fromOperator, type FromOperator } from "../model/source.ts";
import { parseRolePath, parseRolePrefix } from "../model/role-name.ts";
import { parseTag } from "../oidc-association/input.ts";
import { judgeForm } from "./judge-form.ts";
import { placeText } from "./place.ts";
import { readYaml, type Source } from "./read-yaml.ts";
import { listOf, object, TEXT, TEXTS_BY_KEY, type ObjectShape } from "./shape.ts";
import { childOf, entriesOf, itemsOf, textOf, type Tree } from "./tree.ts";

/** What an organization requires of every role. */
export interface OrganizationPolicy {
  /** The file that says so. */
  readonly file: string;
  readonly boundary?: FromOperator<PolicyArn>;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly tags: Tags;
  /** Globs on ARNs, or on names where they hold no `:`. */
  readonly forbiddenPolicies: readonly string[];
  /** Audit findings to suppress; the audit decides whether a suppression is valid. */
  readonly auditIgnore: readonly AuditIgnore[];
}

/** A suppressed finding of `irsa audit`, as in the file; what is missing there is empty. */
export interface AuditIgnore {
  readonly rule: string;
  /** Glob on the name or the id of the finding's subject. */
  readonly subject: string;
  readonly reason: string;
  /** The last day, as YYYY-MM-DD. */
  readonly until: string;
}

/** The fields of `.irsa.yaml`. */
export const ORGANIZATION_POLICY: ObjectShape = object({
  permissionsBoundary: { about: "ARN of the permissions boundary of every role", shape: TEXT },
  rolePrefix: { about: "prefix of role names", shape: TEXT },
  rolePath: { about: "path of roles, such as /irsa/; paths below it are allowed", shape: TEXT },
  tags: { about: "tags of every role", shape: TEXTS_BY_KEY },
  forbiddenPolicies: {
    about: "globs of forbidden managed policies, on names or ARNs",
    shape: listOf(TEXT),
  },
  auditIgnore: {
    about: "irsa audit findings to suppress until a date",
    shape: listOf(
      object({
        rule: { about: "rule code", shape: TEXT },
        subject: {
          about: "glob on the name or ARN of the role, ServiceAccount, provider or cluster",
          shape: TEXT,
        },
        reason: { about: "why", shape: TEXT },
        until: { about: "last day of the suppression, as YYYY-MM-DD", shape: TEXT },
      }),
    ),
  },
});

/**
 * Reads an organization's file. An empty one demands nothing.
 * @throws Failure of kind `input` that names everything that is wrong with it
 */
export function readOrganizationPolicy(source: Source): OrganizationPolicy {
  const problems = new Problems();
  const [tree, second] = readYaml(source, problems);
  if (second !== undefined)
    problems.note(placeText(second.at), "", "is a second document; only one is allowed");
  if (tree !== undefined)
    judgeForm(tree, ORGANIZATION_POLICY, "", {
      format: "an organization policy",
      problems,
      passedOver: new Set(),
    });
  const given = (field: string) => givenAt(childOf(tree, field));
  const boundary = problems.one(given("permissionsBoundary"), parsePolicyArn);
  const rolePrefix = problems.one(given("rolePrefix"), parseRolePrefix);
  const rolePath = problems.one(given("rolePath"), parseRolePath);
  const tags = entriesOf(childOf(tree, "tags")).map(({ key, keyAt, value }) => ({
    where: placeText(keyAt),
    text: fromOperator(`${key}=${textOf(value) ?? ""}`),
  }));
  const organization: OrganizationPolicy = {
    file: source.name,
    tags: Object.fromEntries(problems.each(tags, parseTag)),
    forbiddenPolicies: itemsOf(childOf(tree, "forbiddenPolicies")).flatMap((item) => textOf(item) ?? []),
    auditIgnore: itemsOf(childOf(tree, "auditIgnore")).map((item) => ({
      rule: textOf(childOf(item, "rule")) ?? "",
      subject: textOf(childOf(item, "subject")) ?? "",
      reason: textOf(childOf(item, "reason")) ?? "",
      until: textOf(childOf(item, "until")) ?? "",
    })),
    ...(boundary !== undefined && { boundary }),
    ...(rolePrefix !== undefined && { rolePrefix }),
    ...(rolePath !== undefined && { rolePath }),
  };
  problems.throwIfAny();
  return organization;
}

function givenAt(tree: Tree | undefined) {
  const text = textOf(tree);
  return tree === undefined || text === undefined
    ? undefined
    : { where: placeText(tree.at), text: fromOperator(text) };
}
