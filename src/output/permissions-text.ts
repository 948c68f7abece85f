import { awsWords } from "../model/aws-words.ts";
import { line, type Piece, type Styles } from "./line.ts";
import { jsonText } from "./json.ts";
import { camelCase } from "./camel-case.ts";
import { TextBlock } from "./text-block.ts";
import { flag } from "../model/command-words.ts";
import { shellCommand, type ShellCommand } from "./shell.ts";
import type { CommandName } from "../permissions/commands.ts";
import { rbacManifests, rbacNotes } from "../permissions/cluster-role.ts";
import { iamPolicy, leftOut, POLICY_LIMIT, policySize } from "../permissions/iam-policy.ts";
import { resourcesOf } from "../permissions/resources.ts";
import { clusterRightText, type CommandRights } from "../permissions/right.ts";
import { scopeNotes } from "../permissions/scope-notes.ts";
import type { Scope } from "../permissions/scope.ts";
import { table } from "./columns.ts";
import { yamlText } from "./yaml.ts";

/** What is needed, by whom, and on what. */
export interface PermissionsAnswer {
  readonly commands: readonly CommandName[];
  readonly rights: CommandRights;
  readonly scope: Scope;
  /** The Kubernetes group that the roles are bound to. */
  readonly group: string;
  /** The namespaces that the rights are narrowed to. */
  readonly namespaces: readonly string[];
}

/** What the commands call and why, then the policy and the manifests that allow it. */
export function permissionsLines(answer: PermissionsAnswer, color: Styles): Piece[] {
  const { commands, rights, scope } = answer;
  const rows = [
    ...rights.aws.map(({ action, level, why }) => [action, level, why]),
    ...rights.cluster.map((right) => [clusterRightText(right), right.level, right.why]),
  ];
  return [
    line`  ${color.bold(`API calls made by irsa ${commands.join(", ")}`)}`,
    "",
    ...table(unique(rows)),
    "",
    line`  ${color.bold("IAM policy")} for the role or user that runs the commands`,
    ...scopeNotes(rights.aws, scope).map((note) => `  ${note}`),
    "",
    ...jsonText(iamPolicy(rights.aws, scope), 2).split("\n"),
    "",
    ...rbacLines(answer, color),
  ];
}

function rbacLines(answer: PermissionsAnswer, color: Styles): Piece[] {
  if (answer.rights.cluster.length === 0) return [line`  ${color.bold("RBAC")}: no calls to the cluster.`];
  return [
    line`  ${color.bold("RBAC")} in the cluster; for kubectl apply -f -, use -o yaml`,
    ...rbacNotes(answer.rights.cluster, answer.namespaces).map((note) => `  ${note}`),
    "",
    ...String(rbacYaml(answer)).trimEnd().split("\n"),
    "",
    `  To add the principal to the group ${answer.group} with an access entry:`,
    `      ${accessEntryCommand(answer)}`,
  ];
}

function accessEntryCommand({ scope, group }: PermissionsAnswer): ShellCommand {
  const { cluster = "CLUSTER", region } = scope;
  const entry = { clusterName: cluster, principalArn: "ARN", kubernetesGroups: group };
  const place = region === undefined ? [] : flag("--region", region);
  return shellCommand(awsWords(["eks", "create-access-entry"], entry, place));
}

/** The roles and their bindings as YAML documents; a remark where nothing is needed. */
export function rbacYaml(answer: PermissionsAnswer): TextBlock {
  const { commands, rights } = answer;
  const manifests = rbacManifests(rights.cluster, answer);
  if (manifests.length === 0)
    return TextBlock.of([line`# irsa ${commands.join(", ")}: no calls to the cluster`]);
  return TextBlock.written(manifests.map((one) => yamlText(one, "1.2")).join("---\n"));
}

/** The same as the result in JSON (docs/json.md). */
export function permissionsResult(answer: PermissionsAnswer): object {
  const { commands, rights, scope, namespaces } = answer;
  const policy = iamPolicy(rights.aws, scope);
  return {
    commands,
    aws: rights.aws.map(({ action, on, level, why }) => ({
      action,
      level: camelCase(level),
      resources: resourcesOf({ action, on }, scope),
      why,
    })),
    kubernetes: rights.cluster.map(({ verb, group: apiGroup, resource, level, why }) => ({
      verb,
      apiGroup,
      resource,
      level: camelCase(level),
      why,
    })),
    iamPolicy: policy,
    iamPolicySize: { characters: policySize(policy), limit: POLICY_LIMIT },
    leftOut: leftOut(rights.aws, scope),
    notes: [...scopeNotes(rights.aws, scope), ...rbacNotes(rights.cluster, namespaces)],
    rbac: rbacManifests(rights.cluster, answer),
  };
}

/** One action may be needed on several kinds of resources; for people it is one line. */
function unique(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const seen = new Map<string, readonly string[]>();
  for (const row of rows) {
    const known = seen.get(row[0] ?? "");
    if (known === undefined) seen.set(row[0] ?? "", row);
  }
  return [...seen.values()];
}
