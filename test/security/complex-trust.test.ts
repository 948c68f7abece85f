import { expect } from "vitest";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { issuersOf } from "../../src/trust-migration/move.ts";
import { aMove, moveIn } from "../fakes/moves.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const COMPLEX = ownRole("complex");
const USUAL = ownRole("usual");
const { from: OLD, to: NEW } = issuersOf(aMove(aWorld(), "beside"));
const [SUB, AUD] = [`${OLD.issuerHostPath}:sub`, `${OLD.issuerHostPath}:aud`];
const WEB = "sts:AssumeRoleWithWebIdentity";

const many = (count: number, text: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => text(at));
const letters = (at: number): string => String.fromCodePoint(97 + (at % 26), 97 + Math.floor(at / 26));
const allow = (condition: Statement["Condition"], more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: { Federated: OLD.providerArn },
  Action: WEB,
  ...(condition !== undefined && { Condition: condition }),
  ...more,
});
const unknown = (count: number) =>
  Object.fromEntries(many(count, (at) => `aws:${letters(at)}`).map((key) => [key, "x"]));

const USUAL_TRUST = trustPolicy([
  allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:cart", [AUD]: "sts.amazonaws.com" } }),
]);

const COMPLEX_TRUST: readonly (readonly [string, readonly Statement[]])[] = [
  [
    "45 × 45 patterns and 26 keys",
    [
      allow({
        StringLike: {
          [SUB]: many(45, (at) => `*${letters(at)}*`),
          [AUD]: many(45, (at) => `*${letters(at)}`),
        },
        StringEquals: unknown(26),
      }),
    ],
  ],
  [
    "60 × 60 patterns, one more × 26 unknown keys in a Deny",
    [
      allow({
        StringLike: {
          [SUB]: many(60, (at) => `*${letters(at)}`),
          [AUD]: many(60, (at) => `*${letters(at)}`),
        },
      }),
      { ...allow({ StringNotEquals: unknown(26) }), Effect: "Deny" },
    ],
  ],
  [
    "many statements, each with its own issuer in a key",
    many(24, letters).map((name) =>
      allow({
        StringLike: { [`${name}.io:sub`]: `*${name}`, [SUB]: [`*${name}*`, `?${name}`], [AUD]: `*${name}` },
      }),
    ),
  ],
  [
    "NotPrincipal and many values",
    [
      allow({
        StringLike: {
          [SUB]: many(70, (at) => `?*${letters(at)}`),
          [AUD]: many(70, (at) => `?*${letters(at)}`),
        },
      }),
      {
        Effect: "Deny",
        NotPrincipal: {
          Federated: [
            OLD.providerArn,
            NEW.providerArn,
            ...many(5, (at) => `arn:aws:iam::111122223333:oidc-provider/${letters(at)}.io`),
          ],
        },
        Action: WEB,
        Condition: { StringEquals: unknown(8) },
      },
    ],
  ],
];

for (const [name, statements] of COMPLEX_TRUST)
  attack(
    "other IAM user",
    `M6${statements === COMPLEX_TRUST[0]?.[1] ? "" : " variant"}: a trust policy that takes too long to judge is one failed row: ${name}`,
    {
      attack: async () => {
        const trust = trustPolicy(statements);
        const world = aWorld()
          .withProvider()
          .withRole(COMPLEX, { trust })
          .withRole(USUAL, { trust: USUAL_TRUST });
        for (const way of ["beside", "replace"] as const) {
          const { rows, changes } = await moveIn(world, aMove(world, way));
          // In its place, no rule takes a NotPrincipal of both issuers apart; that is seen before anything is judged.
          const isEntangled = way === "replace" && name.startsWith("NotPrincipal");
          const expected = isEntangled ? "trust-entangled" : "trust-too-complex";
          expect(rows[0]).toMatchObject({ state: "failed", failure: { code: expected } });
          expect(changes).toMatchObject([{ kind: "edit-role", arn: USUAL }]);
        }
      },
      // As large, and easy to judge.
      twin: async () => {
        const trust = trustPolicy([
          allow({
            StringLike: {
              [SUB]: many(40, (at) => `system:serviceaccount:ns-${letters(at)}:*`),
              [AUD]: "sts.amazonaws.com",
            },
          }),
        ]);
        const world = aWorld().withProvider().withRole(COMPLEX, { trust });
        const { rows } = await moveIn(world, aMove(world, "replace"));
        expect(rows[0]).toMatchObject({ state: "planned" });
      },
    },
  );
