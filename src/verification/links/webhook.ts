import type { PodSpec, Webhook } from "../../model/kubernetes-objects.ts";
import { sharedCertificates } from "../../network/certificates.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { kubectlWords } from "../../model/cluster-flags.ts";
import { selects } from "../../workload/selectors.ts";
import { usesPodIdentity, variableOf } from "../../workload/injection.ts";
import { ROLE_VARIABLE } from "../../model/pod-credentials.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { associationOf, serviceAccountOf } from "../facts.ts";
import { command } from "../fixes.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unknown } from "../result.ts";
import { valueOf } from "../../model/known.ts";
import { WEBHOOK_NAME } from "../../model/webhook-name.ts";

/** New pods get the environment variables and token: tested with a dry-run pod. */
export function checkWebhook(observed: Observed): LinkResult {
  const serviceAccount = serviceAccountOf(observed);
  const { text: role } = annotatedRole(serviceAccount);
  if (role === "") return skipped("the ServiceAccount has no role annotation");
  const { tried } = observed;
  if (tried.state === "known") return judgeTried(observed, tried.value, role);
  const blocked = blockedBy(observed);
  if (blocked !== undefined) return broken(blocked);
  const found = misconfigured(observed);
  if (found !== undefined) return broken(found);
  return unprovenBy(observed, role);
}

function judgeTried(observed: Observed, tried: PodSpec, role: string): LinkResult {
  const given = variableOf(tried, ROLE_VARIABLE);
  if (given === role) return pass("injects role and token (dry-run pod)");
  if (given !== undefined) {
    const message = "the webhook still injects the ServiceAccount's previous role";
    const fix = advice("Its cache is updated within a minute: verify again before you restart pods");
    return judged([caution("webhook-not-injecting", message, { injects: given, needs: role }, fix)], message);
  }
  if (usesPodIdentity(tried)) {
    const association = associationOf(observed)?.roleArn ?? "unknown";
    const message = "new pods get the role of a Pod Identity association, not the annotated one";
    const fix = advice("Keep one: delete the association or remove the annotation");
    if (association === role) return pass("new pods get the same role by Pod Identity");
    return judged([caution("pod-identity-wins", message, { annotation: role, association }, fix)], message);
  }
  return broken(misconfigured(observed) ?? notInjecting(observed));
}

function notInjecting({ webhook }: Observed): LinkFinding {
  const known = valueOf(webhook)?.webhooks[0];
  const message = "pods are admitted without role and token, although the webhook is registered";
  const evidence = {
    webhook: known?.target ?? WEBHOOK_NAME,
    "failure policy": known?.failurePolicy ?? "unknown",
  };
  const fix = advice(
    "The API server can't call it: check the network, the certificate and the webhook's log",
  );
  return fault("webhook-not-injecting", message, evidence, fix);
}

/** The webhook can't be called and must be, if that is what a dry-run pod ends in. */
export function blockedBy({ tried }: Observed): LinkFinding | undefined {
  if (tried.state !== "unknown" || !/failed calling webhook/.test(tried.failure.message)) return undefined;
  const { message } = tried.failure;
  const fix = advice("Make it reachable from the API server, or set its failurePolicy to Ignore");
  return fault(
    "webhook-blocks-pods",
    "the API server can't call the webhook, so no pods are admitted",
    { "API server": message },
    fix,
  );
}

/** Problems in its configuration. */
export function misconfigured(observed: Observed): LinkFinding | undefined {
  const { webhook, serviceAccount } = observed;
  if (webhook.state !== "known") return undefined;
  const seeing = webhook.value?.webhooks.filter(({ seesPods }) => seesPods) ?? [];
  const [first] = seeing;
  if (first === undefined) {
    const fix = advice(
      "On EKS it is part of the control plane: contact AWS Support. Elsewhere, install amazon-eks-pod-identity-webhook",
    );
    return fault("webhook-missing", `mutating webhook '${WEBHOOK_NAME}' for pods not found`, {}, fix);
  }
  const namespace = valueOf(serviceAccount)?.namespace;
  const labels = namespace?.state === "known" ? namespace.value?.labels : undefined;
  const called = labels === undefined ? first : seeing.find((one) => selects(one.namespaceSelector, labels));
  if (called === undefined) {
    const message = "the webhook's namespaceSelector excludes the namespace";
    const evidence = { selector: JSON.stringify(first.namespaceSelector), labels: JSON.stringify(labels) };
    return fault(
      "namespace-excluded",
      message,
      evidence,
      advice("Change the selector or the namespace's labels"),
    );
  }
  return staleAuthority(observed, called);
}

/** On EKS the webhook's certificate is signed by the cluster's CA, which is rotated. */
function staleAuthority(observed: Observed, { name, target, caPem }: Webhook): LinkFinding | undefined {
  const clusterCa = valueOf(observed.cluster)?.caPem ?? "";
  const onControlPlane = /^https:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(target);
  if (!onControlPlane || clusterCa === "" || sharedCertificates(caPem, clusterCa) !== "") return undefined;
  const message = "the webhook's caBundle is not the cluster's certificate authority, which was rotated";
  return fault(
    "webhook-ca-stale",
    message,
    { webhook: name, target },
    patchAuthority(observed, name, clusterCa),
  );
}

function patchAuthority({ webhook, clusterFlags }: Observed, name: string, clusterCa: string) {
  const at = valueOf(webhook)?.webhooks.findIndex((one) => one.name === name) ?? 0;
  const path = `/webhooks/${at}/clientConfig/caBundle`;
  const value = Buffer.from(clusterCa).toString("base64");
  const patch = JSON.stringify([{ op: "replace", path, value }]);
  const target = ["mutatingwebhookconfiguration", WEBHOOK_NAME];
  return command(kubectlWords(clusterFlags, "patch", ...target, "--type=json", `--patch=${patch}`));
}

/** Without a dry-run pod, the newest running one tells. */
function unprovenBy({ tried, pods }: Observed, role: string): LinkResult {
  const newest = (valueOf(pods) ?? []).toSorted((one, other) =>
    one.createdAt < other.createdAt ? 1 : -1,
  )[0];
  if (newest !== undefined && variableOf(newest.spec, ROLE_VARIABLE) === role)
    return pass(`injected into the newest pod, ${newest.name}`);
  return unknown(tried.state === "unknown" ? tried.failure.message : "not tried");
}
