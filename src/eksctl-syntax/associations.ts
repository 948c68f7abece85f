import { prefixWords, type Own, type Translate } from "./own.ts";
import { wrong } from "./wrong.ts";
import type { Words } from "./words.ts";

/** eksctl's commands for Pod Identity associations, which do what they say without `--approve`. */
export const ASSOCIATION_COMMANDS: Readonly<Record<string, Translate>> = {
  "create podidentityassociation": create,
  "get podidentityassociation": get,
  "get podidentityassociations": get,
  "update podidentityassociation": update,
  "delete podidentityassociation": remove,
};

const BY_FILE = ["--way", "pod-identity"];

function create(words: Words, prefixGiven: boolean): Own {
  const isNamed = words.has("role-name") || words.has("role-arn");
  const prefix = prefixWords(isNamed, prefixGiven);
  if (words.file !== undefined)
    return { args: ["apply", "-f", words.file, ...BY_FILE, ...prefix, "--approve"] };
  if (words.has("well-known-policies"))
    throw wrong(
      "--well-known-policies is not supported: set wellKnownPolicies under iam.podIdentityAssociations in a file, and run irsa apply -f",
    );
  return {
    args: [
      "create-sa",
      ...words.clusterFlags,
      ...words.associated,
      "--pod-identity",
      ...words.list("permission-policy-arns", "--policy-arn"),
      ...words.value("role-arn", "--attach-role-arn"),
      ...words.value("role-name"),
      ...words.value("permission-boundary-arn", "--permissions-boundary"),
      ...words.value("target-role-arn"),
      ...words.flag("disable-session-tags"),
      ...words.list("tags", "--tag"),
      ...(words.has("create-service-account") ? [] : ["--role-only"]),
      ...prefix,
      "--approve",
    ],
  };
}

function get(words: Words): Own {
  if (words.file !== undefined) throw wrong("get with -f is not supported: use --cluster");
  if (words.has("service-account-name") && !words.has("namespace"))
    throw wrong("--namespace must be set in order to specify --service-account-name");
  const one = words.has("service-account-name") ? words.associated : words.value("namespace");
  // eksctl does not fail where there is none.
  const lenient = words.has("service-account-name") ? ["--ignore-not-found"] : [];
  return { args: ["get-sa", ...words.clusterFlags, ...one, ...lenient, ...words.value("output")] };
}

/** eksctl gives the association another role, whoever created it. */
function update(words: Words): Own {
  if (words.file !== undefined)
    return {
      args: ["apply", "-f", words.file, ...BY_FILE, "--override-existing-serviceaccounts", "--approve"],
    };
  const { clusterFlags, associated } = words;
  if (!words.has("role-arn")) throw wrong("--role-arn is required");
  if (words.has("no-disable-session-tags"))
    throw wrong(
      "--no-disable-session-tags is not supported with --role-arn: run irsa update-sa --no-disable-session-tags",
    );
  return {
    args: [
      "create-sa",
      ...clusterFlags,
      ...associated,
      "--pod-identity",
      ...words.value("role-arn", "--attach-role-arn"),
      ...words.value("target-role-arn"),
      ...words.flag("disable-session-tags"),
      "--role-only",
      "--override-existing-serviceaccounts",
      "--approve",
    ],
  };
}

function remove(words: Words): Own {
  if (words.file !== undefined)
    throw wrong(
      "delete with -f is not supported: delete ServiceAccounts by name (irsa delete-sa), or remove them from the file and run irsa apply --prune",
    );
  return { args: ["delete-sa", ...words.clusterFlags, ...words.associated, "--approve"] };
}
