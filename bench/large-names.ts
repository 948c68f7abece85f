/** How large a generated world is. */
export interface LargeWorldSize {
  readonly roles: number;
  readonly serviceAccounts: number;
  readonly pods: number;
  /** Of one pod's JSON. */
  readonly podBytes: number;
  /** One in four roles allows subjects by wildcards, and not one in twenty, and most of them in any namespace. */
  readonly wildcards?: true;
  /** Unless it is the one AWS account that there is. */
  readonly awsAccount?: string;
  /** How many clusters trust policies name; 1 by default. */
  readonly clusters?: number;
  /** How many nodes there are, each with the Pod Identity agent; with nodes, one in twenty ServiceAccounts has an association. */
  readonly nodes?: number;
}

/** Whether the ServiceAccount of that number has its role by an association; its role is for those of Pod Identity alone. */
export function isAssociated(at: number, { nodes = 0 }: LargeWorldSize): boolean {
  return nodes > 0 && at % 20 === 11;
}

/** A ServiceAccount's namespace and name, by its number. */
export function serviceAccountName(at: number): { readonly namespace: string; readonly name: string } {
  return { namespace: `team-${at % 200}`, name: `service-${at}` };
}

/** A role's ARN, by its number. */
export function roleArn(at: number, { awsAccount = AWS_ACCOUNT }: Partial<LargeWorldSize> = {}): string {
  return `arn:aws:iam::${awsAccount}:role/workloads/role-${at}`;
}

/** The one AWS account, unless another is named. */
export const AWS_ACCOUNT = "111122223333";
const CLUSTER = "bench";
/** An issuer without its scheme, by the number of its cluster. */
export function hostPath(
  cluster: number,
  { awsAccount = AWS_ACCOUNT }: Partial<LargeWorldSize> = {},
): string {
  return `oidc.eks.eu-west-1.amazonaws.com/id/${awsAccount}${String(cluster).padStart(20, "A")}`;
}

/** The OIDC provider of a cluster, by its number. */
export function provider(cluster: number, size: LargeWorldSize): string {
  return `arn:aws:iam::${size.awsAccount ?? AWS_ACCOUNT}:oidc-provider/${hostPath(cluster, size)}`;
}

/** The names of the clusters; the first is the one that is served. */
export function clusterNames({ clusters = 1 }: LargeWorldSize): readonly string[] {
  return Array.from({ length: clusters }, (_, at) => (at === 0 ? CLUSTER : `${CLUSTER}-${at}`));
}

/** The number of the ServiceAccount whose token it is. */
export function numberIn(token: string): number {
  const [, payload = ""] = token.split(".");
  const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { readonly sub: string };
  return Number(sub.split("-").at(-1));
}
