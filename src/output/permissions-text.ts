import type { ChalkInstance } from "chalk";
import { stringify } from "yaml";
import type { CommandName } from "../permissions/commands.ts";
import { rbacManifests } from "../permissions/cluster-role.ts";
import { iamPolicy, resourcesOf, scopeNotes } from "../permissions/iam-policy.ts";
import { clusterRightText, type CommandRights } from "../permissions/right.ts";
import type { Scope } from "../permissions/scope.ts";
import { table } from "./columns.ts";

/** What is needed, by whom, and on what. */
export interface PermissionsAnswer {
  readonly commands: readonly CommandName[];
  readonly rights: CommandRights;
  readonly scope: Scope;
  /** The Kubernetes group that the ClusterRole is bound to. */
  readonly group: string;
}

/** What the commands call and why, then the policy and the manifests that allow it. */
export function permissionsLines(answer: PermissionsAnswer, colour: ChalkInstance): string[] {
  const { commands, rights, scope } = answer;
  const rows = [
    ...rights.aws.map(({ action, level, why }) => [action, level, why]),
    ...rights.cluster.map((right) => [clusterRightText(right), right.level, right.why]),
  ];
  return [
    `  ${colour.bold(`What irsa ${commands.join(", ")} calls`)}`,
    "",
    ...table(unique(rows)),
    "",
    `  ${colour.bold("IAM policy")} for the role or user that runs it`,
    ...scopeNotes(rights.aws, scope).map((note) => `  ${note}`),
    "",
    ...JSON.stringify(iamPolicy(rights.aws, scope), null, 2).split("\n"),
    "",
    ...rbacLines(answer, colour),
  ];
}

function rbacLines(answer: PermissionsAnswer, colour: ChalkInstance): string[] {
  if (answer.rights.cluster.length === 0) return [`  ${colour.bold("In the cluster")} nothing is called.`];
  return [
    `  ${colour.bold("RBAC")} in the cluster; -o yaml prints it alone, for kubectl apply -f -`,
    "",
    ...rbacYaml(answer).trimEnd().split("\n"),
    "",
    `  An access entry puts the principal into the group ${answer.group}:`,
    `      ${accessEntryCommand(answer)}`,
  ];
}

function accessEntryCommand({ scope, group }: PermissionsAnswer): string {
  const { cluster = "CLUSTER", region } = scope;
  const where = region === undefined ? "" : ` --region ${region}`;
  return `aws eks create-access-entry --cluster-name ${cluster}${where} --principal-arn ARN --kubernetes-groups ${group}`;
}

/** The ClusterRole and its binding as YAML documents; a remark where nothing is needed. */
export function rbacYaml({ commands, rights, group }: PermissionsAnswer): string {
  const manifests = rbacManifests(commands, rights.cluster, group);
  if (manifests.length === 0) return `# irsa ${commands.join(", ")}: nothing is called in the cluster\n`;
  return manifests.map((one) => stringify(one, { lineWidth: 0 })).join("---\n");
}

/** The same as versioned JSON (docs/json.md). */
export function permissionsJson({ commands, rights, scope, group }: PermissionsAnswer): string {
  const document = {
    schemaVersion: 1,
    commands,
    aws: rights.aws.map(({ action, on, level, why }) => ({
      action,
      level,
      resources: resourcesOf(on, scope),
      why,
    })),
    kubernetes: rights.cluster.map(({ verb, group: apiGroup, resource, level, why }) => ({
      verb,
      apiGroup,
      resource,
      level,
      why,
    })),
    iamPolicy: iamPolicy(rights.aws, scope),
    rbac: rbacManifests(commands, rights.cluster, group),
  };
  return JSON.stringify(document, null, 2);
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
