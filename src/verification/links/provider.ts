import type { ProviderArn } from "../../model/arn.ts";
import type { Provider } from "../../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, hostPath, type IssuerUrl } from "../../model/issuer.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import {
  annotatedArn,
  audienceOf,
  audienceToAccept,
  hasEmptyAudience,
} from "../../model/service-account-facts.ts";
import { isApiAudience } from "../../model/api-audience.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { flag } from "../../model/command-words.ts";
import type { Remedy } from "../../model/remedy.ts";
import { isWayKnown } from "../choose-way.ts";
import { serviceAccountOf, isElsewhere, isProved, providerFor, refusalOf, roleArnOf } from "../facts.ts";
import { associate, command, secondFlags, useDefaultAudience } from "../fixes.ts";
import { withIssuer, type Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** The issuer is registered in IAM, with the audience of the ServiceAccount's tokens. */
export function checkProvider(observed: Observed): LinkResult {
  const { provider } = observed;
  const cluster = withIssuer(observed);
  if (cluster === undefined) return skipped("the cluster has no OIDC issuer");
  if (isElsewhere(observed)) return checkElsewhere(observed);
  if (provider.state === "unasked") return skipped("not read");
  if (provider.state === "unknown") return unseen(provider.failure);
  if (provider.value === undefined) {
    if (secondFlags(observed).length > 0) return broken(missingThere(observed, cluster.issuer));
    const found = missing(observed, cluster.issuer);
    if (isWayKnown(observed)) return broken(found);
    return unknown(`${found.message}; whether the pods need one could not be read`);
  }
  return checkAudience(observed, provider.value);
}

function checkAudience(observed: Observed, { arn, clientIds }: Provider): LinkResult {
  const serviceAccount = serviceAccountOf(observed);
  const audience = audienceOf(serviceAccount);
  // An empty audience is reported for the ServiceAccount.
  if (hasEmptyAudience(serviceAccount) || clientIds.includes(audience))
    return pass(`registered, audience ${clientIds.join(", ") || "none"}`);
  const close = clientIds.find((id) => id.trim() === audience || id.toLowerCase() === audience.toLowerCase());
  const message =
    close === undefined
      ? `the provider does not accept the audience '${audience}'`
      : `the provider accepts '${close}', not '${audience}'`;
  const evidence = { provider: arn, accepts: clientIds.join(", ") || "none", needs: audience };
  return broken(fault("audience-not-accepted", message, evidence, fixOf(observed)));
}

/**
 * IAM must not accept an audience of the API server: the annotation is wrong. Any other may be wrong
 * too, since anyone who can annotate ServiceAccounts chose it: that comes first.
 */
function fixOf(observed: Observed): Remedy {
  const serviceAccount = serviceAccountOf(observed);
  if (secondFlags(observed).length > 0) return associateThere(observed);
  const audience = audienceToAccept(serviceAccount);
  if (serviceAccount === undefined || audience === DEFAULT_AUDIENCE) return associate(observed, audience);
  if (isApiAudience(audience, withIssuer(observed))) return useDefaultAudience(observed, serviceAccount.ref);
  return {
    ...useDefaultAudience(observed, serviceAccount.ref),
    note: "Remove the annotation, unless IAM should accept this audience:",
    otherwise: { note: "To accept the audience instead:", command: associate(observed, audience).command },
  };
}

/** The issuer is not registered; a similar provider is reported, since it may have been meant. */
function missing(observed: Observed, issuer: IssuerUrl): LinkFinding {
  const wanted = hostPath(issuer);
  const known = valueOf(observed.providers) ?? [];
  const evidence = { issuer, provider: "none" };
  const fix = fixOf(observed);
  const spelled = known.find((arn) => normal(issuerOf(arn)) === normal(wanted));
  if (spelled !== undefined) {
    const message = "the provider is registered with a different spelling of the issuer";
    return fault("provider-other-spelling", message, { ...evidence, provider: spelled }, fix);
  }
  const id = wanted.slice(wanted.lastIndexOf("/"));
  const host = known.find((arn: ProviderArn) => arn.endsWith(id));
  if (host !== undefined) {
    const message = "a provider with the issuer's ID is registered under a different host";
    return fault("provider-other-host", message, { ...evidence, provider: host }, fix);
  }
  return fault("provider-missing", "the issuer is not registered as an IAM OIDC provider", evidence, fix);
}

function normal(name: string): string {
  return name
    .toLowerCase()
    .replace(/:443(?=\/|$)/, "")
    .replace(/\/+$/, "");
}

/** The provider is missing in an AWS account that a profile was given for. */
function missingThere(observed: Observed, issuer: IssuerUrl): LinkFinding {
  const role = roleArnOf(observed) ?? "";
  const message = "the role's AWS account has no OIDC provider for the issuer";
  return fault("provider-elsewhere", message, { role, issuer, provider: "none" }, associateThere(observed));
}

/** The plan of `create-sa` for the role as it is has the provider in the role's AWS account. */
function associateThere(observed: Observed): Remedy {
  const serviceAccount = serviceAccountOf(observed);
  const role = roleArnOf(observed);
  if (serviceAccount === undefined || role === undefined) return advice("Create the provider there");
  const { namespace, name } = serviceAccount.ref;
  const who = ["-n", namespace, "--name", name, ...flag("--attach-role-arn", role)];
  return command(
    ["irsa", "create-sa", ...observed.clusterFlags, ...who, ...secondFlags(observed), "--associate-oidc"],
    "To plan the fix in the role's AWS account:",
  );
}

/** The provider of another AWS account can't be read; STS knows it. */
function checkElsewhere(observed: Observed): LinkResult {
  const cluster = withIssuer(observed);
  const role = annotatedArn(serviceAccountOf(observed));
  if (cluster === undefined || role === undefined) return skipped("the cluster has no OIDC issuer");
  const needed = providerFor(cluster, role);
  if (isProved(observed)) return pass(`${needed}, confirmed by STS`);
  const refusal = refusalOf(observed);
  if (!/No OpenIDConnect provider found/i.test(refusal?.message ?? ""))
    return unknown(
      "the role is in a different AWS account, whose providers can't be read without --role-profile",
    );
  const fix = advice(`In the role's AWS account, create an IAM OIDC provider for ${cluster.issuer}`);
  const message = "the role's AWS account has no OIDC provider for the issuer";
  return broken(fault("provider-elsewhere", message, { role, needs: needed }, fix));
}
