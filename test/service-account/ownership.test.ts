import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailure, type Failure } from "../../src/model/failure.ts";
import type { Role, Tags } from "../../src/model/iam-objects.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { computedRoleName, isComputedFor } from "../../src/model/role-name.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { evaluateGrant, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { AUDIENCE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { audienceFor, writableAudience } from "../../src/service-account/service-account/audience.ts";
import {
  expectOneClaim,
  isEksctls,
  makerOf,
  ownedRole,
  ownershipOf,
  vouchedRole,
  type OwnedRole,
} from "../../src/service-account/role/ownership.ts";
import { holderOf } from "../../src/service-account/role/holder.ts";
import { adoptableRole, givableRole, othersIn, strangersIn } from "../../src/service-account/role/sharing.ts";
import {
  audiencesIn,
  otherIssuerOf,
  providersAdmitting,
  trustNotes,
} from "../../src/service-account/role/trust.ts";
import {
  newTrust,
  openableRole,
  trustWithGrant,
  writableGrant,
} from "../../src/service-account/role/write-trust.ts";
import { without } from "../model/trust-policy/fixtures.ts";
import {
  AUDIENCE,
  aCluster,
  aServiceAccount,
  anAudience,
  aRoleName,
  OLD_ISSUER,
  ownRole,
  EC2,
} from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";

const world = aWorld();
const { cluster } = world;
const CART = aServiceAccount("shop/cart");
const GRANT = writableGrant(cluster, CART, anAudience(AUDIENCE));
const HOLDER = holderOf(cluster, CART, GRANT);
const [OURS] = listOf(world.trustOf({ serviceAccount: CART }).Statement) as [Statement];
const COMPUTED = world.roleOf({ serviceAccount: CART });
const TAGS = world.ownershipTagsOf({ serviceAccount: CART });
const NOBODY = trustPolicy([]);

const aRole = (changes: Partial<Role> = {}): Role => {
  const arn = changes.arn ?? COMPUTED;
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return { arn, name, path: "/", trust: NOBODY, tags: TAGS, maxSessionSeconds: 3600, ...changes } as Role;
};

/** The ServiceAccount is allowed under a condition that can't be known. */
const CONDITIONAL = trustPolicy([
  {
    ...OURS,
    Condition: {
      StringEquals: { [`${GRANT.issuerHostPath}:sub`]: GRANT.subject, "aws:SourceVpc": "vpc-1" },
    },
  },
]);

/** The proof for the role that irsa computes for the ServiceAccount. */
const PROOF: OwnedRole = theOne(ownedRole(aRole(), cluster, CART));

function theOne<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test's value is missing");
  return value;
}

/** The failure that something ends in. */
function failureOf(run: () => unknown): Failure | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error;
  }
}

/** The same by its code. */
function codeOf(run: () => unknown): string {
  return failureOf(run)?.code ?? "none";
}

