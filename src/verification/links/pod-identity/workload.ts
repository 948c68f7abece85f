import { valueOf } from "../../../model/known.ts";
import { templateIdentityProblems } from "../../../workload/pod-identity-problems.ts";
import type { LinkResult } from "../../chain.ts";
import type { Observed } from "../../observed.ts";
import { podFinding } from "../../pod-findings.ts";
import { judged, skipped, unseen } from "../../result.ts";
import { agentUri } from "./agent-uri.ts";

/** The workload's pod template lets the webhook inject, and pods of it can use what it injects. */
export function checkTemplate(observed: Observed): LinkResult {
  const { subject, template, envKeys } = observed;
  if (subject.kind === "serviceaccount" || template.state === "unasked") return skipped("not requested");
  if (template.state === "unknown") return unseen(template.failure);
  const problems = templateIdentityProblems(template.value, { keys: envKeys, uri: agentUri(observed) });
  const name = valueOf(observed.serviceAccount)?.ref.name ?? "";
  return judged(
    problems.map((problem) => podFinding(observed, problem)),
    `runs as ${name}`,
  );
}
