import { isCaution, type PodProblem } from "../workload/pod-problem.ts";
import { problemText } from "../workload/problem-text.ts";
import type { LinkFinding } from "./chain.ts";
import type { Observed } from "./observed.ts";
import { advice, caution, fault } from "./result.ts";
import type { FindingCode } from "./rows.ts";
import { valueOf } from "../model/known.ts";

/** The fix for each problem in the workload itself. */
const FIXES: Readonly<Record<PodProblem["code"], string>> = {
  "skip-label": "Remove the label from the workload's pod template",
  "containers-skipped":
    "Remove the containers that need the role from the annotation eks.amazonaws.com/skip-containers",
  "container-skipped":
    "Remove it from the annotation eks.amazonaws.com/skip-containers if it calls AWS with the role",
  "skip-unmatched": "List the containers' exact names in skip-containers, without spaces",
  "not-injected": "Restart the workload",
  "other-role": "Restart the workload",
  "other-audience": "Restart the workload",
  "variable-preset": "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the workload's env",
  "mount-missing":
    "Remove the AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE variables from the workload's env",
  "volume-preset": "Remove the volume and its mounts from the workload",
  "token-unseen":
    "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the workload's env, unless something else provides the token",
  "kubernetes-token": "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the workload's env",
  "windows-by-affinity": "Add the nodeSelector kubernetes.io/os: windows",
  "static-keys": "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the workload's env",
  "keys-unseen": "Check that no key is called AWS_ACCESS_KEY_ID; to have it checked, allow 'get' on them",
  "region-missing": "Set AWS_REGION in the workload's env",
  "agent-not-on-fargate":
    "Use IRSA for this ServiceAccount: annotate it with a role, and delete the association",
  "agent-not-on-windows":
    "Use IRSA for this ServiceAccount: annotate it with a role, and delete the association",
  "agent-variable-preset": "Remove the AWS_CONTAINER_* variables from the workload's env",
  "agent-token-missing":
    "Remove the volume eks-pod-identity-token, its mounts and the AWS_CONTAINER_* variables from the workload",
  "agent-by-proxy": "Add 169.254.170.23 and [fd00:ec2::23] to NO_PROXY in the workload's env",
  "web-identity-preset":
    "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the workload's env, or delete the association",
  "token-unreadable": "Set securityContext.fsGroup in the pod spec, for example to 65534",
};

const CODES = {
  "not-injected": "pod-stale",
  "other-role": "pod-stale",
  "other-audience": "pod-stale",
} as const;

/** A problem of a pod, or of the template that it is created from, as a finding. */
export function podFinding(observed: Observed, problem: PodProblem): LinkFinding {
  const level = isCaution(problem) ? caution : fault;
  const evidence = {
    ...(problem.container !== undefined && { container: problem.container }),
    found: problem.found,
  };
  return level(codeOf(observed, problem), problemText(problem), evidence, advice(FIXES[problem.code]));
}

function codeOf({ cluster }: Observed, { code }: PodProblem): FindingCode {
  if (code === "region-missing") {
    const partition = valueOf(cluster)?.partition ?? "aws";
    if (partition === "aws-cn") return "region-missing-china";
    return partition === "aws" ? "region-missing" : "region-missing-partition";
  }
  return code === "not-injected" || code === "other-role" || code === "other-audience" ? CODES[code] : code;
}
