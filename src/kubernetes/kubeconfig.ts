import { requireVerifiedTls, type ApiAccess } from "./api-access.ts";
import { accessBy } from "./kubeconfig/access.ts";
import { chooseContext, type ChosenContext } from "./kubeconfig/choose.ts";
import { loadedKubeconfig, loadKubeconfig } from "./kubeconfig/load.ts";
import { POD_CONTEXT, podContext } from "./kubeconfig/pod-context.ts";
import { keepSecretsIn } from "./kubeconfig/secrets.ts";

/**
 * A context of the user's kubeconfig that may be connected by.
 * @param text the kubeconfig itself, where it is not a file
 * @throws Failure `unverified-tls`, and as `userAccess`
 */
export function connectableAccess(
  file: string | undefined,
  context: string | undefined,
  text?: string,
): ApiAccess {
  const access = text === undefined ? userAccess(file, context) : accessIn(text, context);
  requireVerifiedTls(access, file);
  return access;
}

/**
 * The way of a context of the user's kubeconfig; without names, kubectl's own choice. What can be wrong with it is looked
 * for before it is used.
 * @throws Failure `kubeconfig`, `no-context`
 */
export function userAccess(file: string | undefined, context: string | undefined): ApiAccess {
  return accessBy(userContext(file, context));
}

function accessIn(text: string, context: string | undefined): ApiAccess {
  const config = loadedKubeconfig(text);
  keepSecretsIn(config);
  return accessBy(chooseContext(config, context));
}

/**
 * The entries of a context of the user's kubeconfig; in a pod that has none, those of its ServiceAccount.
 * @throws Failure `kubeconfig`, `no-context`
 */
export function userContext(file?: string, context?: string): ChosenContext {
  const config = loadKubeconfig(file);
  keepSecretsIn(config);
  const inPod =
    config.files.length === 0 && (context ?? POD_CONTEXT) === POD_CONTEXT ? podContext() : undefined;
  return inPod ?? chooseContext(config, context);
}
