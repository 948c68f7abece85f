import { statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { base32Digest } from "../../../model/digest.ts";
import type { Dataset } from "./kinds.ts";
import type { ReadPlace } from "./place.ts";

/** The variables that say which AWS account, region, endpoint and cluster are meant; none of them is a secret. */
const VARIABLES =
  /^(?:AWS_(?:PROFILE|REGION|DEFAULT_REGION|ACCESS_KEY_ID|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|CONTAINER_CREDENTIALS_(?:RELATIVE|FULL)_URI|USE_FIPS_ENDPOINT|USE_DUALSTACK_ENDPOINT|ENDPOINT_URL\w*)|KUBECONFIG)$/;

/**
 * Under which names are cached: what they depend on. Other credentials, another region or cluster, an edited profile or
 * another current context have names of their own; so none is offered that the command would not find.
 */
export function cacheKey(
  dataset: Dataset,
  { cluster, region, profile }: ReadPlace,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const variables = Object.entries(env)
    .filter(([name]) => VARIABLES.test(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, KUBECONFIG } = env;
  const kubeconfigs = (KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const files = [
    AWS_CONFIG_FILE ?? join(homedir(), ".aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), ".aws", "credentials"),
    // Where no cluster is named, the current context says which it is.
    ...(dataset === "service-accounts" && cluster === undefined
      ? kubeconfigs.length > 0
        ? kubeconfigs
        : [join(homedir(), ".kube", "config")]
      : []),
  ];
  const place = [dataset, cluster ?? "", region ?? "", profile ?? ""];
  return base32Digest(JSON.stringify([place, variables, files.map(stampOf)]), 32);
}

/** A file's path, time and size; who edits it changes one of them. */
function stampOf(path: string): readonly (string | number)[] {
  const found = statSync(path, { throwIfNoEntry: false });
  return [resolve(path), found?.mtimeMs ?? 0, found?.size ?? 0];
}
