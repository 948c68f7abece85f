import { flag, shellCommand, type ShellCommand } from "../model/shell.ts";
import type { ClusterRef, RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";

/** Whom a refusal is about. */
interface Named {
  readonly account: ServiceAccountRef;
  readonly byFile?: boolean;
}

/** The role that irsa made for the account, and the flags that lead to its cluster. */
export interface OurRole {
  readonly arn: RoleArn;
  readonly reach: readonly string[];
}

/** What to write when an account has a role that is not the one to be. */
export function nameBoth({ byFile = false }: Named): string {
  const [own, existing] = byFile
    ? ["roleName", "attachRoleARN in the file"]
    : ["--role-name NAME", "--attach-role-arn ARN"];
  return `To give it another role, name that role: ${own} (irsa creates it) or ${existing}`;
}

/** The refusal of an annotation that is no role ARN. */
export function badAnnotation(named: Named, annotation: string): Failure {
  const { account } = named;
  return new Failure(
    "refused",
    "bad-annotation",
    `${accountPath(account)} is annotated with '${annotation}', which is no role ARN`,
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
  const { account } = named;
  const both = nameBoth(named);
  const elsewhere = !annotation.includes(`:${cluster.account}:`);
  const state = elsewhere
    ? "of another AWS account, which can't be checked from here"
    : "that does not exist";
  return new Failure(
    "refused",
    "annotated-role",
    `${accountPath(account)} is annotated with a role ${state}`,
    {
      facts: [
        ["annotation", annotation],
        ...(ours === undefined ? [] : [["irsa's role", ours.arn] as const]),
      ],
      advice:
        ours === undefined
          ? elsewhere
            ? both
            : `${again(named, annotation)}. ${both}`
          : `${both}. If irsa's role for it is meant:`,
      ...(ours !== undefined && { command: verifyFix(account, ours) }),
    },
  );
}

/** By itself a new role has another name, and the account and its pods would not be led to it. */
function again({ byFile = false }: Named, annotation: string): string {
  const name = annotation.slice(annotation.lastIndexOf("/") + 1);
  const named = byFile ? ["roleName", name] : flag("--role-name", name);
  return `To create that role again, give its name: ${named.join(" ")}`;
}

/** Which annotates the account anew. */
function verifyFix(account: ServiceAccountRef, { reach }: OurRole): ShellCommand {
  return shellCommand(["irsa", "verify", accountPath(account), ...reach, "--fix", "--approve"]);
}
