import { clusterRef, roleRef, type ClusterArn, type RoleArn } from "../arn.ts";
import type { ServiceAccountRef } from "../service-account-ref.ts";
import type { Statement } from "./document.ts";
import { near, type GrantWay, type Stranger } from "./grant-way.ts";
import { externalIdFor, targetRoleRequests } from "./pod-identity-request.ts";
import { sameStatement } from "./same.ts";
import { isObject } from "./shape.ts";

/** What the role of one Pod Identity association needs of the trust policy of its target role. */
export interface TargetRoleGrant {
  readonly way: "target-role";
  readonly clusterArn: ClusterArn;
  readonly serviceAccount: ServiceAccountRef;
  readonly withoutSessionTags: boolean;
  /** The association's own role, which assumes the target role. */
  readonly firstRole: RoleArn;
  /** The association's, where EKS gave another than the documented one. */
  readonly externalId?: string | undefined;
}

/** Which statement of a trust policy is ours: cluster and ServiceAccount decide, and where it is given the first role. */
export type TargetRoleKey = Pick<TargetRoleGrant, "way" | "clusterArn" | "serviceAccount" | "externalId"> &
  Partial<Pick<TargetRoleGrant, "firstRole">>;

/** The target role of a Pod Identity association, as it shows in trust policies. */
export const TARGET_ROLE: GrantWay<TargetRoleKey, TargetRoleGrant> = {
  statement: targetRoleStatement,
  isOurs(statement, key) {
    if (!isObject(statement)) return false;
    const { Sid: _, ...shape } = statement;
    const principal = principalOf(shape);
    if (principal === undefined || !isFirst(principal, key.firstRole)) return false;
    return [true, false].some((withoutSessionTags) =>
      sameStatement(shape, statementOf({ ...key, withoutSessionTags }, principal)),
    );
  },
  requests: ({ clusterArn, firstRole, ...association }) => {
    const cluster = clusterRef(clusterArn);
    const { externalId = externalIdFor(cluster, association.serviceAccount) } = association;
    return targetRoleRequests(cluster, { ...association, externalId }, firstRole);
  },
  strangers,
};

/**
 * The statement that allows the association's role, for pods of one ServiceAccount: told by the session tags, which are
 * transitive, or else by the association's external ID.
 * Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles".
 */
export function targetRoleStatement(grant: TargetRoleGrant): Statement {
  return statementOf(grant, grant.firstRole);
}

function statementOf(
  {
    clusterArn,
    serviceAccount,
    withoutSessionTags,
    externalId = externalIdFor(clusterRef(clusterArn), serviceAccount),
  }: Omit<TargetRoleGrant, "firstRole" | "way">,
  principal: string,
): Statement {
  return {
    Effect: "Allow",
    Action: withoutSessionTags ? ["sts:AssumeRole"] : ["sts:AssumeRole", "sts:TagSession"],
    Principal: { AWS: principal },
    Condition: {
      StringEquals: withoutSessionTags
        ? { "sts:ExternalId": externalId }
        : {
            "aws:RequestTag/eks-cluster-arn": clusterArn,
            "aws:RequestTag/kubernetes-namespace": serviceAccount.namespace,
            "aws:RequestTag/kubernetes-service-account": serviceAccount.name,
          },
    },
  };
}

function principalOf({ Principal }: Pick<Statement, "Principal">): string | undefined {
  const id = isObject(Principal) ? Principal["AWS"] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** IAM shows a role that was deleted by its unique ID: such a statement allows nobody, and is ours to replace. */
function isFirst(principal: string, firstRole: RoleArn | undefined): boolean {
  return firstRole === undefined || principal === firstRole || /^AROA[A-Z0-9]+$/.test(principal);
}

function strangers(grant: TargetRoleGrant): readonly Stranger<TargetRoleGrant>[] {
  const { serviceAccount, clusterArn, firstRole, withoutSessionTags } = grant;
  const { namespace, name } = serviceAccount;
  const { awsAccount } = roleRef(firstRole);
  const other = awsAccount === "111111111111" ? "222222222222" : "111111111111";
  const roles = [`${firstRole}0`, firstRole.slice(0, -1), firstRole.replace(awsAccount, other)];
  const of = (ref: { readonly namespace: string; readonly name: string }): TargetRoleGrant => {
    return { ...grant, externalId: undefined, serviceAccount: ref as ServiceAccountRef };
  };
  return [
    ...roles.map((role) => ({
      what: "role" as const,
      value: role,
      caller: { ...grant, firstRole: role as RoleArn },
    })),
    ...[`${clusterArn}0`, clusterArn.slice(0, -1)].map((arn) => ({
      what: "cluster" as const,
      value: arn,
      caller: { ...grant, externalId: undefined, clusterArn: arn as ClusterArn },
    })),
    ...near(namespace).map((value) => ({
      what: "namespace" as const,
      value,
      caller: of({ namespace: value, name }),
    })),
    ...near(name).map((value) => ({
      what: "service-account" as const,
      value,
      caller: of({ namespace, name: value }),
    })),
    ...(withoutSessionTags
      ? []
      : [
          {
            what: "session-tags" as const,
            value: "none",
            caller: { ...grant, withoutSessionTags: true },
          },
        ]),
  ];
}
