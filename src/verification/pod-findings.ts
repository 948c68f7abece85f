import type { PodProblem } from "../workload/pod-problems.ts";
import { problemText } from "../workload/problem-text.ts";
import type { LinkFinding } from "./chain.ts";
import type { Observed } from "./observed.ts";
import { advice, caution, fault } from "./result.ts";
import type { FindingCode } from "./rows.ts";
import { valueOf } from "./seen.ts";

/** What mends each problem that stands in the workload itself. */
const MENDS: Readonly<Record<PodProblem["code"], string>> = {
  "skip-label": "Take the label out of the workload's template",
  "containers-skipped":
    "Take the containers that need the role out of the annotation eks.amazonaws.com/skip-containers",
  "skip-unmatched": "Write the names in skip-containers without spaces, as the containers are called",
  "not-injected": "Restart it",
  "other-role": "Restart it",
  "other-audience": "Restart it",
  "variable-preset": "Take AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE out of the workload's env",
  "mount-missing": "Take the preset AWS variables out of the workload's env",
  "volume-preset": "Take the volume aws-iam-token out of the workload",
  "kubernetes-token": "Take AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE out of the workload's env",
  "windows-by-affinity": "Add nodeSelector kubernetes.io/os: windows",
  "static-keys": "Take AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY out of the workload's env",
  "region-missing": "Set AWS_REGION in the workload's env",
  "token-unreadable": "Set securityContext.fsGroup, as 65534, in the pod's spec",
};

const CODES = {
  "not-injected": "pod-stale",
  "other-role": "pod-stale",
  "other-audience": "pod-stale",
} as const;

/** A problem of a pod, or of the template that it is made from, as a finding. */
export function podFinding(observed: Observed, problem: PodProblem): LinkFinding {
  const level = problem.code === "skip-unmatched" ? caution : fault;
  const evidence = {
    ...(problem.container !== undefined && { container: problem.container }),
    found: problem.found,
  };
  return level(codeOf(observed, problem), problemText(problem), evidence, advice(MENDS[problem.code]));
}

function codeOf({ cluster }: Observed, { code }: PodProblem): FindingCode {
  if (code === "region-missing") {
    return valueOf(cluster)?.partition === "aws-cn" ? "region-missing-china" : "region-missing";
  }
  return code === "not-injected" || code === "other-role" || code === "other-audience" ? CODES[code] : code;
}