describe("what manages a role", () => {
  it.each<readonly [string, Partial<Role>, "name" | "trust" | undefined]>([
    ["the computed name and the tags", {}, "name"],
    [
      "the tags and a trust policy that admits the ServiceAccount",
      { arn: ownRole("x"), trust: trustPolicy([OURS]) },
      "trust",
    ],
    ["the computed name under a path", { arn: ownRole(`irsa/${COMPUTED.split("/")[1] ?? ""}`) }, "name"],
    [
      "the tags and trust for another audience",
      { arn: ownRole("x"), trust: world.trustOf({ serviceAccount: CART, audience: "x" }) },
      "trust",
    ],
    ["the tags and trust under a condition", { arn: ownRole("x"), trust: CONDITIONAL }, "trust"],
    ["the tags alone", { arn: ownRole("x") }, undefined],
    ["the tags and the end of the computed name", { arn: ownRole(`infra${COMPUTED.slice(-11)}`) }, undefined],
    ["name and trust without tags", { trust: trustPolicy([OURS]), tags: {} }, undefined],
    [
      "the name and tags in another case",
      { tags: Object.fromEntries(Object.entries(TAGS).map(([key, value]) => [key.toUpperCase(), value])) },
      undefined,
    ],
    ["the computed name alone", { tags: {} }, undefined],
    ["the trust policy alone", { tags: {}, trust: trustPolicy([OURS]) }, undefined],
    [
      "the tags and a trust policy that admits another ServiceAccount",
      { arn: ownRole("x"), trust: world.trustOf({ serviceAccount: aServiceAccount("shop/till") }) },
      undefined,
    ],
    [
      "the tags and a trust policy of another cluster's",
      {
        arn: ownRole("x"),
        trust: aWorld(aCluster({ issuer: OLD_ISSUER })).trustOf({ serviceAccount: CART }),
      },
      undefined,
    ],
    [
      "the tags and the name computed for another ServiceAccount",
      { arn: world.roleOf({ serviceAccount: aServiceAccount("shop/till") }) },
      undefined,
    ],
  ])("by %s", (_name, changes, witness) => {
    const role = aRole(changes);
    expect(ownedRole(role, cluster, CART)?.witness).toBe(witness);
    expect(ownershipOf(role, cluster, CART).kind).toBe(witness === undefined ? "foreign" : "ours");
  });

  it.each([TAG.managedBy, TAG.clusterArn, TAG.namespace, TAG.serviceAccount])(
    "is not irsa's where %s says otherwise",
    (tag) => {
      const trust = trustPolicy([OURS]);
      const { [tag]: _, ...without } = TAGS;
      for (const tags of [without, { ...TAGS, [tag]: `${TAGS[tag]}0` }, { ...TAGS, [tag]: "" }] as Tags[])
        expect(ownershipOf(aRole({ tags, trust }), cluster, CART)).toMatchObject({
          kind: "foreign",
          tagged: false,
        });
    },
  );

  it("is distinguished from what was adopted, and an origin that can't be read counts as that", () => {
    const origins = ["created", "adopted", "Created", ""].map(
      (origin) => ownedRole(aRole({ tags: { ...TAGS, [TAG.origin]: origin } }), cluster, CART)?.origin,
    );
    expect(origins).toEqual(["created", "adopted", "adopted", "adopted"]);
    const { [TAG.origin]: _, ...untold } = TAGS;
    expect(ownedRole(aRole({ tags: untold }), cluster, CART)?.origin).toBe("adopted");
  });

  it("is claimed by tags that nothing else bears out, which is said", () => {
    expect(ownershipOf(aRole({ arn: ownRole("x") }), cluster, CART)).toEqual({
      kind: "foreign",
      tagged: true,
      why: "its ownership tags are for shop/cart, but neither its name nor its trust policy matches",
    });
  });

  it("is said by its tags in words", () => {
    const other = aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/other" });
    expect(makerOf(TAGS, cluster)).toBe("its ownership tags are for shop/cart");
    expect(makerOf(TAGS, other)).toBe(`its ownership tags are for shop/cart of ${cluster.arn}`);
    expect(makerOf({ "alpha.eksctl.io/cluster-name": "x" }, cluster)).toBe("created by eksctl");
    expect(makerOf({ "x/alpha.eksctl.io/cluster-name": "x" }, cluster)).toBe("no ownership tags");
    expect([isEksctls({}), isEksctls({ a: "b", "alpha.eksctl.io/x": "" })]).toEqual([false, true]);
  });
});

describe("a role that the operator names", () => {
  const claimed = aRole({ arn: ownRole("x") });
  const ownership = { kind: "foreign", tagged: true, why: "" } as const;

  it("is irsa's to change where its tags name the ServiceAccount, and it is that very role", () => {
    expect(vouchedRole(claimed, aRoleName("x"), CART, ownership)).toMatchObject({
      kind: "ours",
      witness: "operator",
    });
    expect(vouchedRole(claimed, aRoleName("y"), CART, ownership)).toBeUndefined();
    expect(vouchedRole(claimed, aRoleName("x"), CART, { ...ownership, tagged: false })).toBeUndefined();
  });
});

