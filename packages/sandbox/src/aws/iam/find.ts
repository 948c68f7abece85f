import { text, type Parameters } from "../exchange.ts";
import { at, type AwsAccountState, type ProviderState, type RoleState } from "../state.ts";
import { noSuchEntity } from "../validation.ts";

/** The role that a request names. @throws AwsError NoSuchEntity */
export function roleOf(awsAccount: AwsAccountState, parameters: Parameters): RoleState {
  const name = text(parameters, "RoleName");
  const role = at(awsAccount.roles, name.toLowerCase());
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** The provider that a request names. @throws AwsError NoSuchEntity */
export function providerOf(awsAccount: AwsAccountState, parameters: Parameters): ProviderState {
  const arn = text(parameters, "OpenIDConnectProviderArn");
  const provider = at(awsAccount.providers, arn);
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}
