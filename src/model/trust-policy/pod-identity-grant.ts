import { clusterRef, type ClusterArn } from "../arn.ts";
import { hashOf } from "../role-name.ts";
import { parseServiceAccountPath, type ServiceAccountRef } from "../service-account-ref.ts";
import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { near, type GrantWay, type Stranger } from "./grant-way.ts";
import { podIdentityRequests, PODS_SERVICE } from "./pod-identity-request.ts";
import { sameStatement } from "./same.ts";
import { isObject } from "./shape.ts";

/** What one ServiceAccount of one cluster needs of a trust policy to get the role by a Pod Identity association. */
export interface PodIdentityGrant {
  readonly way: "pod-identity";
  readonly clusterArn: ClusterArn;
  readonly serviceAccount: ServiceAccountRef;
  /** Sessions without tags can't be told apart: the statement then allows every association of the cluster with the role. */
  readonly withoutSessionTags: boolean;
}

/** Which statement of a trust policy is ours: cluster and ServiceAccount decide. */
export type PodIdentityKey = Pick<PodIdentityGrant, "way" | "clusterArn" | "serviceAccount">;

/** Pod Identity, as it shows in trust policies: of our statements, the session tags and the Sid may be missing, unless the Sid is another ServiceAccount's. */
export const POD_IDENTITY: GrantWay<PodIdentityKey, PodIdentityGrant> = {
  statement: podIdentityStatement,
  isOurs(statement, key) {
    if (!isObject(statement)) return false;
    const shape = withoutSid(statement);
    if (sameStatement(shape, shapeOf({ ...key, withoutSessionTags: false }))) return true;
    const isCluster = sameStatement(shape, shapeOf({ ...key, withoutSessionTags: true }));
    return isCluster && (statement.Sid === sidFor(key) || !isOurSid(statement.Sid));
  },
  requests: ({ clusterArn, ...association }) => podIdentityRequests(clusterRef(clusterArn), association),
  strangers,
};

/**
 * The statement that allows EKS to assume the role for pods of one cluster, and of one ServiceAccount by the session tags
 * that EKS sets. Source: EKS User Guide, "EKS Pod Identity role"; the service principal is the same in all partitions.
 */
export function podIdentityStatement(grant: PodIdentityGrant): Statement {
  return { ...(grant.withoutSessionTags && { Sid: sidFor(grant) }), ...shapeOf(grant) };
}

/**
 * True if our statement names the ServiceAccount: by session tags, or where there are none by its Sid, which nobody sets who
 * may not edit the trust policy. One that only pins the cluster names none of its ServiceAccounts.
 */
export function namesByAssociation(statement: Statement, key: PodIdentityKey): boolean {
  return (
    POD_IDENTITY.isOurs(statement, key) &&
    (taggedServiceAccount(statement) !== undefined || statement.Sid === sidFor(key))
  );
}

/** The Sid of a statement for sessions without tags: its conditions are those of every ServiceAccount of the cluster. */
function sidFor({ clusterArn, serviceAccount }: PodIdentityKey): string {
  return `irsa${hashOf({ arn: clusterArn }, serviceAccount)}`;
}

const SID = /^irsa[a-z\d]{10}$/;

/** True for a Sid that our statements have: any other is its owner's word, and kept. */
export function isOurSid(sid: string | undefined): boolean {
  return sid !== undefined && SID.test(sid);
}

function shapeOf({
  clusterArn,
  serviceAccount: { namespace, name },
  withoutSessionTags,
}: PodIdentityGrant): Statement {
  return {
    Effect: "Allow",
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Principal: { Service: PODS_SERVICE },
    Condition: {
      StringEquals: {
        "aws:SourceAccount": clusterRef(clusterArn).awsAccount,
        "aws:SourceArn": clusterArn,
        ...(!withoutSessionTags && {
          [TAG_KEY.namespace]: namespace,
          [TAG_KEY.name]: name,
        }),
      },
    },
  };
}

/** The ServiceAccount whose session tags a statement asks for by name; `undefined` unless it names both parts. */
export function taggedServiceAccount(statement: Pick<Statement, "Condition">): ServiceAccountRef | undefined {
  const pinned = isObject(statement) ? statement.Condition?.["StringEquals"] : undefined;
  if (!isObject(pinned)) return undefined;
  const [namespace, name] = [pinned[TAG_KEY.namespace], pinned[TAG_KEY.name]].map((values) =>
    listOf(values ?? []),
  );
  const [first, second] = [namespace, name].map((values) =>
    values?.length === 1 ? String(values[0]) : undefined,
  );
  const ref = parseServiceAccountPath(`${first}/${second}`);
  return first !== undefined && second !== undefined && ref.ok ? ref.value : undefined;
}

/**
 * The statements by which EKS may assume the role for more than the ServiceAccount in its cluster, and nobody else may: as
 * eksctl and AWS's examples have them. Ours is not among them; nor is one that names another ServiceAccount.
 */
export function openPodStatements(document: PolicyDocument, grant: PodIdentityGrant): readonly Statement[] {
  const { namespace, name } = grant.serviceAccount;
  return listOf(document.Statement).filter((statement) => {
    if (!isForPodsAlone(statement) || sameStatement(withoutSid(statement), shapeOf(grant))) return false;
    const tagged = taggedServiceAccount(statement);
    return tagged === undefined || (tagged.namespace === namespace && tagged.name === name);
  });
}

function isForPodsAlone(statement: Statement): boolean {
  if (!isObject(statement) || statement.Effect !== "Allow") return false;
  const { Principal: principal } = statement;
  if (!isObject(principal) || Object.keys(principal).join() !== "Service") return false;
  const services = listOf(principal["Service"]);
  return services.length === 1 && services[0] === PODS_SERVICE;
}

function withoutSid(statement: Statement): Statement {
  const { Sid: _, ...shape } = statement;
  return shape;
}

/** The session tags by which EKS tells one ServiceAccount from another. */
const TAG_KEY = {
  namespace: "aws:RequestTag/kubernetes-namespace",
  name: "aws:RequestTag/kubernetes-service-account",
} as const;

function strangers(grant: PodIdentityGrant): readonly Stranger<PodIdentityGrant>[] {
  const { serviceAccount, clusterArn, withoutSessionTags } = grant;
  const { namespace, name } = serviceAccount;
  const { awsAccount } = clusterRef(clusterArn);
  const other = awsAccount === "111111111111" ? "222222222222" : "111111111111";
  const clusters = [`${clusterArn}0`, clusterArn.slice(0, -1), clusterArn.replace(awsAccount, other)];
  return [
    ...clusters.map((arn) => ({
      what: "cluster" as const,
      value: arn,
      caller: { ...grant, clusterArn: arn as ClusterArn },
    })),
    ...(withoutSessionTags ? [] : tagged()),
  ];

  function tagged(): readonly Stranger<PodIdentityGrant>[] {
    const named = (ref: { readonly namespace: string; readonly name: string }): PodIdentityGrant => ({
      ...grant,
      serviceAccount: ref as ServiceAccountRef,
    });
    return [
      ...near(namespace).map((value) => ({
        what: "namespace" as const,
        value,
        caller: named({ namespace: value, name }),
      })),
      ...near(name).map((value) => ({
        what: "service-account" as const,
        value,
        caller: named({ namespace, name: value }),
      })),
      { what: "session-tags", value: "none", caller: { ...grant, withoutSessionTags: true } },
    ];
  }
}