describe("two roles that claim one ServiceAccount", () => {
  const one = aRole();
  const other = aRole({ arn: ownRole("x") });

  it("stop, whichever is right, and are named", () => {
    expect(codeOf(() => expectOneClaim([one, other], cluster, CART))).toBe("two-roles");
    expect(() => expectOneClaim([one, other], cluster, CART)).toThrow(
      /'eks-work-cluster-shop-cart-\w{10}' and 'x'/,
    );
  });

  it("are reported with the way on", () => {
    expect(failureOf(() => expectOneClaim([one, other], cluster, CART))?.detail).toEqual({
      facts: [
        ["role", COMPUTED],
        ["role", ownRole("x")],
      ],
      advice: "Remove the tag irsa/managed-by from the wrong role",
    });
  });

  it.each<readonly [string, readonly (Role | undefined)[]]>([
    ["one role, read twice", [one, aRole()]],
    ["one role alone", [one, undefined]],
    ["none", [undefined, undefined]],
    [
      "another account's role beside it",
      [
        one,
        aRole({
          arn: ownRole("x"),
          tags: world.ownershipTagsOf({ serviceAccount: aServiceAccount("shop/till") }),
        }),
      ],
    ],
    ["a role without tags beside it", [one, aRole({ arn: ownRole("x"), tags: {} })]],
  ])("are not %s", (_name, roles) => {
    expect(codeOf(() => expectOneClaim(roles, cluster, CART))).toBe("none");
  });
});

const allow = (changes: Partial<Statement>): Statement => ({ ...OURS, ...changes });
const sub = `${GRANT.issuerHostPath}:sub`;
const old = aWorld(aCluster({ issuer: OLD_ISSUER }));
const OLD_HOST = OLD_ISSUER.replace("https://", "");

