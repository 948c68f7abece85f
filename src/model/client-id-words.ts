import type { CommandWords } from "./command-words.ts";

/** What is done with an audience (client ID) of an identity provider. */
export type ClientIdAction = "add-client-id-to" | "remove-client-id-from";

/**
 * The words of the `aws` command that adds an audience to a provider or removes it; `undefined` for an audience that no
 * command should carry. The AWS CLI puts a file's content in place of a value that begins with `file://` or `fileb://`,
 * and version 1 what a URL leads to; values inside of JSON stay as they are.
 * Source: AWS CLI User Guide, "Loading a parameter from a file".
 */
export function clientIdWords(
  action: ClientIdAction,
  provider: string,
  audience: string,
): CommandWords | undefined {
  if (/^\s*fileb?:\/\//i.test(audience)) return undefined;
  const command = ["aws", "iam", `${action}-open-id-connect-provider`] as const;
  if (/^[\w.+@][\w.+@ -]*$/.test(audience))
    return [...command, "--open-id-connect-provider-arn", provider, "--client-id", audience];
  const input = JSON.stringify({ OpenIDConnectProviderArn: provider, ClientID: audience });
  return [...command, "--cli-input-json", input];
}
