import { excerpt } from "../../model/excerpt.ts";
import type { ExecPlugin } from "./entries.ts";
import { kubeconfigFailure } from "./read-credential.ts";

/** The versions of the plugins' own API that kubectl knows. Source: client-go, plugin/pkg/client/auth/exec. */
const GROUP = "client.authentication.k8s.io";
const VERSIONS: readonly string[] = [`${GROUP}/v1`, `${GROUP}/v1beta1`];
const MODES: readonly string[] = ["Never", "IfAvailable", "Always"];

/** Holds what a kubeconfig says of a plugin to what kubectl takes. @throws Failure `kubeconfig` */
export function requirePlugin(exec: ExecPlugin, whose: string): void {
  const { command, args, apiVersion, env, interactiveMode } = exec;
  const wrong = (problem: string, advice?: string) =>
    kubeconfigFailure(`the credential plugin of the ${whose} in the kubeconfig ${problem}`, advice);
  if (command === "") throw wrong("has no command");
  if (apiVersion === "") throw wrong("has no apiVersion", `Set it to ${GROUP}/v1`);
  if (!VERSIONS.includes(apiVersion))
    throw wrong(
      `has the apiVersion '${excerpt(apiVersion)}', which is not supported`,
      `Use ${VERSIONS.join(" or ")}. For EKS, aws eks update-kubeconfig writes it`,
    );
  if (env.some(({ name }) => name === "")) throw wrong("has an env variable without a name");
  // No program can be given one. The value is not shown: it may be a secret.
  const parts = { command: [command], args, env: env.flatMap(({ name, value }) => [name, value]) };
  for (const [part, texts] of Object.entries(parts))
    if (texts.some((text) => text.includes("\0"))) throw wrong(`has a null character in its ${part}`);
  if (interactiveMode === undefined && apiVersion === `${GROUP}/v1`)
    throw wrong("has no interactiveMode", `Set it to ${MODES.join(", ")}`);
  if (interactiveMode !== undefined && !MODES.includes(interactiveMode))
    throw wrong(
      `has the interactiveMode '${excerpt(interactiveMode)}', which is not supported`,
      `Set it to ${MODES.join(", ")}`,
    );
}
