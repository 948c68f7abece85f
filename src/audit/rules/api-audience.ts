import { isApiAudience } from "../../model/api-audience.ts";
import { clientIdWords } from "../../model/client-id-words.ts";
import { shellCommand, type CommandOrAdvice } from "../../model/shell.ts";
import type { Rule } from "../rule.ts";
import { aboutProvider } from "../subjects.ts";

/** A provider that accepts tokens that were made for an API server. */
export const apiAudience: Rule = {
  code: "api-audience",
  title: "an identity provider accepts tokens that are meant for the Kubernetes API server",
  severity: "high",
  why: `Every pod has a token for the API server, whether it needs AWS or not, and tools send it to whatever server a kubeconfig names. A role that does not pin \`aud\` can then be assumed with each of them.`,
  finds: `Identity providers of the clusters whose list of audiences (client IDs) holds one of the API server's own: \`https://kubernetes.default.svc\` in any spelling, \`api\`, the issuer's URL, or the cluster's endpoint.`,
  remedies: `Find out which tokens need it (audit's aud-missing names the roles that ask for no audience), then remove it from the provider.`,
  sources: [
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
  ],
  *find({ access }) {
    for (const { audited } of access.clusters) {
      const { cluster, provider } = audited;
      if (typeof provider !== "object") continue;
      for (const audience of provider.clientIds.filter((id) => isApiAudience(id, cluster)))
        yield {
          subject: aboutProvider(provider.arn),
          message: `the provider of ${cluster.name} accepts the audience '${audience}', which is the API server's own`,
          evidence: [["accepts", provider.clientIds.toSorted().join(", ")]],
          remedy: removal(provider.arn, audience),
          about: audience,
        };
    }
  },
};

function removal(provider: string, audience: string): CommandOrAdvice {
  const words = clientIdWords("remove-client-id-from", provider, audience);
  return words === undefined
    ? { kind: "advice", text: `Remove the audience '${audience}' from the provider in the IAM console` }
    : { kind: "command", text: shellCommand(words) };
}
