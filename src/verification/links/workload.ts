import { expectedOf } from "../../workload/expected.ts";
import { templateProblems } from "../../workload/pod-problems.ts";
import type { LinkResult } from "../chain.ts";
import { serviceAccountOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { podFinding } from "../pod-findings.ts";
import { advice, broken, fault, judged, skipped, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** The workload's pod template lets the webhook inject. */
export function checkWorkload(observed: Observed): LinkResult {
  const { subject, template } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const cluster = valueOf(observed.cluster);
  if (subject.kind === "serviceaccount") return skipped("not requested");
  if (template.state === "unknown") return unseen(template.failure);
  if (serviceAccount === undefined || cluster === undefined) return skipped("its ServiceAccount is unknown");
  const expected = expectedOf(serviceAccount, cluster);
  if (expected === undefined && serviceAccount.ref.name === "default") return broken(asDefault(observed));
  if (template.state === "unasked") return skipped("not requested");
  if (expected === undefined) return skipped("its ServiceAccount has no role annotation");
  const findings = templateProblems(template.value, expected, observed.envKeys).map((problem) =>
    podFinding(observed, problem),
  );
  return judged(findings, `runs as ${serviceAccount.ref.name}`);
}

function asDefault({ subject }: Observed) {
  const evidence = { serviceAccountName: "default" };
  const fix = advice(
    "Set serviceAccountName to the ServiceAccount that has the role, then apply the manifest",
  );
  return fault(
    "runs-as-default",
    `'${subject.name}' runs as ServiceAccount 'default', which has no role`,
    evidence,
    fix,
  );
}
