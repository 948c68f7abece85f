import type { Command } from "commander";
import type { Given, Parsed, Problems } from "../../model/problems.ts";
import {
  parseNamespaceName,
  parseServiceAccountName,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { fromOperator } from "../../model/source.ts";

/** The flags that name a ServiceAccount, as the argument `NAMESPACE/NAME` does. */
export interface ServiceAccountFlags {
  readonly namespace?: string;
  readonly name?: string;
}

/** Both parts of a ServiceAccount's path, each with where it was given. */
interface GivenServiceAccount {
  readonly namespace: Given;
  readonly name: Given;
}

/** Where a ServiceAccount is looked for: one, those of a namespace, those of a name, or all. */
export interface ServiceAccountScope {
  readonly namespace?: NamespaceName;
  readonly name?: ServiceAccountName;
}

/** The word of a command line that is a ServiceAccount, and so is completed. */
export const SERVICE_ACCOUNT_ARGUMENT = "namespace/name";

/** Adds the argument `NAMESPACE/NAME`; the command has `--namespace` and `--name` among its flags. */
export function addServiceAccountArgument(command: Command): Command {
  return command.argument(
    `[${SERVICE_ACCOUNT_ARGUMENT}]`,
    "ServiceAccount; --namespace and --name can be used instead",
  );
}

/** Adds `--namespace` and `--name` to a command that has no other use for them. */
export function addServiceAccountFlags(
  command: Command,
  namespaceText = 'ServiceAccount namespace (default: "default")',
): Command {
  return command
    .option("-n, --namespace <namespace>", namespaceText)
    .option("--name <name>", "ServiceAccount name");
}

/** The ServiceAccount that a command is about; `undefined` after noting what is missing or wrong. */
export function takeServiceAccount(
  text: string | undefined,
  flags: ServiceAccountFlags,
  problems: Problems,
): ServiceAccountRef | undefined {
  const given = givenServiceAccount(text, flags, problems);
  if (given === undefined) return undefined;
  const namespace = taken(given.namespace, parseNamespaceName, problems);
  const name = taken(given.name, parseServiceAccountName, problems);
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** As `takeServiceAccount`, for a judge that parses the parts itself. */
export function givenServiceAccount(
  text: string | undefined,
  flags: ServiceAccountFlags,
  problems: Problems,
): GivenServiceAccount | undefined {
  const parts = partsOf(text, flags, problems);
  if (parts === undefined) return undefined;
  const { namespace = { where: "--namespace", text: fromOperator("default") }, name } = parts;
  if (name !== undefined) return { namespace, name };
  problems.note("ServiceAccount", "", MISSING);
  return undefined;
}

/** How a command line without a ServiceAccount is answered. */
const MISSING = "is missing: pass NAMESPACE/NAME, or --namespace and --name";

/** The scope of a command that lists; all of it where nothing is given. */
export function takeScope(
  text: string | undefined,
  flags: ServiceAccountFlags,
  problems: Problems,
): ServiceAccountScope {
  const parts = partsOf(text, flags, problems);
  const namespace = taken(parts?.namespace, parseNamespaceName, problems);
  const name = taken(parts?.name, parseServiceAccountName, problems);
  return { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
}

function taken<T>(
  given: Given | undefined,
  parse: (text: string) => Parsed<T>,
  problems: Problems,
): T | undefined {
  return given && problems.take(given.where, given.text, parse);
}

function partsOf(
  text: string | undefined,
  flags: ServiceAccountFlags,
  problems: Problems,
): Partial<GivenServiceAccount> | undefined {
  const byFlag = { ...part("namespace", "--namespace", flags), ...part("name", "--name", flags) };
  if (text === undefined) return byFlag;
  const words = text.split("/");
  if (words.length > 2 || words.includes("")) {
    const problem = `${text === "" ? "is empty" : "is not a valid ServiceAccount"}; use NAMESPACE/NAME`;
    problems.note("ServiceAccount", text, problem);
    return undefined;
  }
  const [namespace, name] = words.length === 2 ? words : [flags.namespace, text];
  if (namespace === undefined) {
    problems.note("ServiceAccount", text, `has no namespace; use NAMESPACE/${text}`);
    return undefined;
  }
  const differing = (["namespace", "name"] as const).filter(
    (flag) => flags[flag] !== undefined && flags[flag] !== { namespace, name }[flag],
  );
  for (const flag of differing)
    problems.note(`--${flag}`, flags[flag] ?? "", `does not match ServiceAccount '${text}'`);
  if (differing.length > 0) return undefined;
  return {
    ...part("namespace", words.length === 2 ? "ServiceAccount" : "--namespace", { namespace }),
    ...part("name", "ServiceAccount", { name: name ?? "" }),
  };
}

function part<Key extends keyof ServiceAccountFlags>(
  key: Key,
  where: string,
  { [key]: text }: ServiceAccountFlags,
): Partial<Record<Key, Given>> {
  const given: Partial<Record<keyof ServiceAccountFlags, Given>> =
    text === undefined ? {} : { [key]: { where, text: fromOperator(text) } };
  return given;
}
