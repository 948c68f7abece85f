import type { PodProblem } from "./pod-problems.ts";

/** A problem in one line, as `container 'app' has AWS_ROLE_ARN alone, so that neither variable is injected`. */
export function problemText({ code, container, found }: PodProblem): string {
  const who = container === undefined ? "" : `container '${container}' `;
  switch (code) {
    case "skip-label":
      return `the label ${found} keeps the webhook away, whatever its value`;
    case "containers-skipped":
      return `the annotation skip-containers (${found}) names every container`;
    case "skip-unmatched":
      return `the annotation skip-containers names ${found}, and there is no such container; spaces count`;
    case "not-injected":
      return `${who}runs without the ServiceAccount's role`;
    case "other-role":
      return `${who}runs with ${found}`;
    case "other-audience":
      return `runs with tokens for the audience ${found}`;
    case "variable-preset":
      return `${who}has ${found} in its own environment, so that the webhook injects neither variable`;
    case "mount-missing":
      return `${who}has all variables preset, so that the webhook leaves out the token's mount`;
    case "volume-preset":
      return `a volume aws-iam-token stands there already (${found}), and the webhook keeps it`;
    case "kubernetes-token":
      return `${who}reads Kubernetes' own token (${found}), which is for another audience`;
    case "windows-by-affinity":
      return "asks for Windows by affinity or os alone; the webhook goes by the nodeSelector, and injects a Unix path";
    case "static-keys":
      return `${who}has ${found} in its environment, which goes before the role`;
    case "region-missing":
      return `${who}has no AWS_REGION`;
    case "token-unreadable":
      return `${who}can't read the token (${found})`;
  }
}
