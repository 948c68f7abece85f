import type { FailureCode } from "../model/failure-codes.ts";
import { ASSOCIATION_COMMANDS } from "./associations.ts";
import { prefixWords, type Own, type Translate } from "./own.ts";
import { wrong } from "./wrong.ts";
import { parseWords, type Words } from "./words.ts";

/** An eksctl command line as an irsa command line. */
export interface Translation {
  /** What to run. */
  readonly args: readonly string[];
  /** Flags of eksctl's that irsa does not need. */
  readonly ignored: readonly string[];
  /** Codes of failures that eksctl ignores: they are reported, and the exit code is 0. */
  readonly toleratedCodes: readonly FailureCode[];
}

/** The commands of eksctl that irsa knows; `s` at the end is an alias of eksctl's. */
const COMMANDS: Readonly<Record<string, Translate>> = {
  "utils associate-iam-oidc-provider": associate,
  "utils migrate-to-pod-identity": migrate,
  "create iamserviceaccount": create,
  "get iamserviceaccount": get,
  "get iamserviceaccounts": get,
  "update iamserviceaccount": update,
  "delete iamserviceaccount": remove,
  ...ASSOCIATION_COMMANDS,
};

/** With a file, these commands are about its ServiceAccounts by IRSA alone. */
const BY_FILE = ["--way", "irsa"];

/**
 * Translates a command line that begins with eksctl's words; `undefined` for any other.
 * Source: eksctl 0.231, `eksctl create iamserviceaccount --help` and its neighbors.
 * @param prefixGiven whether a prefix for the names of roles is set (IRSA_ROLE_PREFIX)
 * @throws Failure of kind `input` for flags that eksctl does not have, and for what has no like in irsa
 */
export function translateEksctl(args: readonly string[], prefixGiven: boolean): Translation | undefined {
  const [verb = "", noun = "", ...rest] = args;
  const own = Object.hasOwn(COMMANDS, `${verb} ${noun}`) ? COMMANDS[`${verb} ${noun}`] : undefined;
  if (own === undefined) return undefined;
  const words = parseWords(`${verb} ${noun}`, rest);
  const { args: ours, toleratedCodes = [] } = own(words, prefixGiven);
  return { args: ours, ignored: words.dropped, toleratedCodes };
}

function associate(words: Words): Own {
  if (words.file !== undefined)
    return { args: ["apply", "-f", words.file, "--associate-oidc", "--exclude", "*", ...words.approve] };
  const cluster = words.cluster ?? words.name;
  const named = cluster === undefined ? [] : ["--cluster", cluster];
  return { args: ["associate-oidc", ...named, ...words.place, ...words.approve] };
}

/** eksctl migrates all that it finds; irsa removes the former trust only where no pod uses it. */
function migrate(words: Words): Own {
  if (words.file !== undefined)
    throw wrong("migrate-to-pod-identity with -f is not supported: use --cluster");
  const finish = words.has("remove-oidc-provider-trust-relationship") ? ["--finish"] : [];
  return { args: ["migrate-pod-identity", "--all", ...words.clusterFlags, ...finish, ...words.approve] };
}

function create(words: Words, prefixGiven: boolean): Own {
  if (words.has("subject-pattern"))
    throw wrong(
      "--subject-pattern is not supported: a role created by irsa trusts exactly one ServiceAccount. Use --attach-role-arn with a role that has such a trust policy",
    );
  const override = words.flag("override-existing-serviceaccounts");
  const prefix = prefixWords(words.has("role-name") || words.has("attach-role-arn"), prefixGiven);
  const toleratedCodes: readonly FailureCode[] = override.length > 0 ? [] : ["account-exists"];
  if (words.file !== undefined) {
    const existing = override.length > 0 ? override : ["--leave-existing"];
    return {
      args: ["apply", "-f", words.file, ...BY_FILE, ...words.globs, ...existing, ...prefix, ...words.approve],
    };
  }
  return {
    args: [
      "create-sa",
      ...words.clusterFlags,
      ...words.serviceAccount,
      ...words.list("attach-policy-arn", "--policy-arn"),
      ...words.value("attach-role-arn"),
      ...words.value("role-name"),
      ...words.flag("role-only"),
      ...words.list("tags", "--tag"),
      ...override,
      ...prefix,
      ...words.approve,
    ],
    toleratedCodes,
  };
}

function get(words: Words): Own {
  if (words.file !== undefined) throw wrong("get with -f is not supported: use --cluster");
  // eksctl does not fail where it does not exist.
  const lenient = words.name === undefined ? [] : ["--ignore-not-found"];
  return {
    args: [
      "get-sa",
      ...words.clusterFlags,
      ...words.optionalServiceAccount,
      ...lenient,
      ...words.value("output"),
    ],
  };
}

function update(words: Words): Own {
  if (words.file !== undefined)
    return { args: ["apply", "-f", words.file, ...BY_FILE, ...words.globs, ...words.approve] };
  const policies = words.list("attach-policy-arn", "--set-policy-arn");
  if (policies.length === 0)
    throw wrong("--attach-policy-arn is required: the policies of the ServiceAccount");
  return {
    args: ["update-sa", ...words.clusterFlags, ...words.serviceAccount, ...policies, ...words.approve],
  };
}

/** eksctl deletes a named ServiceAccount immediately; irsa has no command that deletes what a file names. */
function remove(words: Words): Own {
  if (words.file !== undefined)
    throw wrong(
      "delete with -f is not supported: delete ServiceAccounts by name (irsa delete-sa), or remove them from the file and run irsa apply --prune",
    );
  if (words.approve.length > 0)
    throw wrong("--approve requires -f: as in eksctl, a named ServiceAccount is deleted without it");
  return { args: ["delete-sa", ...words.clusterFlags, ...words.serviceAccount, "--approve"] };
}