describe("who else assumes a role", () => {
  it.each<readonly [string, readonly Statement[], readonly string[]]>([
    ["nobody beside the ServiceAccount", [OURS], []],
    ["nobody by a Deny", [OURS, { ...EC2, Effect: "Deny" }], []],
    ["a service", [OURS, EC2], ["ec2.amazonaws.com"]],
    [
      "another AWS account, and a user, each once",
      [OURS, allow({ Principal: { AWS: ["444455556666", "arn:aws:iam::1:user/x", "444455556666"] } })],
      ["444455556666", "arn:aws:iam::1:user/x"],
    ],
    ["everybody", [allow({ Principal: "*" })], ["anyone"]],
    ["nobody can tell who", [allow({ Principal: null as never })], ["anyone"]],
    ["all but some", [{ Effect: "Allow", NotPrincipal: { AWS: "1" }, Action: "sts:AssumeRole" }], ["anyone"]],
    [
      "other ServiceAccounts by name",
      [
        allow({
          Condition: {
            StringEquals: { [sub.toUpperCase()]: [GRANT.subject, "system:serviceaccount:shop:till"] },
          },
        }),
      ],
      ["shop/till"],
    ],
    [
      "other ServiceAccounts by pattern",
      [allow({ Condition: { StringLike: { [sub]: "system:serviceaccount:shop:*" } } })],
      ["shop/*"],
    ],
    [
      "nobody by a condition that no token of the cluster meets",
      [OURS, allow({ Condition: { StringEquals: { "x:sub": GRANT.subject } } })],
      [],
    ],
    [
      "nobody by a name that a Deny keeps out",
      [
        OURS,
        allow({ Condition: { StringEquals: { [sub]: "system:serviceaccount:shop:till" } } }),
        allow({ Effect: "Deny", Condition: { StringNotEquals: { [sub]: GRANT.subject } } }),
      ],
      [],
    ],
    [
      "nobody by its own name in another case",
      [OURS, allow({ Condition: { StringEqualsIgnoreCase: { [sub]: GRANT.subject.toUpperCase() } } })],
      [],
    ],
    [
      "a whole cluster but for the one that is named",
      [OURS, allow({ Condition: { StringNotEquals: { [sub]: "system:serviceaccount:shop:till" } } })],
      ["every ServiceAccount in the cluster"],
    ],
    [
      "a whole cluster, since every token has a subject",
      [OURS, allow({ Condition: { Null: { [sub]: "false" } } })],
      ["every ServiceAccount in the cluster"],
    ],
    [
      "a name beside a wildcard that it matches, both as they are written",
      [
        OURS,
        allow({
          Condition: {
            StringLike: { [sub]: ["system:serviceaccount:shop:*", "system:serviceaccount:pay:till"] },
          },
        }),
      ],
      ["shop/*", "pay/till"],
    ],
    [
      "a whole cluster without a Condition",
      [without("Condition", OURS)],
      ["every ServiceAccount in the cluster"],
    ],
    [
      "all but the ServiceAccount",
      [allow({ Condition: { StringNotEquals: { [sub]: GRANT.subject } } })],
      ["every ServiceAccount in the cluster"],
    ],
    [
      "tokens of another provider",
      [OURS, allow({ Principal: { Federated: "arn:aws:iam::1:oidc-provider/accounts.example" } })],
      ["tokens of accounts.example"],
    ],
    [
      "its namesake of another cluster",
      [OURS, ...listOf(old.trustOf({ serviceAccount: CART }).Statement)],
      [`shop/cart of ${OLD_HOST}`],
    ],
    [
      "another ServiceAccount of another cluster",
      [OURS, ...listOf(old.trustOf({ serviceAccount: aServiceAccount("shop/till") }).Statement)],
      [`tokens of ${OLD_HOST}`],
    ],
    [
      "all but its namesake of another cluster",
      [
        OURS,
        {
          ...listOf(old.trustOf({ serviceAccount: CART }).Statement)[0],
          Condition: { StringNotEquals: { [`${OLD_HOST}:sub`]: GRANT.subject } },
        } as Statement,
      ],
      [`tokens of ${OLD_HOST}`],
    ],
    [
      "users that a company's own provider knows",
      [OURS, allow({ Principal: { Federated: "arn:aws:iam::1:saml-provider/adfs" } })],
      ["tokens of arn:aws:iam::1:saml-provider/adfs"],
    ],
    [
      "a subject that is no ServiceAccount's",
      [allow({ Condition: { StringEquals: { [sub]: "user:system:serviceaccount:shop:cart" } } })],
      ["user:system:serviceaccount:shop:cart"],
    ],
  ])("%s", (_name, statements, expected) => {
    const trust = trustPolicy(statements);
    const others = othersIn(trust, HOLDER);
    expect(others).toEqual(expected);
    expect(strangersIn(trust, HOLDER)).toEqual(expected.filter((one) => !one.startsWith("shop/cart of ")));
    const adopted = codeOf(() => adoptableRole(aRole({ trust }), HOLDER));
    expect(adopted).toBe(expected.length === 0 ? "none" : "role-shared");
  });

  it("decides whether it is given anything, unless the operator names it or knows of its namesakes", () => {
    const give = (trust: PolicyDocument, terms: object) =>
      codeOf(() => givableRole(PROOF.arn, aRole({ arn: ownRole("Shared"), trust }), HOLDER, terms));
    const shared = trustPolicy([OURS, EC2]);
    const moved = trustPolicy([OURS, ...listOf(old.trustOf({ serviceAccount: CART }).Statement)]);
    expect(give(trustPolicy([OURS]), {})).toBe("none");
    expect(give(shared, {})).toBe("role-shared");
    expect(give(shared, { addTrust: true })).toBe("role-shared");
    expect(give(shared, { sharedRoles: [aRoleName("other")] })).toBe("role-shared");
    expect(give(shared, { sharedRoles: [aRoleName("other"), aRoleName("sHARED")] })).toBe("none");
    expect(give(moved, {})).toBe("role-shared");
    expect(give(moved, { addTrust: true })).toBe("none");
  });

  it("counts as shared where that is too much to be judged", () => {
    const asking = (count: number) => {
      const keys = { [sub]: GRANT.subject, "aws:SourceVpc": Array.from({ length: count }, () => "vpc-1") };
      return trustPolicy([allow({ Condition: { StringEquals: keys } })]);
    };
    expect(othersIn(asking(1000), HOLDER)).toEqual([]);
    expect(othersIn(asking(130_000), HOLDER)).toEqual([
      "unknown: the trust policy is too complex to evaluate",
    ]);
    expect(codeOf(() => givableRole(PROOF.arn, aRole({ trust: asking(130_000) }), HOLDER, {}))).toBe(
      "role-shared",
    );
  });

  it("is reported with the way on, where there is one", () => {
    const role = aRole({ arn: ownRole("shared"), trust: trustPolicy([OURS, EC2]) });
    const facts = [
      ["role", ownRole("shared")],
      ["also allows", "ec2.amazonaws.com"],
    ];
    const message = "role 'shared' is not only for shop/cart";
    expect(failureOf(() => givableRole(PROOF.arn, role, HOLDER, {}))).toMatchObject({
      message,
      detail: {
        facts,
        advice: "They would get the same permissions. To allow that, add this flag:",
        flags: ["--allow-shared-role", "shared"],
      },
    });
    expect(failureOf(() => adoptableRole(role, HOLDER))).toMatchObject({
      message,
      detail: {
        facts,
        advice: "Changes to it would affect all of them. It can be used unchanged",
      },
    });
  });

  it("names ten of them, and how many more there are", () => {
    const users = Array.from({ length: 12 }, (_, at) => `arn:aws:iam::111122223333:user/u${at}`);
    const factsOf = (AWS: readonly string[]) => {
      try {
        adoptableRole(aRole({ trust: trustPolicy([allow({ Principal: { AWS } })]) }), HOLDER);
      } catch (error) {
        if (isFailure(error)) return error.detail.facts ?? [];
      }
      return [];
    };
    expect(factsOf(users).map(([, value]) => value)).toEqual([COMPUTED, ...users.slice(0, 10), "and 2 more"]);
    expect(factsOf(users.slice(0, 10)).map(([, value]) => value)).toEqual([COMPUTED, ...users.slice(0, 10)]);
  });
});

