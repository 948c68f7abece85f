import { eksIssuerHost, partitionNamed } from "../model/partition.ts";
import { isRead, type AwsRight } from "./right.ts";
import { anyRole, computedRoles, eksctlStackPrefixes, sameNamedProfiles } from "./role-patterns.ts";
import type { Scope } from "./scope.ts";

/** The ARNs of what a right is for. Source: Service Authorization Reference. */
export function resourcesOf(
  { action, on }: Pick<AwsRight, "action" | "on">,
  scope: Scope,
): readonly string[] {
  const { partition, region = "*", account = "*", cluster = "*", isUnrestricted = false, roles = [] } = scope;
  const iam = `arn:${partition}:iam::${account}:`;
  const eks = `arn:${partition}:eks:${region}:${account}:`;
  const isWide = isUnrestricted || isRead(action);
  switch (on) {
    case "cluster":
      return [`${eks}cluster/${cluster}`];
    case "addon":
      return [`${eks}addon/${cluster}/*`];
    case "association":
      return [`${eks}podidentityassociation/${cluster}/*`];
    case "node-group":
      return [`${eks}nodegroup/${cluster}/*`];
    case "fargate-profile":
      return [`${eks}fargateprofile/${cluster}/*`];
    case "provider":
      return [isWide ? `${iam}oidc-provider/*` : `${iam}oidc-provider/${providerPattern(scope)}`];
    case "own-role":
      return isWide ? anyRole(scope) : [...computedRoles(scope), ...roles];
    case "role":
      return isWide ? [`${iam}role/*`] : [...computedRoles(scope), ...roles];
    case "target-role":
      return (scope.targets?.roles ?? []).map((role) =>
        role.startsWith("arn:") ? role : `arn:${partition}:iam::*:role/${role}`,
      );
    case "instance-profile":
      return isWide ? [`${iam}instance-profile/*`] : sameNamedProfiles(scope);
    case "policy":
      // AWS's own policies have `aws` for the account.
      return account === "*" ? [`${iam}policy/*`] : [`${iam}policy/*`, `arn:${partition}:iam::aws:policy/*`];
    case "stack":
      return eksctlStackPrefixes({ cluster }).map(
        (prefix) => `arn:${partition}:cloudformation:${region}:${account}:stack/${prefix}*`,
      );
    case "principal":
      return [`${iam}role/*`, `${iam}user/*`];
    case "account":
      return ["*"];
  }
}

/** The provider of an issuer that is given, else those of EKS's own issuers. */
function providerPattern({ issuer, region = "*", partition }: Scope): string {
  return issuer ?? `${eksIssuerHost(region, partitionNamed(partition))}/id/*`;
}
