import { DEFAULT_AUDIENCE } from "./issuer.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import { flag } from "./shell.ts";

/** The flags of a reach that are about the cluster's API alone; kubectl has them by the same names. */
const OF_KUBECONFIG = new Set(["--kubeconfig", "--context"]);

/** The words of a `kubectl` command that goes where the reach leads; each flag of a reach is followed by its value. */
export function kubectlWords(reach: readonly string[], ...words: readonly string[]): string[] {
  return ["kubectl", ...reach.filter((_, at) => isOfKubeconfig(reach, at)), ...words];
}

/**
 * The words of the `associate-oidc` that makes the cluster's issuer a provider; it does not call the cluster. With another
 * audience than the default, which may be anybody's, the plan is to be seen first.
 */
export function associateWords(reach: readonly string[], audience: string): string[] {
  const rest = audience === DEFAULT_AUDIENCE ? ["--approve"] : flag("--audience", audience);
  const toAws = reach.filter((_, at) => !isOfKubeconfig(reach, at));
  return ["irsa", "associate-oidc", ...toAws, ...rest];
}

/** The words of the `migrate-trust` that lets the cluster have every role that trusts another issuer. */
export function moveWords(reach: readonly string[], issuerHostPath: string): string[] {
  const toAws = reach.filter((_, at) => !isOfKubeconfig(reach, at));
  const to = toAws.map((word) => (word === "--cluster" ? "--to" : word));
  return ["irsa", "migrate-trust", "--from", `https://${issuerHostPath}`, ...to];
}

/** What the role's trust policy is to say: the account, and how its tokens are asked for. */
export interface Attachment {
  readonly account: ServiceAccountRef;
  readonly role: string;
  readonly audience?: string;
  /** The account itself is somebody else's to write. */
  readonly roleOnly?: boolean;
}

/** The words of the `create-sa` that plans to let the account into a role that is not irsa's. */
export function attachWords(
  reach: readonly string[],
  { account, role, audience = DEFAULT_AUDIENCE, roleOnly = false }: Attachment,
): string[] {
  const who = ["-n", account.namespace, "--name", account.name];
  return [
    "irsa",
    "create-sa",
    ...reach,
    ...who,
    ...flag("--attach-role-arn", role),
    ...(audience === DEFAULT_AUDIENCE ? [] : flag("--audience", audience)),
    ...(roleOnly ? ["--role-only"] : []),
    "--add-trust",
  ];
}

function isOfKubeconfig(reach: readonly string[], at: number): boolean {
  return OF_KUBECONFIG.has(reach[at - (at % 2)] ?? "");
}
