import { awsWords } from "./aws-words.ts";
import type { CommandWords } from "./command-words.ts";

/** What is done with an audience (client ID) of an identity provider. */
export type ClientIdAction = "add-client-id-to" | "remove-client-id-from";

/** The words of the `aws` command that adds an audience to a provider or removes it. */
export function clientIdWords(action: ClientIdAction, provider: string, audience: string): CommandWords {
  const parameters = { OpenIDConnectProviderArn: provider, ClientID: audience };
  return awsWords(["iam", `${action}-open-id-connect-provider`], parameters);
}
