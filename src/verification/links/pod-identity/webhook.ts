import { valueOf } from "../../../model/known.ts";
import type { PodSpec } from "../../../model/kubernetes-objects.ts";
import { usesPodIdentity, variableOf } from "../../../workload/injection.ts";
import { ROLE_VARIABLE } from "../../../model/pod-credentials.ts";
import type { LinkResult } from "../../chain.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, caution, fault, judged, pass, unknown } from "../../result.ts";
import { blockedBy, misconfigured } from "../webhook.ts";

/** New pods get the agent's address and a token: tested with a dry-run pod. */
export function checkInjection(observed: Observed): LinkResult {
  const { tried, pods } = observed;
  if (tried.state === "known") return judgeTried(observed, tried.value);
  const blocked = blockedBy(observed);
  if (blocked !== undefined) return broken(blocked);
  const found = misconfigured(observed);
  if (found !== undefined) return broken(found);
  const newest = (valueOf(pods) ?? []).toSorted((one, other) =>
    one.createdAt < other.createdAt ? 1 : -1,
  )[0];
  if (newest !== undefined && usesPodIdentity(newest.spec))
    return pass(`injected into the newest pod, ${newest.name}`);
  return unknown(tried.state === "unknown" ? tried.failure.message : "not tried");
}

function judgeTried(observed: Observed, tried: PodSpec): LinkResult {
  if (usesPodIdentity(tried)) return pass("injects the agent's address and a token (dry-run pod)");
  const given = variableOf(tried, ROLE_VARIABLE);
  const evidence = {
    association: valueOf(observed.association)?.id ?? "unknown",
    injects: given ?? "nothing",
  };
  if (given !== undefined) {
    const message = "the webhook still injects the annotated role by IRSA";
    const fix = advice(
      "It learns of a new association within some seconds: verify again before you restart pods",
    );
    return judged([caution("association-not-injected", message, evidence, fix)], message);
  }
  const message =
    "pods are admitted without the agent's address and a token, although there is an association";
  const fix = advice(
    "Wait some seconds if the association is new. Otherwise the API server can't call the webhook: check the network and its certificate",
  );
  return broken(misconfigured(observed) ?? fault("association-not-injected", message, evidence, fix));
}
