import { listed, valueOf } from "../model/known.ts";
import type { PodSpec } from "../model/kubernetes-objects.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { usesPodIdentity, variableOf } from "../workload/injection.ts";
import { ROLE_VARIABLE } from "../model/pod-credentials.ts";
import type { Observed } from "./observed.ts";
import type { WayName } from "../model/way.ts";

/**
 * The way that the subject's pods take. An association wins over an annotation for every pod that is created from then on, so a
 * ServiceAccount and a workload take it; a pod that runs has what it was given when it was created. Where the association could not be
 * read, a dry-run pod and running ones show what there is; so do running ones where it is gone and nothing is in its place.
 */
export function wayOf({
  subject,
  serviceAccount,
  association,
  tried,
  pods,
}: Pick<Observed, "subject" | "serviceAccount" | "association" | "tried" | "pods">): WayName {
  const running = listed(pods).map(({ spec }) => spec);
  const [pod] = subject.kind === "pod" ? running : [];
  const own = pod && injectedWay(pod);
  const isAnnotated = annotatedRole(valueOf(serviceAccount)?.found).kind !== "none";
  if (own === "pod-identity" || (own === "irsa" && isAnnotated)) return own;
  if (association.state === "known" && association.value !== undefined) return "pod-identity";
  if (association.state === "known") {
    const isOrphaned = running.some((spec) => injectedWay(spec) === "pod-identity");
    return isOrphaned && !isAnnotated ? "pod-identity" : "irsa";
  }
  const shown = valueOf(tried) ?? running[0];
  return (shown && injectedWay(shown)) ?? "irsa";
}

/** False where neither the association nor a pod could be read that would tell: then IRSA is a guess, and what it lacks may not matter. */
export function isWayKnown({
  association,
  tried,
  pods,
}: Pick<Observed, "association" | "tried" | "pods">): boolean {
  const shown = [valueOf(tried), ...listed(pods).map(({ spec }) => spec)];
  return (
    association.state === "known" ||
    shown.some((spec) => spec !== undefined && injectedWay(spec) !== undefined)
  );
}

/** What a pod was given; `undefined` for nothing. */
export function injectedWay(spec: PodSpec): WayName | undefined {
  if (usesPodIdentity(spec)) return "pod-identity";
  return variableOf(spec, ROLE_VARIABLE) === undefined ? undefined : "irsa";
}
