import { parseClusterName, parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import { invalid, Problems, valid, type Parsed } from "../model/problems.ts";
import { parseRegion } from "../model/region.ts";
import type { ClusterSelector, Target } from "../model/target.ts";
import { judgeForm, type FormReport } from "./judge-form.ts";
import { placeText } from "./place.ts";
import { readYaml, type Source } from "./read-yaml.ts";
import { ANY, listOf, object, openObject, passedOver, TEXT, TEXTS_BY_KEY, type Shape } from "./shape.ts";
import { childOf, entriesOf, itemsOf, textOf, type Tree } from "./tree.ts";

/** c7n-org's accounts file, of AWS. Source: Cloud Custodian, tools/c7n_org, `CONFIG_SCHEMA`; `clusters` is irsa's. */
const TARGETS = object({
  vars: passedOver("variables of c7n-org's policies"),
  accounts: {
    about: "the AWS accounts",
    required: true,
    shape: listOf(
      openObject({
        account_id: { about: "12 digits of the AWS account", required: true, shape: TEXT },
        name: { about: "name in answers (default: account_id)", shape: TEXT },
        role: { about: "ARN of the role to assume, or a list of roles to assume one by one", shape: ANY },
        external_id: { about: "external ID for the roles", shape: ANY },
        profile: { about: "AWS profile to use, unless there is a role", shape: TEXT },
        regions: { about: "regions (default: --region or the caller's)", shape: listOf(TEXT) },
        clusters: { about: "names of clusters, or names and tags (default: all)", shape: ANY },
        tags: passedOver("tags of c7n-org"),
        vars: passedOver("variables of c7n-org's policies"),
      }),
    ),
  },
});

const CLUSTERS = object({
  names: { about: "names of clusters", shape: listOf(TEXT) },
  tags: { about: "tags that a cluster must have", shape: TEXTS_BY_KEY },
});

/**
 * Reads a file of targets.
 * @throws Failure of kind `input` that names everything that is wrong with it; an external ID is never quoted
 */
export function readTargets(source: Source): readonly Target[] {
  const problems = new Problems();
  const [tree, second] = readYaml(source, problems);
  if (second !== undefined)
    problems.note(placeText(second.at), "", "is a second document; only one is allowed");
  problems.throwIfAny();
  if (tree === undefined) problems.note(source.name, "", "is empty; it needs a list 'accounts'");
  else judgeForm(tree, TARGETS, "", { format: "a targets file", problems, passedOver: new Set() });
  problems.throwIfAny();
  const targets = itemsOf(childOf(tree, "accounts")).map((item) => targetIn(item, problems));
  if (targets.length === 0) problems.note(source.name, "", "has no accounts");
  problems.throwIfAny();
  return targets;
}

function targetIn(item: Tree, problems: Problems): Target {
  const text = (field: string): string | undefined => textOf(childOf(item, field));
  const take = <T>(tree: Tree, parse: (text: string) => Parsed<T>): T[] => {
    const value = problems.take(placeText(tree.at), textOf(tree) ?? "", parse);
    return value === undefined ? [] : [value];
  };
  const at = (field: string): Tree => childOf(item, field) ?? item;
  const awsAccount = text("account_id") ?? "";
  take(at("account_id"), parseAwsAccount);
  const roles = rolesIn(childOf(item, "role"), problems).flatMap((tree) => take(tree, parseRoleArn));
  noteOtherAwsAccount(roles, awsAccount, at("role"), problems);
  const profile = text("profile");
  if (roles.length === 0 && childOf(item, "role") === undefined && profile === undefined)
    problems.note(placeText(item.at), "", "must have a role or a profile");
  const externalId = externalIdIn(childOf(item, "external_id"), problems);
  return {
    name: text("name") ?? awsAccount,
    awsAccount,
    access: {
      roles,
      ...(profile !== undefined && roles.length === 0 && { profile }),
      ...(externalId !== undefined && { externalId }),
    },
    regions: [...new Set(itemsOf(childOf(item, "regions")).flatMap((tree) => take(tree, parseTargetRegion)))],
    clusters: clustersIn(childOf(item, "clusters"), take, problems),
  };
}

function rolesIn(tree: Tree | undefined, problems: Problems): readonly Tree[] {
  if (tree === undefined) return [];
  judge(tree, tree.kind === "list" ? listOf(TEXT) : TEXT, "role", problems);
  return tree.kind === "list" ? tree.items : [tree];
}

/** A plain list is of names. */
function clustersIn(
  tree: Tree | undefined,
  take: <T>(tree: Tree, parse: (text: string) => Parsed<T>) => T[],
  problems: Problems,
): ClusterSelector {
  if (tree === undefined) return {};
  judge(tree, tree.kind === "list" ? listOf(TEXT) : CLUSTERS, "clusters", problems);
  const list = tree.kind === "list" ? tree : childOf(tree, "names");
  const tags = entriesOf(childOf(tree, "tags")).map(({ key, value }) => [key, textOf(value) ?? ""] as const);
  return {
    ...(list !== undefined && { names: itemsOf(list).flatMap((one) => take(one, parseClusterName)) }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
  };
}

function judge(tree: Tree, shape: Shape, path: string, problems: Problems): void {
  const report: FormReport = { format: path, problems, passedOver: new Set() };
  judgeForm(tree, shape, path, report);
}

/** Source: STS API Reference, AssumeRole (`ExternalId`). What is wrong is not quoted. */
function externalIdIn(tree: Tree | undefined, problems: Problems): string | undefined {
  if (tree === undefined) return undefined;
  const text = textOf(tree);
  if (text !== undefined && /^[\w+=,.@:/-]{2,1224}$/.test(text)) return text;
  const wanted = "external_id must be a string of 2 to 1,224 letters, digits and +=,.@:/-_";
  problems.note(placeText(tree.at), "", tree.kind === "scalar" ? `${wanted}; write it in quotes` : wanted);
  return undefined;
}

/** Roles on the way may be of any AWS account; a file whose last one is of another can't mean what it says. */
function noteOtherAwsAccount(
  roles: readonly RoleArn[],
  awsAccount: string,
  at: Tree,
  problems: Problems,
): void {
  const last = roles.at(-1);
  if (last === undefined || roleRef(last).awsAccount === awsAccount) return;
  problems.note(placeText(at.at), last, `is not a role of AWS account ${awsAccount}`);
}

function parseAwsAccount(text: string): Parsed<string> {
  return /^\d{12}$/.test(text) ? valid(text) : invalid("is not a valid AWS account ID; use twelve digits");
}

function parseTargetRegion(text: string): Parsed<string> {
  return text === "all"
    ? invalid("is not supported; list the regions that have clusters")
    : parseRegion(text);
}
