import type { Role } from "../model/iam-objects.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { associateWords, attachWords, kubectlWords } from "../model/reach.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { shellCommand } from "../model/shell.ts";
import type { Fix } from "./chain.ts";
import { annotatedRole, accountOf } from "./facts.ts";
import { ownedRole, type OwnedRole } from "../service-account/ownership.ts";
import { withIssuer, type Observed } from "./observed.ts";
import { valueOf } from "./seen.ts";

/** A command line. */
export function command(words: readonly string[], note?: string): Fix {
  return { kind: "command", text: shellCommand(words), ...(note !== undefined && { note }) };
}

/** Makes the issuer a provider that accepts the audience. */
export function associate({ reach }: Observed, audience: string): Fix {
  return command(associateWords(reach, audience));
}

/** Lets the account into the role, which only the role's owner may decide; the annotation is no reason to skip the plan. */
export function addTrust({ reach }: Observed, ref: ServiceAccountRef, role: string): Fix {
  const name = role.slice(role.lastIndexOf("/") + 1);
  return command(attachWords(reach, { account: ref, role }), `The owner of role ${name} can mend it:`);
}

/** Brings the account and the role that irsa keeps for it in line. */
export function mendOurs({ reach }: Observed, ref: ServiceAccountRef): Fix {
  return { ...command(["irsa", "verify", accountPath(ref), ...reach, "--fix", "--approve"]), byFix: true };
}

/** Writes the role's ARN to the account, and takes away what stood in its place. */
export function annotate(
  observed: Observed,
  ref: ServiceAccountRef,
  role: string,
  remove: readonly string[] = [],
): Fix {
  const annotation = `${ROLE_ANNOTATION}=${role}`;
  return kubectl(observed, ref, "annotate", "serviceaccount", ref.name, "--overwrite", annotation, ...remove);
}

/** Takes away the annotation of another audience; by then tokens are for the default one. */
export function useDefaultAudience(observed: Observed, ref: ServiceAccountRef, note?: string): Fix {
  const words = ["annotate", "serviceaccount", ref.name, `${AUDIENCE_ANNOTATION}-`];
  return { ...kubectl(observed, ref, ...words), ...(note !== undefined && { note }) };
}

/** A command of kubectl in the account's namespace. */
export function kubectl(
  { reach }: Observed,
  { namespace }: { readonly namespace: string },
  ...words: readonly string[]
): Fix {
  return command(kubectlWords(reach, "-n", namespace, ...words));
}

/** True if irsa keeps a role for the account. */
export function isKept(observed: Observed): boolean {
  return keptRole(observed) !== undefined;
}

/** A role that irsa keeps for the account, and the proof of that. */
export interface KeptRole {
  readonly role: Role;
  readonly proof: OwnedRole;
}

/** The role that irsa keeps for the account: the annotated one if it is that, else the one of the computed name. */
export function keptRole(observed: Observed): KeptRole | undefined {
  const cluster = withIssuer(observed);
  const ref = valueOf(observed.account)?.ref;
  if (cluster === undefined || ref === undefined) return undefined;
  const annotated = annotatedRole(accountOf(observed)) && valueOf(observed.role)?.role;
  const kept = [annotated, valueOf(observed.kept)].flatMap((role) => {
    const proof = role && ownedRole(role, cluster, ref);
    return role === undefined || proof === undefined ? [] : [{ role, proof }];
  });
  return kept[0];
}
