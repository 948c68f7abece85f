import { roleRef, type RoleArn } from "../../model/arn.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag, type CommandWords } from "../../model/command-words.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { serviceAccountOf, isElsewhere, isProved } from "../facts.ts";
import { annotate, isKept, repairOurs, secondFlags } from "../fixes.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";

/** The role exists, with exactly the ARN in the annotation. */
export function checkRole(observed: Observed): LinkResult {
  const { role } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const arn = annotatedArn(serviceAccount);
  if (serviceAccount === undefined || arn === undefined)
    return skipped("the ServiceAccount has no role annotation");
  if (isElsewhere(observed)) {
    if (isProved(observed)) return pass(`${arn}, in another AWS account, confirmed by STS`);
    return unknown(
      `the role is in AWS account ${roleRef(arn).awsAccount}, which can't be read without --role-profile`,
    );
  }
  if (role.state === "unasked") return skipped("not read");
  if (role.state === "unknown") return unseen(role.failure);
  if (role.value === undefined) return broken(missing(observed, serviceAccount.ref, arn));
  const actual = role.value.role.arn;
  return actual === arn
    ? pass(`${roleRef(arn).name} exists`)
    : broken(otherPath(observed, serviceAccount.ref, actual));
}

function missing(observed: Observed, ref: ServiceAccountRef, arn: RoleArn): LinkFinding {
  const fix = isKept(observed)
    ? repairOurs(observed, ref)
    : advice(
        "Annotate the ServiceAccount with an existing role, or create this role again with its policies:",
        again(observed, ref, arn),
      );
  return fault("role-missing", `role '${roleRef(arn).name}' not found`, { annotation: arn }, fix);
}

/** With the same name, since `create-sa` would choose another; which policies the role had is unknown. */
function again(observed: Observed, { namespace, name }: ServiceAccountRef, arn: RoleArn): CommandWords {
  const role = roleRef(arn);
  const path = role.path === "/" ? [] : ["--role-path", role.path];
  const named = ["-n", namespace, "--name", name, ...flag("--role-name", role.name), ...path];
  const where = [...observed.clusterFlags, ...secondFlags(observed)];
  return ["irsa", "create-sa", ...where, ...named, "--policy-arn", "ARN"];
}

function otherPath(observed: Observed, ref: ServiceAccountRef, actual: RoleArn): LinkFinding {
  const message = `the role's ARN differs in path or case`;
  const annotation = annotatedArn(serviceAccountOf(observed)) ?? "";
  return fault("role-path", message, { annotation, "there is": actual }, annotate(observed, ref, actual));
}
