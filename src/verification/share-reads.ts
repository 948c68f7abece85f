import type { IamPort } from "../aws/port.ts";
import type { KeyedObject, KubernetesPort } from "../kubernetes/port.ts";
import type { ProviderArn } from "../model/arn.ts";
import { memoized } from "../model/memoized.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
import { known } from "../model/known.ts";
import { AGENT_NAME, AGENT_NAMESPACE } from "../model/pod-identity-agent.ts";
import type { Sources } from "./sources.ts";

/** The same sources, with the reads that many chains share made only once. */
export function shareReads(sources: Sources): Sources {
  const { aws, kubernetes, second } = sources;
  const { eks } = aws;
  const getAddon = memoized((name: string) => eks.getAddon(name, AGENT_NAME));
  return {
    ...sources,
    aws: {
      ...aws,
      eks: { ...eks, getAddon: (cluster) => getAddon(cluster) },
      iam: shareIam(aws.iam),
    },
    ...(second !== undefined && { second: { ...second, iam: shareIam(second.iam) } }),
    kubernetes: kubernetes.state === "known" ? known(shareApi(kubernetes.value)) : kubernetes,
  };
}

function shareIam(iam: IamPort): IamPort {
  return {
    ...iam,
    getProvider: memoized((arn: ProviderArn) => iam.getProvider(arn)),
    listProviders: memoized(() => iam.listProviders()),
    getRole: memoized((name: string) => iam.getRole(name)),
    getAccountSummary: memoized(() => iam.getAccountSummary()),
  };
}

function shareApi(api: KubernetesPort): KubernetesPort {
  return {
    ...api,
    getNamespace: memoized((name: NamespaceName) => api.getNamespace(name)),
    getKeyNames: memoized((source: KeyedObject) => api.getKeyNames(source)),
    getNode: memoized((name: string) => api.getNode(name)),
    listPods: listPodsShared(api),
    getWebhook: memoized((name: string) => api.getWebhook(name)),
  };
}

/** What is listed for the agent is the same for all; the pods of a ServiceAccount or a namespace are its own chain's. */
function listPodsShared(api: KubernetesPort): KubernetesPort["listPods"] {
  const ofNamespace = memoized((namespace: string) =>
    api.listPods(namespace === "" ? {} : { namespace: namespace as NamespaceName }),
  );
  return (scope) =>
    scope.name === undefined && (scope.namespace === undefined || scope.namespace === AGENT_NAMESPACE)
      ? ofNamespace(scope.namespace ?? "")
      : api.listPods(scope);
}
