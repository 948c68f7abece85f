import { expect, it } from "vitest";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { foundBy } from "../../src/audit/findings.ts";
import { auditOf } from "../../src/audit/rule.ts";
import { roleChainAdministrator } from "../../src/audit/rules/role-chain-administrator.ts";
import { permissionsOf } from "../../src/model/role-permissions.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { ownRole } from "../fakes/values.ts";
import { association, audited, inventory, role, serviceAccount } from "./build.ts";

const allowing = (Action: string, Resource = "*", more: Partial<Statement> = {}) =>
  JSON.stringify(trustPolicy([{ Effect: "Allow", Action, Resource, ...more }]));
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);

const trusting = (AWS: string, more: Partial<Statement> = {}) =>
  trustPolicy([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more }]);
const ROOT = "arn:aws:iam::111122223333:root";
const TO_FIRST = trusting(ownRole("first"));

/** The role `first` of `shop/cart` and `shop/till` leads to `admin`, directly and through `other`. */
function found(policies: readonly (string | undefined)[], trust = trusting(ROOT)): string[] {
  const paths = ["shop/cart", "shop/till"];
  const associations = policies.map((policy, at) =>
    association(paths[at] ?? "", "first", {
      withoutSessionTags: true,
      ...(policy !== undefined && { policy }),
    }),
  );
  const cluster = audited({ serviceAccounts: paths.map((path) => serviceAccount(path)), associations });
  const given = inventory({
    clusters: [cluster],
    roles: [role("first", trustPolicy([OPEN_TO_PODS])), role("other", TO_FIRST), role("admin", trust)],
  });
  const none = { attached: [], inline: {}, tags: {} };
  const details = new Map([
    [ownRole("first"), { ...none, inline: { all: trustPolicy([STEP]) } }],
    [ownRole("other"), { ...none, inline: { all: trustPolicy([STEP]) } }],
    [ownRole("admin"), { ...none, inline: { all: EVERYTHING } }],
  ]);
  const access = accessIndexOf(given, [], permissionsOf(details, new Map()));
  const audit = auditOf({ inventory: given, access, details, policies: new Map() }, 90);
  return foundBy(roleChainAdministrator, audit).flatMap(({ severity, evidence }) => [
    severity,
    ...evidence.flatMap(([label, text]) => (label === "chain" || label === "not known" ? [text] : [])),
  ]);
}

const STEP: Statement = { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" };
const DIRECT = ["critical", "first → admin"];
const UNKNOWN = ["high", "first → admin (depends on what is not known)", "session policy"];
const IN_REGION = { Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } };

it.each([
  ["none", [undefined], DIRECT],
  [
    "one that allows to assume the administrator and nothing else",
    [allowing("sts:AssumeRole", ownRole("admin"))],
    DIRECT,
  ],
  ["one that allows nothing about roles", [allowing("s3:*")], []],
  [
    "one that denies it",
    [
      JSON.stringify(
        trustPolicy([
          { Effect: "Allow", Action: "*", Resource: "*" },
          { ...STEP, Effect: "Deny" },
        ]),
      ),
    ],
    [],
  ],
  [
    "one that allows it where a key has a value that is not known",
    [allowing("sts:*", "*", IN_REGION)],
    UNKNOWN,
  ],
  [
    "one that allows it if a session says that nobody has entered a code",
    [allowing("sts:*", "*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } })],
    UNKNOWN,
  ],
  [
    "one that allows it if a session says nothing of a code",
    [allowing("sts:*", "*", { Condition: { Null: { "aws:MultiFactorAuthPresent": "true" } } })],
    UNKNOWN,
  ],
  ["one that can't be parsed", ["{"], UNKNOWN],
  [
    "one that allows a longer way alone",
    [allowing("sts:*", ownRole("other"))],
    ["critical", "first → other → admin"],
  ],
  ["one, beside another ServiceAccount without", [allowing("s3:*"), undefined], DIRECT],
  ["two, one of which allows it", [allowing("s3:*"), allowing("sts:*")], DIRECT],
])("an administrator is reached with the session policies: %s", (_, policies, expected) => {
  expect(found(policies)).toEqual(expected);
});

it("an administrator whose trust policy selects the role by aws:PrincipalArn is reached with any session policy", () => {
  const selecting = { Condition: { StringEquals: { "aws:PrincipalArn": ownRole("first") } } };
  expect(found([allowing("s3:*")], trusting("*", selecting))).toEqual(DIRECT);
});

it("whether it is reached by one that trusts everyone is not known where the session policy does not allow it", () => {
  expect(found([allowing("s3:*")], trusting("*"))).toEqual(UNKNOWN);
});
