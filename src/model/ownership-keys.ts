/**
 * Keys by which other tools know what is theirs. They tell nothing of what a ServiceAccount or a role is to be: whoever
 * copies one makes a thing look like another tool's. Sources: eksctl (`pkg/apis/eksctl.io/v1alpha5`, tags), CloudFormation
 * (resource tags), ACK (default tags), Crossplane (tags of managed resources), Helm ("Labels and Annotations"), Argo CD
 * ("Resource Tracking"), Flux (ownership labels), kubectl (apply), kpt and kustomize (inventories).
 */
const CLUSTER_KEYS = [
  "app.kubernetes.io/managed-by",
  "helm.sh/chart",
  "meta.helm.sh/",
  "argocd.argoproj.io/",
  "kustomize.toolkit.fluxcd.io/",
  "helm.toolkit.fluxcd.io/",
  "addonmanager.kubernetes.io/",
  "kubectl.kubernetes.io/",
  "config.k8s.io/",
  "config.kubernetes.io/",
  "internal.config.kubernetes.io/",
  "cli-utils.sigs.k8s.io/",
  "alpha.eksctl.io/",
];

const TAG_KEYS = [
  "alpha.eksctl.io/",
  "eksctl.cluster.k8s.io/",
  "eksctl.io/",
  "aws:",
  "services.k8s.aws/",
  "crossplane-kind",
  "crossplane-name",
  "crossplane-providerconfig",
];

/** True for a label or an annotation by which another tool keeps an object. */
export function isOwnershipKey(key: string): boolean {
  return isAmongKeys(CLUSTER_KEYS, key);
}

/** True for a tag by which another tool, or AWS, keeps a resource. */
export function isOwnershipTag(key: string): boolean {
  return isAmongKeys(TAG_KEYS, key.toLowerCase());
}

/** A key that ends in a sign stands for all that begin with it. */
function isAmongKeys(keys: readonly string[], key: string): boolean {
  return keys.some((one) => (/[/:]$/.test(one) ? key.startsWith(one) : key === one));
}
