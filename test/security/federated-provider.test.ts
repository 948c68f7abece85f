import { expect } from "vitest";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../src/model/trust-policy/evaluate.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { MoveWay } from "../../src/model/trust-policy/move-issuer.ts";
import { issuersOf } from "../../src/trust-migration/move.ts";
import type { IssuerName } from "../../src/model/trust-policy/rename-issuer.ts";
import { webIdentityRequest } from "../../src/model/trust-policy/request.ts";
import { aMove, moveIn } from "../fakes/moves.ts";
import { aDesire, AUDIENCE, existing, ownRole } from "../fakes/values.ts";
import { applyAll, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const KEY = "aws:FederatedProvider";
const ROLE = ownRole("guarded");
const { from: OLD, to: NEW } = issuersOf(aMove(aWorld(), "beside"));
const THIRD: IssuerName = {
  issuerHostPath: `${OLD.issuerHostPath.slice(0, -3)}333`,
  providerArn: `${OLD.providerArn.slice(0, -3)}333`,
};
const WEB = "sts:AssumeRoleWithWebIdentity";

const anyOfOld: Statement = { Effect: "Allow", Principal: { Federated: OLD.providerArn }, Action: WEB };
const anyOfBoth: Statement = {
  Effect: "Allow",
  Principal: { Federated: [OLD.providerArn, THIRD.providerArn] },
  Action: WEB,
};
const denying = (
  condition: Statement["Condition"],
  who: Partial<Statement> = { Principal: "*" },
): Statement => ({
  Effect: "Deny",
  ...who,
  Action: WEB,
  ...(condition !== undefined && { Condition: condition }),
});

/** Trust policies whose Deny keeps out somebody who comes by the old provider, and is told by the provider alone. */
const GUARDED: readonly (readonly [name: string, statements: readonly Statement[]])[] = [
  ["StringEquals", [anyOfOld, denying({ StringEquals: { [KEY]: OLD.providerArn } })]],
  [
    "the key in another case",
    [anyOfOld, denying({ StringEquals: { "AWS:federatedprovider": OLD.providerArn } })],
  ],
  ["ArnEquals", [anyOfOld, denying({ ArnEquals: { [KEY]: OLD.providerArn } })]],
  ["ForAnyValue:StringLike", [anyOfOld, denying({ "ForAnyValue:StringLike": { [KEY]: [OLD.providerArn] } })]],
  [
    "a wildcard for the ServiceAccount",
    [anyOfOld, denying({ StringLike: { [KEY]: `arn:aws:iam::*:oidc-provider/${OLD.issuerHostPath}` } })],
  ],
  [
    "a wildcard in the issuer",
    [anyOfOld, denying({ StringLike: { [KEY]: `*${OLD.issuerHostPath.slice(-9)}` } })],
  ],
  [
    "a wildcard behind the issuer",
    [anyOfOld, denying({ ArnLike: { [KEY]: `${OLD.providerArn.slice(0, -4)}*` } })],
  ],
  [
    "StringEqualsIgnoreCase",
    [anyOfOld, denying({ StringEqualsIgnoreCase: { [KEY]: OLD.providerArn.toUpperCase() } })],
  ],
  ["StringNotEquals of another", [anyOfOld, denying({ StringNotEquals: { [KEY]: THIRD.providerArn } })]],
  ["two providers", [anyOfBoth, denying({ StringEquals: { [KEY]: [OLD.providerArn, THIRD.providerArn] } })]],
  [
    "the provider and a subject",
    [
      anyOfOld,
      denying({
        StringEquals: { [KEY]: OLD.providerArn },
        StringLike: { [`${OLD.issuerHostPath}:sub`]: "system:serviceaccount:kube-system:*" },
      }),
    ],
  ],
  [
    "a subject of the provider, as a variable has it",
    [
      anyOfOld,
      denying({
        StringEquals: { [KEY]: `arn:aws:iam::111122223333:oidc-provider/\${${OLD.issuerHostPath}:aud}` },
      }),
    ],
  ],
  ["NotPrincipal", [anyOfOld, denying(undefined, { NotPrincipal: { Federated: THIRD.providerArn } })]],
  ["that the key is there", [anyOfOld, denying({ Null: { [KEY]: "false" } })]],
  [
    "a provider whose ARN is the value of an Allow's exception",
    [
      {
        ...anyOfOld,
        Principal: { Federated: "*" },
        Condition: { StringNotEquals: { [KEY]: OLD.providerArn } },
      },
    ],
  ],
];

const SUBJECTS = ["shop:cart", "kube-system:agent", "other:other"].map(
  (path) => `system:serviceaccount:${path}`,
);
const AUDIENCES = [AUDIENCE, "other"];

/** What STS says to every caller of a small world, all of whose condition keys are known to it. */
function verdicts(trust: unknown, by: IssuerName): readonly string[] {
  return SUBJECTS.flatMap((subject) =>
    AUDIENCES.map((audience) => {
      // Told here, whatever the evaluator knows of it by itself.
      const facts = { [KEY]: by.providerArn };
      const request = webIdentityRequest({ ...by, subject, audience, facts, others: "absent" });
      return `${audience} ${subject}: ${evaluateTrust(trust, request).verdict}`;
    }),
  );
}

async function movedIn(world: World, way: MoveWay, statements: readonly Statement[]) {
  world.withRole(ROLE, { trust: trustPolicy(statements) });
  const { changes, rows } = await moveIn(world, aMove(world, way));
  await applyAll(world, changes);
  return { rows, trust: world.role(ROLE).role.trust };
}

for (const [name, statements] of GUARDED)
  attack(
    "other IAM user",
    `M5${name === "a wildcard for the ServiceAccount" ? "" : " variant"}: a Deny by aws:FederatedProvider is moved or the role is left, never lost: ${name}`,
    {
      attack: async () => {
        for (const way of ["beside", "replace"] as const) {
          const { rows, trust } = await movedIn(aWorld().withProvider(), way, statements);
          const before = trustPolicy(statements);
          if (rows[0]?.state === "failed") expect(trust).toEqual(before);
          else expect(verdicts(trust, NEW)).toEqual(verdicts(before, OLD));
          expect(verdicts(trust, THIRD)).toEqual(verdicts(before, THIRD));
        }
      },
      // The same Deny, of an issuer that has nothing to do with the move.
      twin: async () => {
        const third = JSON.parse(
          JSON.stringify(statements.slice(1)).replaceAll(OLD.issuerHostPath, THIRD.issuerHostPath),
        ) as Statement[];
        const own = third.filter((one) => JSON.stringify(one).includes(THIRD.issuerHostPath));
        for (const way of ["beside", "replace"] as const) {
          const { rows, trust } = await movedIn(aWorld().withProvider(), way, [
            anyOfOld,
            ...own.filter(
              ({ NotPrincipal: not, Condition: block }) =>
                not === undefined && !JSON.stringify(block).includes("Not"),
            ),
          ]);
          expect(rows[0]?.state).toBe("planned");
          expect(verdicts(trust, NEW)).toEqual(verdicts(trustPolicy([anyOfOld]), OLD));
        }
      },
    },
  );

attack(
  "other IAM user",
  "M5 variant: whoever may come by one provider alone is kept to it, beside and in its place",
  {
    attack: async () => {
      const statements = [
        { ...anyOfOld, Principal: { Federated: "*" } },
        denying({ StringNotEquals: { [KEY]: OLD.providerArn } }),
      ];
      const before = trustPolicy(statements);
      for (const ways of [["beside"], ["replace"], ["beside", "replace"]] as const) {
        const world = aWorld().withProvider().withRole(ROLE, { trust: before });
        for (const way of ways) await applyAll(world, (await moveIn(world, aMove(world, way))).changes);
        const { trust } = world.role(ROLE).role;
        expect(verdicts(trust, NEW)).toEqual(verdicts(before, OLD));
        expect(verdicts(trust, THIRD)).toEqual(verdicts(before, THIRD));
        expect(verdicts(trust, OLD)).toEqual(verdicts(before, ways.at(-1) === "replace" ? THIRD : OLD));
      }
    },
    twin: async () => {
      const { trust } = await movedIn(aWorld().withProvider(), "beside", [
        anyOfOld,
        denying({ StringNotEquals: { [KEY]: OLD.providerArn } }),
      ]);
      expect(trust.Statement).toContainEqual(
        denying({ StringNotEquals: { [KEY]: [OLD.providerArn, NEW.providerArn] } }),
      );
    },
  },
);

attack(
  "other IAM user",
  "M5 variant: no statement is added to a role whose Deny by the provider keeps the ServiceAccount out",
  {
    attack: async () => {
      const world = aWorld().withProvider();
      const kept = denying({ StringLike: { [KEY]: `*${NEW.issuerHostPath.slice(-12)}` } });
      world.withRole(ROLE, { trust: trustPolicy([kept]) });
      const ask = { ...aDesire(), role: existing(ROLE), addTrust: true };
      expect(await stopOf(planIn(world, ask))).toMatchObject({ code: "trust-denies" });
    },
    twin: async () => {
      const world = aWorld().withProvider();
      const kept = denying({ StringNotLike: { [KEY]: `*${NEW.issuerHostPath.slice(-12)}` } });
      world.withRole(ROLE, { trust: trustPolicy([kept]) });
      const ask = { ...aDesire(), role: existing(ROLE), addTrust: true };
      expect((await planIn(world, ask)).changes.map(({ kind }) => kind)).toContain("edit-role");
    },
  },
);