describe("a trust policy gets the ServiceAccount's statement", () => {
  const till = { ...OURS, Condition: { StringEquals: { [sub]: "system:serviceaccount:shop:till" } } };
  const elsewhere = aRole({ arn: ownRole("x") });

  it.each<readonly [string, "name" | "trust" | "operator", PolicyDocument, boolean, string]>([
    ["of a role with the computed name", "name", NOBODY, false, "none"],
    ["of a role that the operator vouches for", "operator", NOBODY, false, "none"],
    ["in the place of an older one", "trust", trustPolicy([OURS]), false, "none"],
    ["of a role named for that", "trust", NOBODY, true, "none"],
    [
      "not of one that is irsa's by its trust policy alone",
      "trust",
      trustPolicy([till]),
      false,
      "trust-refuses",
    ],
  ])("%s", (_name, witness, trust, isNamed, code) => {
    const owned = { ...PROOF, witness };
    expect(codeOf(() => openableRole(owned, { ...elsewhere, trust }, GRANT, isNamed ? "named" : []))).toBe(
      code,
    );
  });

  it("unless a Deny keeps the ServiceAccount out, or the policy grows too large, or a like one admits others", () => {
    const open = openableRole(PROOF, aRole(), GRANT, []);
    const write = (...statements: readonly Statement[]) =>
      codeOf(() => trustWithGrant(open, aRole({ trust: trustPolicy(statements) }), GRANT));
    expect(write(EC2)).toBe("none");
    expect(write({ ...OURS, Effect: "Deny" })).toBe("trust-denies");
    expect(write({ ...OURS, Effect: "Deny", Condition: { Null: { "aws:SourceVpc": "true" } } })).toBe("none");
    const long = (length: number) => ({ ...EC2, Sid: "x".repeat(length) });
    const size = JSON.stringify(trustPolicy([long(1), OURS])).length - 1;
    expect([write(long(8192 - size)), write(long(8193 - size))]).toEqual(["none", "trust-size"]);
  });

  it("that admits the ServiceAccount and nobody else", () => {
    expect(newTrust(GRANT)).toEqual(trustPolicy([OURS]));
    expect(othersIn(newTrust(GRANT), HOLDER)).toEqual([]);
  });

  it("and none that would not do that, whatever let it come so far", () => {
    const empty = writableGrant(cluster, CART, anAudience(""));
    const unsafe = {
      code: "unsafe-trust",
      message: "the trust policy would not allow exactly this ServiceAccount",
      detail: { facts: [["evaluator", '{"code":"too-wide","what":"audience","value":""}']] },
    };
    expect(failureOf(() => newTrust(empty))).toMatchObject(unsafe);
    const open = openableRole(PROOF, aRole(), GRANT, []);
    expect(failureOf(() => trustWithGrant(open, aRole(), empty))).toMatchObject(unsafe);
  });

  it("or says what stands against it, with the values", () => {
    const denied = aRole({ trust: trustPolicy([{ ...OURS, Effect: "Deny" }]) });
    const open = openableRole(PROOF, denied, GRANT, []);
    expect(failureOf(() => trustWithGrant(open, denied, GRANT))).toMatchObject({
      message: `a Deny statement in the trust policy of '${denied.name}' denies the ServiceAccount`,
      detail: { facts: [["role", COMPUTED]], advice: "Ask its owner to change that statement first" },
    });
    const byTrust = { ...PROOF, witness: "trust" } as const;
    expect(failureOf(() => openableRole(byTrust, elsewhere, GRANT, ["--cluster", "prod"]))).toMatchObject({
      message: "role 'x' does not trust shop/cart",
      detail: {
        facts: [["role", ownRole("x")]],
        advice: [
          "Ask its owner to add this statement to the trust policy:",
          ...JSON.stringify(OURS, null, 2).split("\n"),
          "or review the plan of:",
        ],
        command: [
          "irsa",
          "create-sa",
          "--cluster",
          "prod",
          "-n",
          "shop",
          "--name",
          "cart",
          "--attach-role-arn",
          ownRole("x"),
          "--add-trust",
        ],
      },
    });
  });
});

