import type { ClusterWithIssuer } from "../model/cluster.ts";

/** A thing of a cluster by its path in it: `ns`, `ns/account`, `ns/kind/workload`. No name has a `/` in it. */
export function inCluster({ arn }: Pick<ClusterWithIssuer, "arn">, path: string): string {
  return `${arn}/${path}`;
}

/** An inline policy; no ARN has a blank in it, so that nothing can be named to be taken for one. */
export function inlinePolicy(roleArn: string, name: string): string {
  return `${roleArn} inline/${name}`;
}

/** The session policy of a ServiceAccount's Pod Identity association. */
export function sessionPolicy({ arn }: Pick<ClusterWithIssuer, "arn">, path: string): string {
  return `${arn} session policy/${path}`;
}

/** An annotation that is not a valid role ARN, drawn like a role. */
export function noRole(text: string): string {
  return `${NO_ROLE}${text}`;
}

/** What the annotation says. */
export function textOf(id: string): string {
  return id.slice(NO_ROLE.length);
}

const NO_ROLE = "no role: ";
