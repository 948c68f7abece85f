import { text, type Parameters } from "../exchange.ts";
import { at, type AccountState, type ProviderState, type RoleState } from "../state.ts";
import { noSuchEntity } from "../validation.ts";

/** The role that a request names. @throws AwsError NoSuchEntity */
export function roleOf(account: AccountState, parameters: Parameters): RoleState {
  const name = text(parameters, "RoleName");
  const role = at(account.roles, name.toLowerCase());
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** The provider that a request names. @throws AwsError NoSuchEntity */
export function providerOf(account: AccountState, parameters: Parameters): ProviderState {
  const arn = text(parameters, "OpenIDConnectProviderArn");
  const provider = at(account.providers, arn);
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}
