import { expectedOf } from "../../workload/expected.ts";
import { templateProblems } from "../../workload/pod-problems.ts";
import type { LinkResult } from "../chain.ts";
import { serviceAccountOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { podFinding } from "../pod-findings.ts";
import { advice, broken, fault, judged, skipped, unseen } from "../result.ts";
import { valueOf } from "../seen.ts";

/** What the workload says of its pods lets the webhook do its work. */
export function checkWorkload(observed: Observed): LinkResult {
  const { subject, template } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const cluster = valueOf(observed.cluster);
  if (subject.kind === "serviceaccount") return skipped("none was asked about");
  if (template.state === "unknown") return unseen(template.failure);
  if (serviceAccount === undefined || cluster === undefined)
    return skipped("its ServiceAccount is not known");
  const expected = expectedOf(serviceAccount, cluster);
  if (expected === undefined && serviceAccount.ref.name === "default") return broken(asDefault(observed));
  if (template.state === "unasked") return skipped("no workload was asked about");
  if (expected === undefined) return skipped("its ServiceAccount names no role");
  const findings = templateProblems(template.value, expected).map((problem) => podFinding(observed, problem));
  return judged(findings, `runs with ${serviceAccount.ref.name}`);
}

function asDefault({ subject }: Observed) {
  const evidence = { serviceAccountName: "default" };
  const fix = advice("Set spec.serviceAccountName to the ServiceAccount that has the role, and apply it");
  return fault(
    "runs-as-default",
    `${subject.name} runs with the ServiceAccount 'default', which has no role`,
    evidence,
    fix,
  );
}
