import { flag, type AwsProgram, type CommandWords } from "./command-words.ts";

/** A parameter whose value the AWS CLI is to load. */
export interface FromFile {
  readonly file: string;
}

/**
 * The words of an `aws` command, the only place that makes one: the AWS CLI puts a file's content in place of a value that
 * begins with `file://` or `fileb://`, and version 1 what a URL leads to. Within `--cli-input-json` a value stays as it is.
 * Source: AWS CLI User Guide, "Loading a parameter from a file" and "AWS CLI skeletons and input files".
 * @param parameters by the names that the API has
 * @param globals flags of the AWS CLI's own, which it takes as they are
 */
export function awsWords(
  command: readonly string[],
  parameters: Readonly<Record<string, string | FromFile>> = {},
  globals: readonly string[] = [],
): CommandWords {
  const given = Object.entries(parameters);
  const loaded = given.filter(([, value]) => typeof value === "string" && LOADED.test(value));
  const rest = given.filter((one) => !loaded.includes(one));
  const words = rest.flatMap(([name, value]) =>
    flag(flagOf(name), typeof value === "string" ? value : `file://${value.file}`),
  );
  const input = loaded.length === 0 ? [] : ["--cli-input-json", JSON.stringify(Object.fromEntries(loaded))];
  return ["aws" as AwsProgram, ...command, ...words, ...input, ...globals];
}

const LOADED = /^\s*(?:fileb?|https?):\/\//i;

/** As `--open-id-connect-provider-arn` for `OpenIDConnectProviderArn`. */
function flagOf(parameter: string): `--${string}` {
  const words = parameter.replaceAll(/([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3-$2$4");
  return `--${words.toLowerCase()}`;
}
