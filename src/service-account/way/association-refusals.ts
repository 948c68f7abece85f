import type { CommandWords } from "../../model/command-words.ts";
import { flag } from "../../model/command-words.ts";
import { Failure } from "../../model/failure.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";

/**
 * The refusal to change an association that irsa does not manage; `create-sa` may be told to.
 * @param clusterFlags the flags that select the cluster
 */
export function associationExists(
  serviceAccount: ServiceAccountRef,
  { roleArn, arn }: PodIdentityAssociation,
  clusterFlags: readonly string[],
): Failure {
  return new Failure(
    "refused",
    "association-exists",
    `${serviceAccountPath(serviceAccount)} already has a Pod Identity association that irsa does not manage`,
    {
      facts: [
        ["association", arn],
        ["role", roleArn],
      ],
      advice: [
        "To change it anyway, add --override-existing-serviceaccounts.",
        "To manage it and its role with irsa, adopt them first; pods keep their role:",
      ],
      command: adoptWords(serviceAccount, clusterFlags),
    },
  );
}

function adoptWords(serviceAccount: ServiceAccountRef, clusterFlags: readonly string[]): CommandWords {
  return ["irsa", "adopt", serviceAccountPath(serviceAccount), ...clusterFlags, "--approve"];
}

/** The refusal to change an association that an add-on would write again. */
export function ownedAssociation(serviceAccount: ServiceAccountRef, ownerArn: string): Failure {
  return new Failure(
    "refused",
    "association-owned",
    `the Pod Identity association of ${serviceAccountPath(serviceAccount)} is managed by an EKS add-on, which would overwrite it`,
    {
      facts: [["owner", ownerArn]],
      advice: "Change it with aws eks update-addon --pod-identity-associations",
    },
  );
}

/** Another's word must not decide that the trust policy can do without the tags of one ServiceAccount. */
export function tagsDisabled({
  serviceAccount,
  byFile = false,
}: Pick<DesiredServiceAccount, "byFile"> & { readonly serviceAccount: ServiceAccountRef }): Failure {
  const why = "The trust policy then can't tell this ServiceAccount from others.";
  return new Failure(
    "refused",
    "session-tags-disabled",
    `the Pod Identity association of ${serviceAccountPath(serviceAccount)} disables session tags, which was not requested`,
    byFile
      ? { advice: `${why} To allow that: disableSessionTags: true` }
      : { advice: `${why} To allow that, add this flag:`, flags: ["--disable-session-tags"] },
  );
}

/**
 * The refusal to change an association that is not irsa's.
 * @param clusterFlags the flags that select the cluster
 */
export function foreignAssociation(
  serviceAccount: ServiceAccountRef,
  { roleArn, arn }: PodIdentityAssociation,
  clusterFlags: readonly string[],
): Failure {
  const path = serviceAccountPath(serviceAccount);
  return new Failure(
    "refused",
    "foreign-association",
    `the Pod Identity association of ${path} is not managed by irsa`,
    {
      facts: [
        ["association", arn],
        ["role", roleArn],
      ],
      advice:
        "Change it with the tool that created it, or adopt it and its role first; pods keep their role:",
      command: adoptWords(serviceAccount, clusterFlags),
    },
  );
}

/** The refusal to change an association that nothing but its tags calls irsa's: its role does not confirm them. */
export function unprovenAssociation(
  serviceAccount: ServiceAccountRef,
  { roleArn, arn }: PodIdentityAssociation,
): Failure {
  return new Failure(
    "refused",
    "foreign-association",
    `only tags show that irsa manages the Pod Identity association of ${serviceAccountPath(serviceAccount)}`,
    {
      facts: [
        ["association", arn],
        ["role", roleArn],
      ],
      advice:
        "Its role is not managed by irsa, and anyone who can tag can set tags. To change it, name the role:",
      flags: flag("--role-name", roleArn.slice(roleArn.lastIndexOf("/") + 1)),
    },
  );
}

/**
 * The refusal where there is no association to change.
 * @param clusterFlags the flags that select the cluster
 */
export function noAssociation(serviceAccount: ServiceAccountRef, clusterFlags: readonly string[]): Failure {
  const path = serviceAccountPath(serviceAccount);
  return new Failure("refused", "no-association", `${path} has no Pod Identity association`, {
    advice: "Create one:",
    command: ["irsa", "create-sa", path, ...clusterFlags, "--pod-identity", "--policy-arn", "ARN"],
  });
}

/** The refusal of a session policy beside session tags, which EKS does not allow. */
export function policyNeedsNoTags(
  serviceAccount: ServiceAccountRef,
  asked: "session-policy" | "session-tags",
): Failure {
  const path = serviceAccountPath(serviceAccount);
  const [message, flagged] =
    asked === "session-policy"
      ? [
          `a session policy requires disabled session tags, which ${path} does not have`,
          "--disable-session-tags",
        ]
      : [`${path} has a session policy, which requires disabled session tags`, "--remove-session-policy"];
  return new Failure("refused", "session-policy-tags", message, {
    advice: "To change both, add this flag:",
    flags: [flagged],
  });
}
