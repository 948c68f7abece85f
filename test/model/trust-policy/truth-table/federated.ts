import { allow, deny, OTHER_PROVIDER, PROVIDER } from "../fixtures.ts";
import { given, PAGE, under } from "./case.ts";

const KEY = "aws:FederatedProvider";

/** The provider of a web identity call as a condition key. */
export const federated = [
  under("the provider's ARN", PAGE.globalKeys, { StringEquals: { [KEY]: PROVIDER } }, "allow"),
  under("another provider's ARN", PAGE.globalKeys, { StringEquals: { [KEY]: OTHER_PROVIDER } }, "deny"),
  under(
    "the provider's ARN as a pattern",
    PAGE.globalKeys,
    { StringLike: { [KEY]: "*:oidc-provider/*" } },
    "allow",
  ),
  under(
    "the provider's ARN under an ARN operator",
    PAGE.globalKeys,
    { ArnEquals: { [KEY]: PROVIDER } },
    "allow",
  ),
  under(
    "any of the provider's ARNs",
    PAGE.globalKeys,
    { "ForAnyValue:StringLike": { [KEY]: [PROVIDER] } },
    "allow",
  ),
  under("that it is there", PAGE.globalKeys, { Null: { [KEY]: "true" } }, "deny"),
  under(
    "the key in another case",
    PAGE.globalKeys,
    { StringEquals: { "AWS:FEDERATEDPROVIDER": PROVIDER } },
    "allow",
  ),
  given(
    "a Deny by it",
    PAGE.globalKeys,
    [allow(), deny({ StringEquals: { [KEY]: PROVIDER } })],
    "explicit deny",
  ),
  given(
    "a Deny by another",
    PAGE.globalKeys,
    [allow(), deny({ StringEquals: { [KEY]: OTHER_PROVIDER } })],
    "allow",
  ),
  given(
    "a Deny by all others",
    PAGE.globalKeys,
    [allow(), deny({ StringNotEquals: { [KEY]: PROVIDER } })],
    "allow",
  ),
];
