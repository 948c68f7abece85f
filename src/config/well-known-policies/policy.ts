import type { Upstream } from "../../model/well-known-policy.ts";
import type { ConditionBlock, Statement } from "../../model/trust-policy/document.ts";

/** The permissions that a controller needs, by its own documentation. */
export interface WellKnownPolicy {
  /** Its field under `wellKnownPolicies`. */
  readonly field: string;
  /** What it is for, as half a sentence. */
  readonly about: string;
  /** The documentation that the permissions come from. */
  readonly source: string;
  /** What the permissions were compared with last. */
  readonly upstream: Upstream;
  /** False: irsa's addition to eksctl's format. */
  readonly eksctl: boolean;
  /** How the names of the inline policies begin that eksctl writes for it; its stack's name and `-` go before. */
  readonly eksctlName?: string;
  /** What may stand in the place of `true`, to narrow it. */
  readonly inputs: Readonly<Record<string, PolicyInput>>;
  /** AWS's own policies, by path and name as `service-role/AmazonEBSCSIDriverPolicy`. */
  readonly managed: (given: Given) => readonly string[];
  /** Statements of an inline policy; one whose resources turn out to be none is left out. */
  readonly statements: (given: Given) => readonly Statement[];
  /** Tags of the role that its policies depend on. */
  readonly roleTags: (given: Given) => Readonly<Record<string, string>>;
  /** What roles may have that were made before the last correction, the newest first. */
  readonly earlier: readonly EarlierVersion[];
}

/** Statements that irsa or eksctl wrote before. */
export interface EarlierVersion {
  /** Who wrote it, as `irsa 0.1.0`. */
  readonly by: string;
  readonly statements: (given: Given) => readonly Statement[];
}

/** What narrows a policy: a list of names or ARNs, or a switch. */
export interface PolicyInput {
  readonly about: string;
  readonly kind: "list" | "switch";
  /** What every item must match; by default an ARN. */
  readonly pattern?: RegExp;
  readonly required?: boolean;
  /** Another input that can't be given beside it. */
  readonly excludes?: string;
}

/** A policy's inputs as they were given, and where it is to hold. */
export interface Given {
  /** An ARN of the cluster's partition, in any region and account unless said. */
  readonly arn: (service: string, resource: string) => string;
  /** An ARN of a service without regions and AWS accounts in its ARNs, as S3 and Route 53. */
  readonly globalArn: (service: string, resource: string) => string;
  /** A list as it was given; empty where it was not. */
  readonly list: (name: string) => readonly string[];
  /** The name of the cluster that it is for. */
  readonly clusterName: string;
  /** Whether a switch was given as true. */
  readonly isOn: (name: string) => boolean;
}

/** A statement that allows actions on resources (everything, unless said). */
export function allow(
  actions: readonly string[],
  resources: readonly string[] = ["*"],
  condition?: ConditionBlock,
): Statement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition !== undefined && { Condition: condition }),
  };
}

/** The same service's actions, without the service in front of each. */
export function of(service: string, ...names: readonly string[]): string[] {
  return names.map((name) => `${service}:${name}`);
}

/** A policy without managed ones and without inputs, unless said. */
export function wellKnown(
  policy: Pick<WellKnownPolicy, "field" | "about" | "source" | "upstream"> & Partial<WellKnownPolicy>,
): WellKnownPolicy {
  return {
    eksctl: false,
    inputs: {},
    managed: () => [],
    statements: () => [],
    roleTags: () => ({}),
    earlier: [],
    ...policy,
  };
}

/** Keys of the user's own in KMS, which nobody needs who uses AWS's. */
export const KMS_KEYS: PolicyInput = { kind: "list", about: "ARNs of KMS keys" };
