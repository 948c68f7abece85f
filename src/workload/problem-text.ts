import type { StaleProblem } from "./pod-problem.ts";

/** A problem in one line, as `container 'app' has AWS_ROLE_ARN alone, so that neither variable is injected`. */
export function problemText({ code, container, found }: StaleProblem): string {
  const who = container === undefined ? "" : `container '${container}' `;
  switch (code) {
    case "skip-label":
      return `the label ${found} disables the webhook, whatever its value`;
    case "containers-skipped":
      return `the annotation skip-containers (${found}) lists every container`;
    case "container-skipped":
      return `${who}is listed in the annotation skip-containers, so it runs without the role`;
    case "skip-unmatched":
      return `the annotation skip-containers lists ${found}, which is not a container; spaces are significant`;
    case "not-injected":
      return `${who}runs without the ServiceAccount's role`;
    case "other-role":
      return `${who}runs with ${found}`;
    case "other-audience":
      return `runs with tokens for audience ${found}`;
    case "other-way":
      return `${who}runs with ${found} by IRSA; the ServiceAccount has a Pod Identity association, which new pods use`;
    case "association-gone":
      return `${who}asks the Pod Identity agent for credentials, but the ServiceAccount has no association`;
    case "credentials-cached":
      return `${who}may still run with credentials from before the last change of the association (${found})`;
    case "not-prepared":
      return `${who}was not prepared for Pod Identity, although it was created after the association ${found}`;
    case "variable-preset":
      return `${who}has ${found} in its env, so the webhook injects neither variable`;
    case "mount-missing":
      return `${who}has no token where AWS_WEB_IDENTITY_TOKEN_FILE points (${found})`;
    case "volume-preset":
      return `${who}reads its token from a volume of the workload's own (${found}), not from the webhook's`;
    case "token-unseen":
      return `${who}reads its token from ${found}, which irsa can't check`;
    case "kubernetes-token":
      return `${who}uses the Kubernetes API token (${found}), which has a different audience`;
    case "windows-by-affinity":
      return "selects Windows only by affinity or os; the webhook only reads the nodeSelector, and injects a Linux path";
    case "static-keys":
      return `${who}has ${found} in its env, which takes precedence over the role`;
    case "keys-unseen":
      return `${who}has variables from ${found}, whose keys can't be read: AWS_ACCESS_KEY_ID among them would take precedence over the role`;
    case "region-missing":
      return `${who}has no AWS_REGION`;
    case "agent-not-on-fargate":
      return "runs on Fargate, where there is no Pod Identity agent";
    case "agent-not-on-windows":
      return `selects Windows nodes (${found}), where there is no Pod Identity agent`;
    case "agent-variable-preset":
      return `${who}has ${found} in its env, so its SDK does not ask the Pod Identity agent`;
    case "agent-token-missing":
      return `${who}has no token for the Pod Identity agent (${found})`;
    case "agent-by-proxy":
      return `${who}has ${found}, so its SDK may ask the proxy instead of the Pod Identity agent`;
    case "web-identity-preset":
      return `${who}has ${found} in its env, which takes precedence over the association`;
    case "token-unreadable":
      return `${who}can't read the token (${found})`;
  }
}
