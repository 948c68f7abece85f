import { flag, type CommandWords } from "../../model/command-words.ts";
import type { ClusterRef, RoleArn } from "../../model/arn.ts";
import { Failure, type FailureDetail } from "../../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";

/** Whom a refusal is about. */
interface Named {
  readonly serviceAccount: ServiceAccountRef;
  readonly byFile?: boolean;
  /** By `adopt`, which takes no role: the flags are those of `create-sa`. */
  readonly byAdopt?: boolean;
}

/** The role that irsa made for the ServiceAccount, and the flags that lead to its cluster. */
export interface OurRole {
  readonly arn: RoleArn;
  readonly clusterFlags: readonly string[];
}

/** What to write when a ServiceAccount has a role that is not the one to be. */
export function nameBoth(named: Named): string {
  const [own, existing] = named.byFile
    ? ["roleName", "attachRoleARN in the file"]
    : [`${through(named)}--role-name NAME`, "--attach-role-arn ARN"];
  return `To use another role: ${own} (irsa creates it) or ${existing}`;
}

/** The refusal of an annotation that is not a valid role ARN. */
export function badAnnotation(named: Named, annotation: string): Failure {
  const { serviceAccount } = named;
  return new Failure(
    "refused",
    "bad-annotation",
    `${serviceAccountPath(serviceAccount)} is annotated with '${annotation}', which is not a valid role ARN`,
    {
      advice: nameBoth(named),
    },
  );
}

/** The refusal of an annotation whose role is not to be found. */
export function annotatedRoleGone(
  named: Named,
  annotation: string,
  cluster: ClusterRef,
  ours?: OurRole,
): Failure {
  const { serviceAccount } = named;
  const both = nameBoth(named);
  const elsewhere = !annotation.includes(`:${cluster.awsAccount}:`);
  const state = elsewhere ? "in another AWS account, which can't be checked" : "that does not exist";
  return new Failure(
    "refused",
    "annotated-role",
    `${serviceAccountPath(serviceAccount)} is annotated with a role ${state}`,
    {
      facts: [
        ["annotation", annotation],
        ...(ours === undefined ? [] : [["irsa's role", ours.arn] as const]),
      ],
      ...(ours !== undefined
        ? { advice: `${both}. To use irsa's role:`, command: verifyFix(serviceAccount, ours) }
        : elsewhere
          ? { advice: both }
          : again(named, annotation, both)),
    },
  );
}

/** By itself a new role has another name, and the ServiceAccount and its pods would not be led to it. */
function again(named: Named, annotation: string, both: string): Pick<FailureDetail, "advice" | "flags"> {
  const name = annotation.slice(annotation.lastIndexOf("/") + 1);
  if (named.byFile === true) return { advice: `To create that role again: roleName ${name}. ${both}` };
  const how = named.byAdopt === true ? "run irsa create-sa with" : "add this flag";
  return { advice: [both, `To create that role again, ${how}:`], flags: flag("--role-name", name) };
}

/** What the flags belong to, where it is not the command that was run. */
function through({ byAdopt = false }: Named): string {
  return byAdopt ? "irsa create-sa with " : "";
}

/** Which annotates the ServiceAccount again. */
function verifyFix(serviceAccount: ServiceAccountRef, { clusterFlags }: OurRole): CommandWords {
  return ["irsa", "verify", serviceAccountPath(serviceAccount), ...clusterFlags, "--fix", "--approve"];
}
