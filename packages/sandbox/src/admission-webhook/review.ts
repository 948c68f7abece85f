import type { WebhookConfig } from "./credential-source.ts";
import { injectionPatch } from "./inject.ts";
import type { Pod, StringMap } from "./pod.ts";

/** What the webhook looks up of the ServiceAccount that a pod runs with, by namespace and name. */
export interface ServiceAccountLookup {
  /** The ServiceAccount's annotations; `undefined` while it is not known (yet). */
  readonly annotations: (namespace: string, name: string) => Promise<StringMap | undefined>;
  /** Whether EKS has a Pod Identity association for it; none has by default. */
  readonly podIdentity?: (namespace: string, name: string) => Promise<boolean>;
}

/** An AdmissionReview of admission.k8s.io/v1 as the API server sends it, with what we read of it. */
export interface AdmissionReview {
  readonly apiVersion: string;
  readonly kind: "AdmissionReview";
  readonly request: { readonly uid: string; readonly namespace?: string; readonly object: Pod };
}

/** The AdmissionReview that answers one. */
export interface AdmissionAnswer {
  readonly apiVersion: string;
  readonly kind: "AdmissionReview";
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patchType?: "JSONPatch";
    /** A JSON Patch, in base64. */
    readonly patch?: string;
  };
}

/** Answers a review: a pod is always allowed, with the patch that it needs. */
export async function answerReview(
  review: AdmissionReview,
  serviceAccounts: ServiceAccountLookup,
  config: WebhookConfig,
): Promise<AdmissionAnswer> {
  const { uid, object: pod, namespace = "" } = review.request;
  const { serviceAccountName = "" } = pod.spec;
  const [annotations, podIdentity = false] = await Promise.all([
    serviceAccounts.annotations(namespace, serviceAccountName),
    serviceAccounts.podIdentity?.(namespace, serviceAccountName),
  ]);
  const patch = injectionPatch(pod, { annotations, podIdentity }, config);
  return {
    apiVersion: review.apiVersion,
    kind: "AdmissionReview",
    response: { uid, allowed: true, ...(patch.length > 0 ? encoded(patch) : {}) },
  };
}

/** True for a value that has what {@link answerReview} reads. */
export function isAdmissionReview(value: unknown): value is AdmissionReview {
  const review = value as Partial<AdmissionReview> | null;
  return (
    review?.kind === "AdmissionReview" &&
    typeof review.apiVersion === "string" &&
    typeof review.request?.uid === "string" &&
    Array.isArray(review.request.object?.spec?.containers)
  );
}

function encoded(patch: readonly unknown[]) {
  return {
    patchType: "JSONPatch" as const,
    patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
  };
}
