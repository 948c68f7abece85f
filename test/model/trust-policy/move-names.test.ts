import { describe, expect, it } from "vitest";
import type { ConditionBlock, PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { moveIssuer, type MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import {
  namesIssuer,
  renameIssuer,
  spelledOtherwise,
} from "../../../src/model/trust-policy/rename-issuer.ts";
import { allow, deny, ISSUER, OTHER_ISSUER, OTHER_PROVIDER, policy, PROVIDER, without } from "./fixtures.ts";

const FROM = { providerArn: PROVIDER, issuerHostPath: ISSUER };
const TO = { providerArn: OTHER_PROVIDER, issuerHostPath: OTHER_ISSUER };
const MOVE = { from: FROM, to: TO };
const CART = "system:serviceaccount:shop:cart";
const ADMIN = "arn:aws:iam::111122223333:user/admin";
const VARIABLE = `\${${ISSUER}:sub}`;
const pinned = allow({ StringEquals: { [`${ISSUER}:sub`]: CART } });
const byThird = (condition: ConditionBlock): Statement =>
  allow(condition, { Principal: { Federated: PROVIDER.replace(ISSUER, "oidc.example.com/third") } });

/** With the new issuer's names in the place of the old one's. */
function renamed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(ISSUER, OTHER_ISSUER)) as T;
}

function moved(document: PolicyDocument, way: MoveWay): unknown {
  const outcome = moveIssuer(document, MOVE, way);
  return outcome.ok ? outcome.document : outcome.problem;
}

describe("a statement names an issuer", () => {
  it.each<readonly [where: string, statement: unknown, variables: boolean, names: boolean]>([
    ["not where it is a text", PROVIDER, true, false],
    ["not where it is nothing", null, true, false],
    ["by its principal", allow(), true, true],
    ["by the principals that it leaves out", { NotPrincipal: { Federated: ["x", PROVIDER] } }, true, true],
    [
      "by a condition key in any case",
      byThird({ Null: { [`${ISSUER.toUpperCase()}:sub`]: "true" } }),
      true,
      true,
    ],
    [
      "not by another issuer's key that begins so",
      byThird({ Null: { [`${ISSUER}0:sub`]: "true" } }),
      true,
      false,
    ],
    ["by one of the values of any key", byThird({ StringEquals: { "aws:x": ["x", PROVIDER] } }), true, true],
    [
      "by one of the values of the provider's key, as a pattern",
      byThird({ StringLike: { "aws:FederatedProvider": ["x", `*/${ISSUER}`] } }),
      true,
      true,
    ],
    ["not by a pattern for another key", byThird({ StringLike: { "aws:x": `*/${ISSUER}` } }), true, false],
    [
      "not by a value of the provider's key that is not a text",
      { Condition: { StringLike: { "aws:FederatedProvider": [1, null] } } },
      true,
      false,
    ],
    [
      "not by another value of the provider's key",
      byThird({ StringLike: { "aws:FederatedProvider": "*" } }),
      true,
      false,
    ],
    [
      "by a variable in one of the values",
      byThird({ StringEquals: { "aws:x": ["x", VARIABLE] } }),
      true,
      true,
    ],
    [
      "not by a variable where there are none",
      byThird({ StringEquals: { "aws:x": VARIABLE } }),
      false,
      false,
    ],
  ])("%s", (_where, statement, variables, names) =>
    expect(namesIssuer(statement, FROM, variables)).toBe(names),
  );
});

