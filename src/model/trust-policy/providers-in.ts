import type { ProviderArn } from "../arn.ts";
import type { TrustStatement } from "./read.ts";

/** The OIDC providers that Allow statements name as principals, each once. */
export function providersIn(trust: readonly TrustStatement[]): ProviderArn[] {
  const arns = trust
    .filter(({ effect, principal }) => effect === "Allow" && !principal.negated)
    .flatMap(({ principal: { items } }) => (items === "unreadable" ? [] : items))
    .filter(({ type, id }) => type === "Federated" && id.includes(":oidc-provider/"))
    .map(({ id }) => id as ProviderArn);
  return [...new Set(arns)];
}
