import type { Role } from "../model/iam-objects.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import type { CommandWords } from "../model/command-words.ts";
import { associateWords, attachWords, kubectlWords } from "../model/cluster-flags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { CommandRemedy } from "../model/remedy.ts";
import type { Grant } from "../model/trust-policy/grant.ts";
import { roleArnOf, secondFor } from "./facts.ts";
import { ownedRole, type OwnedRole } from "../service-account/role/ownership.ts";
import { withIssuer, type Observed } from "./observed.ts";
import { valueOf } from "../model/known.ts";

/** A command line. */
export function command(words: CommandWords, note?: string): CommandRemedy {
  return { kind: "command", command: words, ...(note !== undefined && { note }) };
}

/** Registers the issuer as a provider that accepts the audience. */
export function associate({ clusterFlags }: Observed, audience: string): CommandRemedy {
  return command(associateWords(clusterFlags, audience));
}

/** Adds the ServiceAccount to the trust policy, which only the role's owner may decide; an annotation is not a reason to skip the plan. */
export function addTrust(
  observed: Observed,
  ref: ServiceAccountRef,
  role: string,
  grant: Grant,
): CommandRemedy {
  const name = role.slice(role.lastIndexOf("/") + 1);
  // Another audience than the default is the annotation's word, which is not to be made the operator's.
  const asked = grant.way === undefined ? {} : { grant };
  return command(
    [
      ...attachWords(observed.clusterFlags, { serviceAccount: ref, role, ...asked }),
      ...secondFlags(observed),
    ],
    `To fix it, as the owner of role ${name}:`,
  );
}

/** The flag that leads to the role's AWS account, if that is not the cluster's. */
export function secondFlags(observed: Observed): readonly string[] {
  return secondFor(observed, roleArnOf(observed))?.flags ?? [];
}

/** Repairs the ServiceAccount and the role that irsa manages for it. */
export function repairOurs({ clusterFlags }: Observed, ref: ServiceAccountRef): CommandRemedy {
  return {
    ...command(["irsa", "verify", serviceAccountPath(ref), ...clusterFlags, "--fix", "--approve"]),
    byFix: true,
  };
}

/** Annotates the ServiceAccount with the role's ARN, and removes what was in its place. */
export function annotate(
  observed: Observed,
  ref: ServiceAccountRef,
  role: string,
  remove: readonly string[] = [],
): CommandRemedy {
  const annotation = `${ROLE_ANNOTATION}=${role}`;
  return kubectl(observed, ref, "annotate", "serviceaccount", ref.name, "--overwrite", annotation, ...remove);
}

/** Removes the audience annotation, so that tokens are issued for the default audience. */
export function useDefaultAudience(observed: Observed, ref: ServiceAccountRef): CommandRemedy {
  return kubectl(observed, ref, "annotate", "serviceaccount", ref.name, `${AUDIENCE_ANNOTATION}-`);
}

/** A kubectl command in the ServiceAccount's namespace. */
export function kubectl(
  { clusterFlags }: Observed,
  { namespace }: { readonly namespace: string },
  ...words: readonly string[]
): CommandRemedy {
  return command(kubectlWords(clusterFlags, "-n", namespace, ...words));
}

/** True if irsa manages a role for the ServiceAccount. */
export function isKept(observed: Observed): boolean {
  return keptRole(observed) !== undefined;
}

/** A role that irsa manages for the ServiceAccount, and the proof of that. */
export interface KeptRole {
  readonly role: Role;
  readonly proof: OwnedRole;
}

/** The role that irsa manages for the ServiceAccount: the one that pods get if irsa manages it, else the one with the computed name. */
export function keptRole(observed: Observed): KeptRole | undefined {
  const cluster = withIssuer(observed);
  const ref = valueOf(observed.serviceAccount)?.ref;
  if (cluster === undefined || ref === undefined) return undefined;
  const arn = roleArnOf(observed);
  // Fixes are planned in the cluster's AWS account alone.
  const current = secondFor(observed, arn) === undefined ? arn && valueOf(observed.role)?.role : undefined;
  const kept = [current, valueOf(observed.kept)].flatMap((role) => {
    const proof = role && ownedRole(role, cluster, ref);
    return role === undefined || proof === undefined ? [] : [{ role, proof }];
  });
  return kept[0];
}
