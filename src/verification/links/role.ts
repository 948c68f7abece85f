import { roleRef, type RoleArn } from "../../model/arn.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag, shellCommand } from "../../model/shell.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { serviceAccountOf, annotatedRole, isElsewhere, isProved } from "../facts.ts";
import { annotate, isKept, repairOurs } from "../fixes.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";

/** The role is there, under the very ARN that the ServiceAccount names. */
export function checkRole(observed: Observed): LinkResult {
  const { role } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const arn = annotatedRole(serviceAccount);
  if (serviceAccount === undefined || arn === undefined) return skipped("the ServiceAccount names no role");
  if (isElsewhere(observed)) {
    if (isProved(observed)) return pass(`${arn}, of another AWS account, by STS's word`);
    return unknown(`the role is of AWS account ${roleRef(arn).awsAccount}, which can't be read from here`);
  }
  if (role.state === "unasked") return skipped("not asked");
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
        `Annotate the ServiceAccount with a role that exists, or make this one again with what it may do: ${again(observed, ref, arn)}`,
      );
  return fault("role-missing", `there is no role '${roleRef(arn).name}'`, { annotation: arn }, fix);
}

/** The same name, since `create-sa` by itself gives a role another one; what the role was allowed nobody knows. */
function again({ clusterFlags }: Observed, { namespace, name }: ServiceAccountRef, arn: RoleArn): string {
  const role = roleRef(arn);
  const path = role.path === "/" ? [] : ["--role-path", role.path];
  const words = ["-n", namespace, "--name", name, ...flag("--role-name", role.name), ...path, "--policy-arn"];
  return `${shellCommand(["irsa", "create-sa", ...clusterFlags, ...words])} …`;
}

function otherPath(observed: Observed, ref: ServiceAccountRef, actual: RoleArn): LinkFinding {
  const message = `the role's ARN is spelled otherwise: its path, or upper and lower case`;
  const annotation = annotatedRole(serviceAccountOf(observed)) ?? "";
  return fault("role-path", message, { annotation, "there is": actual }, annotate(observed, ref, actual));
}
