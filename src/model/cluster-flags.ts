import { DEFAULT_AUDIENCE } from "./issuer.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import { flag, type CommandWords } from "./command-words.ts";
import type { Grant } from "./trust-policy/grant.ts";

/** The flags of a reach that are about the cluster's API alone; kubectl has them by the same names. */
const OF_KUBECONFIG = new Set(["--kubeconfig", "--context"]);

/** The words of a `kubectl` command that goes where the reach leads; each flag of a reach is followed by its value. */
export function kubectlWords(clusterFlags: readonly string[], ...words: readonly string[]): CommandWords {
  return ["kubectl", ...kubectlFlags(clusterFlags), ...words];
}

/** Of the flags that select the cluster, those that kubectl has too. */
export function kubectlFlags(clusterFlags: readonly string[]): string[] {
  return clusterFlags.filter((_, at) => isOfKubeconfig(clusterFlags, at));
}

/**
 * The words of the `associate-oidc` that makes the cluster's issuer a provider; it does not call the cluster. With another
 * audience than the default, which may be anybody's, the plan is to be seen first.
 */
export function associateWords(clusterFlags: readonly string[], audience: string): CommandWords {
  const rest = audience === DEFAULT_AUDIENCE ? ["--approve"] : flag("--audience", audience);
  const toAws = clusterFlags.filter((_, at) => !isOfKubeconfig(clusterFlags, at));
  return ["irsa", "associate-oidc", ...toAws, ...rest];
}

/** The words of the `migrate-trust` that lets the cluster have every role that trusts another issuer. */
export function moveWords(clusterFlags: readonly string[], issuerHostPath: string): CommandWords {
  const toAws = clusterFlags.filter((_, at) => !isOfKubeconfig(clusterFlags, at));
  const to = toAws.map((word) => (word === "--cluster" ? "--to" : word));
  return ["irsa", "migrate-trust", "--from", `https://${issuerHostPath}`, ...to];
}

/** What the role's trust policy is to say: the ServiceAccount, and how its tokens are asked for. */
export interface Attachment {
  readonly serviceAccount: ServiceAccountRef;
  readonly role: string;
  /** By which way; by tokens of the default audience unless given. */
  readonly grant?: Grant;
  /** The ServiceAccount itself is somebody else's to write. */
  readonly roleOnly?: boolean;
}

/** The words of the `create-sa` that plans to let the ServiceAccount into a role that is not irsa's. */
export function attachWords(
  clusterFlags: readonly string[],
  { serviceAccount, role, grant, roleOnly = false }: Attachment,
): CommandWords {
  const who = ["-n", serviceAccount.namespace, "--name", serviceAccount.name];
  return [
    "irsa",
    "create-sa",
    ...clusterFlags,
    ...who,
    ...flag("--attach-role-arn", role),
    ...(grant === undefined ? [] : wayFlags(grant)),
    ...(roleOnly ? ["--role-only"] : []),
    "--add-trust",
  ];
}

/** The flags that ask for a grant of `create-sa`, where they are not the defaults. */
function wayFlags(grant: Grant): readonly string[] {
  if (grant.way === undefined)
    return grant.audience === DEFAULT_AUDIENCE ? [] : flag("--audience", grant.audience);
  return ["--pod-identity", ...(grant.withoutSessionTags ? ["--disable-session-tags"] : [])];
}

function isOfKubeconfig(clusterFlags: readonly string[], at: number): boolean {
  return OF_KUBECONFIG.has(clusterFlags[at - (at % 2)] ?? "");
}
