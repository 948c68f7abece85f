/** What keeps the containers of a pod from their ServiceAccount's role. */
export interface PodProblem {
  readonly code:
    | "skip-label"
    | "containers-skipped"
    | "container-skipped"
    | "skip-unmatched"
    | "not-injected"
    | "other-role"
    | "other-audience"
    | "variable-preset"
    | "mount-missing"
    | "volume-preset"
    | "token-unseen"
    | "kubernetes-token"
    | "windows-by-affinity"
    | "static-keys"
    | "keys-unseen"
    | "region-missing"
    | "token-unreadable"
    | "agent-not-on-fargate"
    | "agent-not-on-windows"
    | "agent-variable-preset"
    | "agent-token-missing"
    | "agent-by-proxy"
    | "web-identity-preset";
  /** The container, where it is one's own. */
  readonly container?: string;
  /** What is there. */
  readonly found: string;
}

/** What may be meant so, or can't be seen: the pod has its role as far as can be told. */
const CAUTIONS: ReadonlySet<PodProblem["code"]> = new Set([
  "container-skipped",
  "skip-unmatched",
  "token-unseen",
  "keys-unseen",
  "agent-by-proxy",
]);

/** True for a problem that is only to be warned of. */
export function isCaution({ code }: PodProblem): boolean {
  return CAUTIONS.has(code);
}

/** What a pod of the ServiceAccount is to have. */
export interface Expected {
  readonly role: string;
  /** The `aud` of its token. */
  readonly audience: string;
  /** When the annotations that say so were written, where that is known. */
  readonly annotatedAt?: Readonly<Record<string, string>>;
  /** True where no SDK finds STS without a region: in every partition but `aws`. */
  readonly regionNeeded: boolean;
  /** True for Kubernetes before 1.19, whose token files only root may read. */
  readonly tokensForRootAlone: boolean;
}

/** What only the past of a pod explains: how it differs from what Pod Identity gives to a new one. */
export interface IdentityProblem {
  readonly code: "other-way" | "association-gone" | "credentials-cached" | "not-prepared";
  readonly container?: undefined;
  /** The role that the pod has, or may still have; or the association. */
  readonly found: string;
}

/** What makes a pod stale. */
export type StaleProblem = PodProblem | IdentityProblem;