describe("the providers by whose tokens a ServiceAccount gets in", () => {
  const both = trustPolicy([OURS, ...listOf(old.trustOf({ serviceAccount: CART, audience: "x" }).Statement)]);

  it("are those of every cluster, with whatever audience the policy pins", () => {
    const { providerArn } = old.grantOf({ serviceAccount: CART });
    expect(providersAdmitting(both, GRANT.subject, AUDIENCE)).toEqual([GRANT.providerArn, providerArn]);
    expect(providersAdmitting(both, "system:serviceaccount:shop:till", AUDIENCE)).toEqual([]);
    expect(otherIssuerOf(both, GRANT)).toBe(OLD_HOST);
    expect(otherIssuerOf(trustPolicy([OURS]), GRANT)).toBeUndefined();
  });

  it("are asked with the audiences of the policy, and no other of its values", () => {
    const pinned = {
      ...OURS,
      Condition: { StringLike: { "X:AUD": ["a", "b"], [sub]: "c", "x:aud:y": "d" } },
    };
    expect(audiencesIn(trustPolicy([pinned]), GRANT)).toEqual([AUDIENCE, "a", "b"]);
  });

  it("are none where a Deny keeps it out", () => {
    const denied = trustPolicy([OURS, { ...OURS, Effect: "Deny" }]);
    expect(providersAdmitting(denied, GRANT.subject, AUDIENCE)).toEqual([]);
  });
});

