import { expect, it } from "vitest";
import { providersIn } from "../../../src/model/trust-policy/providers-in.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { allow, deny, OTHER_PROVIDER, policy, PROVIDER } from "./fixtures.ts";

const SAML = "arn:aws:iam::111122223333:saml-provider/okta";

it.each<readonly [string, unknown, readonly string[]]>([
  [
    "each once, in order",
    policy(allow(), allow(undefined, { Principal: { Federated: [OTHER_PROVIDER, PROVIDER] } })),
    [PROVIDER, OTHER_PROVIDER],
  ],
  [
    "whatever the conditions and actions",
    policy(allow({ Null: { x: "true" } }, { Action: "sts:TagSession" })),
    [PROVIDER],
  ],
  ["none of a Deny", policy(deny()), []],
  [
    "none of those left out",
    { Statement: { Effect: "Allow", NotPrincipal: { Federated: PROVIDER }, Action: "sts:*" } },
    [],
  ],
  [
    "none of a Principal that can't be read",
    { Statement: { Effect: "Allow", Principal: PROVIDER, Action: "sts:*" } },
    [],
  ],
  [
    "none of another kind",
    policy(allow(undefined, { Principal: { Federated: [SAML, "accounts.google.com"], AWS: PROVIDER } })),
    [],
  ],
  ["none of everybody", policy(allow(undefined, { Principal: "*" })), []],
])("providersIn gives %s", (_name, document, expected) => {
  expect(providersIn(readTrust(document))).toEqual(expected);
});
