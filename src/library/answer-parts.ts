// Generated from the schemas of the JSON answers (test/json/answer-schemas.ts): npm run docs:library

/** An EKS cluster. */
export interface ClusterRef {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly awsAccount: string;
}

/** A Kubernetes ServiceAccount. */
export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** A labeled value; the label is prose. */
export interface Labeled {
  readonly label: string;
  readonly value: string;
}

/** A note of a plan: what to know before it is applied. */
export interface Note {
  readonly level: "warning" | "info";
  readonly code: string;
  readonly message: string;
  readonly command?: string;
  readonly argv?: readonly string[];
}

/** Why a run, or one item of it, failed. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly facts: readonly Labeled[];
  readonly hint: string | null;
  readonly command: string | null;
  readonly argv: readonly string[] | null;
}

/** What fixes a finding: a command, or advice. */
export interface Fix {
  readonly kind: "command" | "advice";
  readonly text: string;
  readonly argv: readonly string[] | null;
  readonly note: string | null;
  readonly byFix: boolean;
  readonly otherwise: {
    readonly text: string;
    readonly argv: readonly string[];
    readonly note: string;
  }
  | null;
}

/** Whether STS, or EKS, accepted the token of a ServiceAccount. */
export interface Proof {
  readonly state: "accepted" | "refused" | "notPermitted" | "noPod" | "otherRole";
  readonly way: "irsa" | "podIdentity";
  readonly tries?: number;
  readonly milliseconds?: number;
  readonly assumedRoleArn?: string;
  readonly code?: string;
  readonly message?: string;
  readonly trust?: "lost";
  readonly injected?: boolean | null;
  readonly reason?: string;
  readonly exitCode?: number;
}

/** Every change that would be made, and the digest that `apply` takes. */
export interface Plan {
  readonly digest: string;
  readonly summary: {
    readonly create: number;
    readonly change: number;
    readonly remove: number;
  };
  readonly changes: readonly {
    readonly kind: "createProvider" | "editProvider" | "deleteProvider" | "createRole" | "editRole" | "deleteRole"
    | "attachPolicy" | "detachPolicy" | "putInlinePolicy" | "deleteInlinePolicy"
    | "leaveInstanceProfile" | "createPodIdentity" | "updatePodIdentity" | "deletePodIdentity"
    | "createAddon" | "updateAddon" | "deleteAddon" | "createNamespace" | "createServiceAccount"
    | "editServiceAccount" | "deleteServiceAccount" | "bindWorkload" | "restartWorkload"
    | "retainStack" | "deleteStack" | "confirmRelease";
    readonly [field: string]: unknown;
  }[];
  readonly notes: readonly Note[];
}

/** A change that was applied, by its index in the plan. */
export interface Step {
  readonly change: number;
  readonly milliseconds: number;
  readonly requestIds: readonly string[];
  readonly notes: readonly Note[];
  readonly replaced?: Readonly<Record<string, unknown>>;
}

/** What could not be read: the answer may lack something. */
export interface NotRead {
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

/** Endpoints that are not AWS's own, by service. */
export interface EndpointOverrides {
  readonly eks?: string;
  readonly iam?: string;
  readonly sts?: string;
  readonly cloudformation?: string;
  readonly issuerKeys?: string;
  readonly secondIam?: string;
}

/** What becomes of one ServiceAccount of the file. */
export type ServiceAccountResult = {
  readonly serviceAccount: ServiceAccountRef;
  readonly role: string | null;
  readonly state: "inSync" | "differs" | "applied";
  readonly way: "irsa" | "podIdentity";
  readonly audience: string;
  readonly proof?: Proof;
}
| {
  readonly serviceAccount: ServiceAccountRef;
  readonly role: string | null;
  readonly state: "failed";
  readonly error: ErrorReport;
}
| {
  readonly serviceAccount: ServiceAccountRef;
  readonly role: string | null;
  readonly state: "prune" | "pruned";
  readonly serviceAccountFate: "deleted" | "released" | "kept" | "absent" | "delete" | "release" | "keep";
  readonly roleFate: "deleted" | "released" | "kept" | "absent" | "delete" | "release" | "keep";
};

/** A link of a chain, by IRSA or by EKS Pod Identity. */
export type LinkName = "cluster" | "issuer" | "provider" | "service-account" | "role" | "trust-policy" | "permissions"
| "webhook" | "workload" | "pod" | "token" | "sts" | "association" | "agent" | "target-role"
| "session-policy" | "exchange";

/** What is wrong with a link of a chain. */
export interface LinkFinding {
  readonly level: "fail" | "warn";
  readonly code: string;
  readonly message: string;
  readonly evidence: readonly Labeled[];
  readonly fix: Fix;
  readonly row: string;
}

/** A link of a chain, from the cluster to the credentials, and what is wrong with it. */
export interface ChainLink {
  readonly link: LinkName;
  readonly status: "PASS" | "WARN" | "FAIL" | "UNKNOWN" | "SKIPPED";
  readonly message: string;
  readonly findings: readonly LinkFinding[];
}

/** What a rule of the audit found. */
export interface AuditFinding {
  readonly rule: string;
  readonly severity: "critical" | "high" | "medium" | "low";
  readonly subject: {
    readonly kind: "role" | "serviceAccount" | "provider" | "cluster";
    readonly name: string;
    readonly id: string;
    readonly cluster: ClusterRef | null;
    readonly namespace?: string;
  };
  readonly message: string;
  readonly evidence: readonly Labeled[];
  readonly fix: Fix;
  readonly namespaces: readonly string[];
  readonly fingerprint: string;
  readonly known: boolean;
  readonly place: {
    readonly file: string;
    readonly line: number;
  }
  | null;
}