describe("what is worth knowing of a trust policy", () => {
  const notesOf = (trust: PolicyDocument) => trustNotes(trust, evaluateGrant(trust, GRANT));
  const sized = (length: number) => {
    const long = (sid: number) => trustPolicy([{ ...OURS, Sid: "x".repeat(sid) }]);
    return long(length - JSON.stringify(long(0)).length);
  };

  it("is nothing where it admits the ServiceAccount and is of the usual size", () => {
    expect(notesOf(trustPolicy([OURS]))).toEqual([]);
    expect(notesOf(sized(2048))).toEqual([]);
  });

  it("is its size beyond IAM's usual quota", () => {
    expect(notesOf(sized(2049))).toEqual([
      {
        level: "warning",
        code: "trust-size",
        message:
          "the trust policy has 2049 characters; IAM's default quota is 2048 (role trust policy length)",
      },
    ]);
  });

  it("is what it depends on that can't be known", () => {
    const Condition = {
      StringEquals: { ...OURS.Condition?.["StringEquals"], "aws:SourceVpc": "v", "aws:SourceIp": "1" },
    };
    expect(
      notesOf(trustPolicy([{ ...OURS, Condition }])).map(({ code, message }) => [code, message]),
    ).toEqual([
      [
        "trust-conditional",
        "whether the trust policy allows the ServiceAccount also depends on aws:SourceIp, aws:SourceVpc, which can't be evaluated here",
      ],
    ]);
  });
});

describe("an audience that an annotation asks for", () => {
  const annotated = (audience: string) =>
    audienceFor(CART, undefined, {
      ref: CART,
      resourceVersion: "1",
      managers: [],
      labels: {},
      annotations: { [AUDIENCE_ANNOTATION]: audience },
    });

  it("is written nowhere, unless it is the default or the operator asks for one", () => {
    expect(writableAudience(annotated(AUDIENCE))).toBe(AUDIENCE);
    expect(writableAudience(audienceFor(CART, undefined, undefined))).toBe(AUDIENCE);
    expect(writableAudience(audienceFor(CART, anAudience("x"), undefined))).toBe("x");
    expect(failureOf(() => writableAudience(annotated("x")))).toMatchObject({
      code: "audience-unasked",
      message: "shop/cart is annotated with audience 'x', which was not requested",
      detail: { facts: [["annotation", "eks.amazonaws.com/audience"]] },
    });
  });

  it("is refused where it is empty", () => {
    expect(failureOf(() => annotated(""))).toMatchObject({
      code: "empty-audience",
      message: "the annotation eks.amazonaws.com/audience of shop/cart is empty",
    });
  });
});

describe("a computed name", () => {
  const names = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/);
  const prefixes = fc.stringMatching(/^[\w+=,.@-]{0,40}$/);

  it("is known as such with whatever prefix, and for no other ServiceAccount or cluster", () => {
    fc.assert(
      fc.property(names, names, prefixes, (namespace, name, prefix) => {
        const serviceAccount = aServiceAccount(`${namespace}/${name}`);
        const computed = computedRoleName(cluster, serviceAccount, prefix);
        expect(isComputedFor(computed, cluster, serviceAccount)).toBe(true);
        expect(isComputedFor(computed, cluster, aServiceAccount(`${namespace}/${name}0`))).toBe(false);
        const other = aCluster({ arn: "arn:aws:eks:eu-west-1:111122223333:cluster/eks-work-cluster" });
        expect(isComputedFor(computed, other, serviceAccount)).toBe(false);
      }),
    );
  });

  it("is not any name that ends as it does", () => {
    fc.assert(
      fc.property(names, names, fc.stringMatching(/^[a-z]{1,12}$/), (namespace, name, head) => {
        const serviceAccount = aServiceAccount(`${namespace}/${name}`);
        const end = computedRoleName(cluster, serviceAccount, "").slice(-11);
        expect(isComputedFor(`${head}${end}`, cluster, serviceAccount)).toBe(false);
      }),
    );
  });
});