describe("an issuer's provider is spelled otherwise", () => {
  const upper = PROVIDER.toUpperCase();

  it.each<readonly [where: string, statement: unknown, found: string | undefined]>([
    ["not in a text", upper, undefined],
    ["as a principal", allow({}, { Principal: { Federated: [PROVIDER, upper] } }), upper],
    ["as a principal that is left out", { NotPrincipal: { Federated: upper } }, upper],
    [
      "as a value of a condition",
      byThird({ StringEquals: { "aws:FederatedProvider": ["x", upper] } }),
      upper,
    ],
    ["not where it is spelled so", allow({ StringEquals: { "aws:x": PROVIDER } }), undefined],
    ["not by a value that is no text", { Condition: { Bool: { "aws:x": true } } }, undefined],
  ])("%s", (_where, statement, found) => expect(spelledOtherwise(statement, FROM)).toBe(found));

  it("in one statement of several, the old one's or the new one's", () => {
    const ec2: Statement = {
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const problem = (spelling: string) => ({ code: "spelled-otherwise", statement: 1, spelling });
    const other = (provider: string) => byThird({ StringEquals: { "aws:FederatedProvider": provider } });
    for (const way of ["beside", "replace"] as const) {
      expect(moved(policy(pinned, other(OTHER_PROVIDER.toUpperCase())), way)).toEqual(
        problem(OTHER_PROVIDER.toUpperCase()),
      );
      expect(moved(policy(ec2, other(upper)), way)).toEqual(problem(upper));
    }
  });
});

describe("a statement is renamed", () => {
  it.each<readonly [where: string, statement: Statement, expected: Statement | undefined]>([
    [
      "in the principals that it leaves out",
      { ...without("Principal", deny()), NotPrincipal: { Federated: [PROVIDER, "x"] } },
      { ...without("Principal", deny()), NotPrincipal: { Federated: [OTHER_PROVIDER, "x"] } },
    ],
    [
      "in the values of any key",
      allow({ StringEquals: { "aws:x": [PROVIDER, `${PROVIDER}0`] } }),
      allow(
        { StringEquals: { "aws:x": [OTHER_PROVIDER, `${PROVIDER}0`] } },
        { Principal: { Federated: OTHER_PROVIDER } },
      ),
    ],
    [
      "not where two keys of one operator would become one",
      allow({
        StringEquals: { "aws:x": "x" },
        StringLike: { [`${ISSUER}:sub`]: CART, [`${OTHER_ISSUER}:SUB`]: CART },
      }),
      undefined,
    ],
  ])("%s", (_where, statement, expected) => expect(renameIssuer(statement, MOVE, true)).toEqual(expected));
});

describe("a document is moved", () => {
  it("where a statement that does not name the old issuer can't be read", () => {
    const strange = JSON.parse('{"Effect":"Allow","Principal":1,"Action":"sts:AssumeRole"}') as Statement;
    expect(moved(policy(strange, pinned), "replace")).toEqual(policy(strange, renamed(pinned)));
    expect(moved(policy(strange, pinned), "beside")).toEqual(policy(strange, pinned, renamed(pinned)));
  });

  it("to itself where it does not name the old issuer, however long it is", () => {
    const values = (letter: string) => Array.from({ length: 300 }, (_, at) => `${letter}${at}`);
    const long = policy(byThird({ StringEquals: { "x:sub": values("s"), "x:aud": values("a") } }));
    expect(moved(long, "beside")).toBe(long);
    expect(moved(policy(...(long.Statement as Statement[]), pinned), "beside")).toEqual({
      code: "too-complex",
    });
  });

  it("beside a statement of both issuers that none of their tokens comes under, but not in its place", () => {
    const both = allow(
      { StringEquals: { [`${ISSUER}:sub`]: CART, [`${OTHER_ISSUER}:sub`]: CART } },
      { Principal: { AWS: ADMIN } },
    );
    expect(moved(policy(both, pinned), "beside")).toEqual(policy(both, pinned, renamed(pinned)));
    expect(moved(policy(both, pinned), "replace")).toEqual({ code: "entangled", statement: 0 });
  });

  it("without a word for the new issuer where no token comes under what is said of the old one", () => {
    for (const keys of [`${ISSUER}:sub`, `${ISSUER}:aud`]) {
      const never = allow({ StringEquals: { [keys]: CART } }, { Principal: { AWS: ADMIN } });
      const document = policy(never);
      expect(moved(document, "beside")).toBe(document);
    }
  });

  it("without variables where its version has none", () => {
    const document = {
      Version: "2008-10-17",
      Statement: [byThird({ StringEquals: { "aws:SourceVpc": VARIABLE } })],
    } as const;
    expect(moved(document, "replace")).toBe(document);
    expect(moved({ ...document, Version: "2012-10-17" }, "replace")).not.toBe(document);
  });

  it("with the new issuer's principal alone beside, whoever else may come", () => {
    const shared = { ...pinned, Principal: { Federated: PROVIDER, AWS: ADMIN } };
    expect(moved(policy(shared), "beside")).toEqual(
      policy(shared, { ...renamed(pinned), Principal: { Federated: OTHER_PROVIDER } }),
    );
  });

  it("by leaving out the last statement where the new one's stands before it under a name", () => {
    const own = { ...renamed(pinned), Sid: "Own" };
    expect(moved(policy(own, pinned), "replace")).toEqual(policy(own));
  });

  it("but keeps what is under a name beside what was added", () => {
    const own = { ...renamed(pinned), Sid: "Own" };
    expect(moved(policy(pinned, renamed(pinned), own), "replace")).toEqual(policy(own));
  });
});
