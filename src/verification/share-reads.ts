import type { KeyedObject, KubernetesPort } from "../kubernetes/port.ts";
import type { ProviderArn } from "../model/arn.ts";
import { memoized } from "../model/memoized.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
import { known } from "../model/known.ts";
import type { Sources } from "./sources.ts";

/** The same sources, with the reads that many chains share made only once. */
export function shareReads(sources: Sources): Sources {
  const { aws, kubernetes } = sources;
  const { iam } = aws;
  const getProvider = memoized((arn: ProviderArn) => iam.getProvider(arn));
  const listProviders = memoized(() => iam.listProviders());
  const getRole = memoized((name: string) => iam.getRole(name));
  const getAccountSummary = memoized(() => iam.getAccountSummary());
  return {
    ...sources,
    aws: { ...aws, iam: { ...iam, getProvider, listProviders, getRole, getAccountSummary } },
    kubernetes: kubernetes.state === "known" ? known(shareApi(kubernetes.value)) : kubernetes,
  };
}

function shareApi(api: KubernetesPort): KubernetesPort {
  return {
    ...api,
    getNamespace: memoized((name: NamespaceName) => api.getNamespace(name)),
    getKeyNames: memoized((source: KeyedObject) => api.getKeyNames(source)),
    getWebhook: memoized((name: string) => api.getWebhook(name)),
  };
}
