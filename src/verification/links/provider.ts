import type { ProviderArn } from "../../model/arn.ts";
import type { Provider } from "../../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, hostPath, type IssuerUrl } from "../../model/issuer.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { isApiAudience } from "../../model/api-audience.ts";
import type { LinkFinding, Fix, LinkResult } from "../chain.ts";
import {
  serviceAccountOf,
  annotatedRole,
  audienceOf,
  isElsewhere,
  isProved,
  providerFor,
  refusalOf,
} from "../facts.ts";
import { associate, useDefaultAudience } from "../fixes.ts";
import { withIssuer, type Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../seen.ts";

/** IAM knows the issuer, and takes tokens of the ServiceAccount's audience. */
export function checkProvider(observed: Observed): LinkResult {
  const { provider } = observed;
  const cluster = withIssuer(observed);
  if (cluster === undefined) return skipped("there is no issuer");
  if (isElsewhere(observed)) return checkElsewhere(observed);
  if (provider.state === "unasked") return skipped("not asked");
  if (provider.state === "unknown") return unseen(provider.failure);
  if (provider.value === undefined) return broken(missing(observed, cluster.issuer));
  return checkAudience(observed, provider.value);
}

function checkAudience(observed: Observed, { arn, clientIds }: Provider): LinkResult {
  const audience = audienceOf(serviceAccountOf(observed));
  // An empty audience is the ServiceAccount's fault, and told there.
  if (audience === "" || clientIds.includes(audience))
    return pass(`registered, audience ${clientIds.join(", ") || "none"}`);
  const close = clientIds.find((id) => id.trim() === audience || id.toLowerCase() === audience.toLowerCase());
  const message =
    close === undefined
      ? `the provider does not accept the audience '${audience}'`
      : `the provider accepts '${close}', which is not quite '${audience}'`;
  const evidence = { provider: arn, accepts: clientIds.join(", ") || "none", needs: audience };
  return broken(fault("audience-not-accepted", message, evidence, fixOf(observed, audience)));
}

/**
 * An audience of the API server's own is not for IAM to accept: the annotation is what is wrong. Any other may be wrong
 * too, since whoever may annotate ServiceAccounts chose it: that is said first.
 */
function fixOf(observed: Observed, audience: string): Fix {
  const serviceAccount = serviceAccountOf(observed);
  if (serviceAccount === undefined || audience === DEFAULT_AUDIENCE) return associate(observed, audience);
  if (isApiAudience(audience, withIssuer(observed))) return useDefaultAudience(observed, serviceAccount.ref);
  const { text } = associate(observed, audience);
  return useDefaultAudience(
    observed,
    serviceAccount.ref,
    `Unless IAM is to accept this audience, remove the annotation. The plan to accept it: ${text}`,
  );
}

/** IAM knows nothing of the issuer; a provider that looks like it is told, since its owner thinks it serves. */
function missing(observed: Observed, issuer: IssuerUrl): LinkFinding {
  const wanted = hostPath(issuer);
  const known = valueOf(observed.providers) ?? [];
  const evidence = { issuer, provider: "none" };
  const fix = fixOf(observed, audienceOf(serviceAccountOf(observed)));
  const spelled = known.find((arn) => normal(issuerOf(arn)) === normal(wanted));
  if (spelled !== undefined) {
    const message = "the provider is registered under another spelling of the issuer";
    return fault("provider-other-spelling", message, { ...evidence, provider: spelled }, fix);
  }
  const id = wanted.slice(wanted.lastIndexOf("/"));
  const host = known.find((arn: ProviderArn) => arn.endsWith(id));
  if (host !== undefined) {
    const message = "a provider with the issuer's id is registered under another host";
    return fault("provider-other-host", message, { ...evidence, provider: host }, fix);
  }
  return fault("provider-missing", "the issuer is no identity provider in IAM", evidence, fix);
}

function normal(name: string): string {
  return name
    .toLowerCase()
    .replace(/:443(?=\/|$)/, "")
    .replace(/\/+$/, "");
}

/** The provider of another AWS account can't be read from here; STS knows it. */
function checkElsewhere(observed: Observed): LinkResult {
  const cluster = withIssuer(observed);
  const role = annotatedRole(serviceAccountOf(observed));
  if (cluster === undefined || role === undefined) return skipped("there is no issuer");
  const needed = providerFor(cluster, role);
  if (isProved(observed)) return pass(`${needed}, by STS's word`);
  const refusal = refusalOf(observed);
  if (!/No OpenIDConnect provider found/i.test(refusal?.message ?? ""))
    return unknown("the role is of another AWS account, whose providers can't be read from here");
  const fix = advice(`In the role's AWS account, register ${cluster.issuer} as identity provider`);
  const message = "the role's AWS account has no provider for the issuer";
  return broken(fault("provider-elsewhere", message, { role, needs: needed }, fix));
}
