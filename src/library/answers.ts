// Generated from the schemas of the JSON answers (test/json/answer-schemas.ts): npm run docs:library

import type {
  ClusterRef,
  ServiceAccountRef,
  Labeled,
  Fix,
  Plan,
  Step,
  NotRead,
  EndpointOverrides,
  ServiceAccountResult,
  LinkName,
  ChainLink,
  AuditFinding,
} from "./answer-parts.ts";

/** What `irsa plan -o json` prints when it does not fail. */
export interface PlanAnswer {
  readonly schemaVersion: 2;
  readonly command: "plan";
  readonly caller: string | null;
  readonly secondCaller?: string;
  readonly cluster: ClusterRef | null;
  readonly clusterChosenBy: string | null;
  readonly endpointOverrides: EndpointOverrides;
  readonly organizationFile: string | null;
  readonly plan: Plan;
  readonly state: "planned" | "nothingToDo" | "done";
  readonly steps: readonly Step[];
  readonly result: {
    readonly serviceAccounts: readonly ServiceAccountResult[];
  };
}

/** What `irsa apply -o json` prints when it does not fail. */
export interface ApplyAnswer {
  readonly schemaVersion: 2;
  readonly command: "apply";
  readonly caller: string | null;
  readonly secondCaller?: string;
  readonly cluster: ClusterRef | null;
  readonly clusterChosenBy: string | null;
  readonly endpointOverrides: EndpointOverrides;
  readonly organizationFile: string | null;
  readonly plan: Plan;
  readonly state: "planned" | "nothingToDo" | "done";
  readonly steps: readonly Step[];
  readonly result: {
    readonly serviceAccounts: readonly ServiceAccountResult[];
  };
}

/** What `irsa verify -o json` prints when it does not fail. */
export interface VerifyAnswer {
  readonly schemaVersion: 2;
  readonly command: "verify";
  readonly caller: string | null;
  readonly secondCaller?: string;
  readonly cluster: ClusterRef | null;
  readonly clusterChosenBy: string | null;
  readonly endpointOverrides: EndpointOverrides;
  readonly organizationFile: string | null;
  readonly plan?: Plan;
  readonly state?: "planned" | "nothingToDo" | "done";
  readonly steps?: readonly Step[];
  readonly result: {
    readonly chains: readonly {
      readonly subject: {
        readonly kind: "serviceAccount" | "pod" | "deployment" | "daemonset" | "statefulset" | "cronjob" | "job"
        | "rollout";
        readonly namespace: string;
        readonly name: string;
      };
      readonly serviceAccount: ServiceAccountRef | null;
      readonly way: "irsa" | "podIdentity";
      readonly verdict: "works" | "broken" | "unproven";
      readonly firstBroken: {
        readonly link: LinkName;
        readonly level: "fail" | "warn";
        readonly code: string;
        readonly message: string;
        readonly evidence: readonly Labeled[];
        readonly fix: Fix;
        readonly row: string;
      }
      | null;
      readonly links: readonly ChainLink[];
      readonly notChecked: readonly string[];
    }[];
  };
}

/** What `irsa audit -o json` prints when it does not fail. */
export interface AuditAnswer {
  readonly schemaVersion: 2;
  readonly command: "audit";
  readonly caller: string | null;
  readonly secondCaller?: string;
  readonly clusters: readonly ClusterRef[];
  readonly endpointOverrides: EndpointOverrides;
  readonly organizationFile: string | null;
  readonly result: {
    readonly awsAccount: string;
    readonly summary: {
      readonly critical: number;
      readonly high: number;
      readonly medium: number;
      readonly low: number;
      readonly known: number;
      readonly suppressed: number;
    };
    readonly findings: readonly AuditFinding[];
    readonly suppressed: readonly {
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
      readonly reason: string;
      readonly until: string;
    }[];
    readonly notes: readonly string[];
    readonly notRead: readonly NotRead[];
  };
}
