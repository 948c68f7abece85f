import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { CommandWords } from "../../model/command-words.ts";
import { isEksctls } from "../role/ownership.ts";

/** What to do about a role that is not irsa's, and the command that does it. */
interface Advice {
  readonly advice: string;
  readonly command: CommandWords;
}

/**
 * The advice to adopt a role created by eksctl before changing it; `undefined` for roles of others, and for irsa's
 * elsewhere.
 * @param clusterFlags the flags that select the cluster
 */
export function adoptFirst(
  { tags }: Role,
  serviceAccount: ServiceAccountRef,
  clusterFlags: readonly string[],
): Advice | undefined {
  // What irsa manages for another ServiceAccount or cluster can't be adopted here.
  if (!isEksctls(tags) || tags[TAG.managedBy] === OUR_NAME) return undefined;
  return {
    advice: "Adopt it first; the role and its pods are not affected:",
    command: ["irsa", "adopt", serviceAccountPath(serviceAccount), ...clusterFlags, "--approve"],
  };
}

/** The refusal to change or remove a role that is not irsa's. `reach` as for `adoptFirst`. */
export function foreignRole(
  role: Role,
  serviceAccount: ServiceAccountRef,
  why: string,
  clusterFlags: readonly string[],
): Failure {
  return new Failure(
    "refused",
    "foreign-role",
    `the role of ${serviceAccountPath(serviceAccount)} is not managed by irsa: ${why}`,
    {
      facts: [["role", role.arn]],
      ...(adoptFirst(role, serviceAccount, clusterFlags) ?? {
        advice: "Change it with the tool that created it",
      }),
    },
  );
}
