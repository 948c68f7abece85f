import { valueOf } from "../../model/known.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { isApiAudience } from "../../model/api-audience.ts";
import { AUDIENCE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { audienceOf } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag, type CommandWords } from "../../model/command-words.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** A ServiceAccount whose tokens have an audience that the provider does not accept. */
export const audienceNotTaken: Rule = {
  code: "audience-not-taken",
  title: "a ServiceAccount's tokens have an audience that the OIDC provider does not accept",
  severity: "high",
  why: `STS returns InvalidIdentityToken: Incorrect token audience.`,
  finds: `Annotated ServiceAccounts whose audience (the annotation \`eks.amazonaws.com/audience\`, \`${DEFAULT_AUDIENCE}\` by default) is not one of the OIDC provider's audiences.`,
  remedies: `Add the audience to the OIDC provider, or remove the annotation. Do not add an audience of the API server.`,
  sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"],
  *find({ annotated }) {
    for (const { cluster, serviceAccount } of annotated) {
      const { cluster: found } = cluster.audited;
      const provider = valueOf(cluster.audited.provider);
      const audience = audienceOf(serviceAccount);
      if (provider === undefined || provider.clientIds.includes(audience)) continue;
      const isApis = isApiAudience(audience, found);
      const flags = ["--cluster", found.name, "--region", found.region, ...flag("--audience", audience)];
      yield {
        subject: aboutServiceAccount(found, serviceAccount.ref),
        message: `the OIDC provider of ${found.name} does not accept audience '${audience}' of ${serviceAccountPath(serviceAccount.ref)}`,
        evidence: [["accepts", provider.clientIds.toSorted().join(", ") || "none"]],
        remedy: {
          kind: "command",
          command: isApis ? withoutAnnotation(serviceAccount.ref) : ["irsa", "associate-oidc", ...flags],
        },
        namespaces: [serviceAccount.ref.namespace],
      };
    }
  },
};

function withoutAnnotation({ namespace, name }: ServiceAccountRef): CommandWords {
  return ["kubectl", "-n", namespace, "annotate", "serviceaccount", name, `${AUDIENCE_ANNOTATION}-`];
}
