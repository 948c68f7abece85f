import * as fc from "fast-check";
import type { RoleArn } from "../../src/model/arn.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { AskedAudience } from "../../src/model/asked.ts";
import type { DesiredServiceAccount, DesiredRole } from "../../src/service-account/create/desired.ts";
import {
  aDesire,
  aCluster,
  aServiceAccount,
  anAudience,
  AUDIENCE,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  OLD_ISSUER,
  ownPolicy,
  ownRole,
  S3_READ,
  INLINE_DOCUMENT,
  EC2,
} from "./values.ts";
import { aWorld, type World } from "./world.ts";

const SERVICE_ACCOUNT = aServiceAccount("amazon-cloudwatch/cloudwatch-agent");
const PATH = "amazon-cloudwatch/cloudwatch-agent";
/** A role that somebody else made, and one that can be asked for by name. */
export const LEGACY = ownRole("legacy/agent");
const NAMED = ownRole("named");
const GONE = ownRole("gone");
const EDGE = ownPolicy("edge");
const BY_HAND = ownPolicy("by-hand");

const DENY: Statement = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRoleWithWebIdentity" };

type Trust = "ours" | "ours and others" | "others" | "old cluster" | "denied" | "other audience";
type Marks = "ours" | "adopted" | "another ServiceAccount's" | "none";

/** What a generated role is like. */
interface RoleFacts {
  readonly trust: Trust;
  readonly marks: Marks;
  readonly attached: readonly (typeof CLOUDWATCH)[];
  readonly inline: boolean;
  readonly tagged: boolean;
}

/** What a generated world is like; plain data, so that a failing one can be read. */
export interface WorldFacts {
  readonly provider: "none" | "usual" | "another audience" | "both";
  readonly computed: RoleFacts | null;
  readonly named: RoleFacts | null;
  readonly legacy: RoleFacts | null;
  readonly serviceAccount: {
    readonly role: "none" | "computed" | "named" | "legacy" | "gone" | "nonsense";
    readonly audience: "none" | "usual" | "my-app";
    readonly mark: "none" | "labeled" | "created" | "adopted";
    readonly helm: boolean;
  } | null;
}

/** What a generated ask is like. */
export interface AskFacts {
  readonly role: "computed" | "named" | "legacy";
  readonly policies: readonly (typeof CLOUDWATCH)[];
  readonly inline: boolean;
  readonly boundary: boolean;
  readonly session: boolean;
  readonly description: string | null;
  readonly tagged: boolean;
  readonly labeled: boolean;
  readonly audience: "none" | "usual" | "my-app";
  readonly adopt: boolean;
  readonly associate: boolean;
  readonly addTrust: boolean;
  readonly roleOnly: boolean;
}

const audiences = fc.constantFrom("none", "usual", "my-app");
const policySets = fc.subarray([CLOUDWATCH, S3_READ, BY_HAND]);

const roles: fc.Arbitrary<RoleFacts> = fc.record({
  trust: fc.constantFrom(
    "ours",
    "ours",
    "ours and others",
    "others",
    "old cluster",
    "denied",
    "other audience",
  ),
  marks: fc.constantFrom("ours", "ours", "adopted", "another ServiceAccount's", "none"),
  attached: policySets,
  inline: fc.boolean(),
  tagged: fc.boolean(),
});

/** Worlds near the ask: the ServiceAccount, its role, a role of that name, somebody else's, each there or not. */
export const worldFacts: fc.Arbitrary<WorldFacts> = fc.record({
  provider: fc.constantFrom("none", "usual", "usual", "another audience", "both"),
  computed: fc.option(roles),
  named: fc.option(roles),
  legacy: fc.option(roles),
  serviceAccount: fc.option(
    fc.record({
      role: fc.constantFrom("none", "computed", "computed", "named", "legacy", "gone", "nonsense"),
      audience: audiences,
      mark: fc.constantFrom("none", "labeled", "created", "adopted"),
      helm: fc.constantFrom(false, false, false, true),
    }),
  ),
});

/** Asks of every kind; more often with the flags that lift a stop than without. */
export const askFacts: fc.Arbitrary<AskFacts> = fc.record({
  role: fc.constantFrom("computed", "computed", "named", "legacy"),
  policies: policySets,
  inline: fc.boolean(),
  boundary: fc.boolean(),
  session: fc.boolean(),
  description: fc.constantFrom(null, "", "reads the carts"),
  tagged: fc.boolean(),
  labeled: fc.boolean(),
  audience: audiences,
  adopt: fc.constantFrom(true, true, false),
  associate: fc.constantFrom(true, true, false),
  addTrust: fc.boolean(),
  roleOnly: fc.constantFrom(false, false, false, true),
});

/** The ask behind the facts. */
export function askFrom(facts: AskFacts): DesiredServiceAccount {
  const audience = audienceOf(facts.audience);
  return aDesire({
    serviceAccount: SERVICE_ACCOUNT,
    role: roleAskFrom(facts),
    labels: facts.labeled ? { team: "payments" } : {},
    ...(audience !== undefined && { audience }),
    adopt: facts.adopt,
    associate: facts.associate,
    addTrust: facts.addTrust,
    roleOnly: facts.roleOnly,
  });
}

function roleAskFrom({
  role,
  policies,
  inline,
  boundary,
  session,
  description,
  tagged,
}: AskFacts): DesiredRole {
  if (role === "legacy") return existing(LEGACY);
  return managed({
    policies,
    ...(role === "named" && { name: "named" as never }),
    ...(inline && { inline: INLINE }),
    ...(boundary && { boundary: EDGE }),
    ...(session && { maxSessionSeconds: 7200 }),
    ...(description !== null && { description }),
    tags: tagged ? { team: "payments" } : {},
  });
}

/** The world behind the facts, and things beside that nobody asks about. */
export function worldFrom({ provider, computed, named, legacy, serviceAccount }: WorldFacts): World {
  const world = aWorld().withPolicy(EDGE).withPolicy(BY_HAND);
  const elsewhere = aWorld(aCluster({ issuer: OLD_ISSUER }));
  if (provider !== "none")
    world.withProvider({ clientIds: PROVIDERS[provider], tags: { owner: "platform" } });
  const role = (arn: RoleArn, facts: RoleFacts | null): void =>
    void (facts && addRole(world, elsewhere, arn, facts));
  role(world.roleOf({ serviceAccount: SERVICE_ACCOUNT }), computed);
  role(NAMED, named);
  role(LEGACY, legacy);
  if (serviceAccount !== null) addServiceAccount(world, serviceAccount);
  return world
    .withRole(ownRole("bystander"), { trust: trustPolicy([EC2]), tags: { a: "b" } }, { attached: [S3_READ] })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("bystander") } });
}

const PROVIDERS = {
  usual: [AUDIENCE],
  "another audience": ["other"],
  both: [AUDIENCE, "my-app"],
} as const;

function addRole(world: World, elsewhere: World, arn: RoleArn, facts: RoleFacts): void {
  const marks = {
    ours: world.ownershipTagsOf({ serviceAccount: SERVICE_ACCOUNT }, facts.attached),
    adopted: roleOwnershipTags(world.cluster, SERVICE_ACCOUNT, "adopted", facts.attached),
    "another ServiceAccount's": world.ownershipTagsOf({ serviceAccount: aServiceAccount("shop/cart") }),
    none: {},
  } as const;
  world.withRole(
    arn,
    {
      trust: trustFrom(world, elsewhere, facts.trust),
      tags: { ...marks[facts.marks], ...(facts.tagged && { team: "theirs" }) },
    },
    {
      attached: facts.attached,
      inline: { theirs: INLINE, ...(facts.inline && { irsa: { ...INLINE_DOCUMENT, Id: "other" } }) },
    },
  );
}

function trustFrom(world: World, elsewhere: World, trust: Trust): PolicyDocument {
  const of = (place: World, audience: string = AUDIENCE) =>
    listOf(place.trustOf({ serviceAccount: SERVICE_ACCOUNT, audience }).Statement);
  const statements: Readonly<Record<Trust, readonly Statement[]>> = {
    ours: of(world),
    "ours and others": [EC2, ...of(world)],
    others: [EC2],
    "old cluster": of(elsewhere),
    denied: [...of(world), DENY],
    "other audience": of(world, "my-app"),
  };
  return { ...trustPolicy(statements[trust]), Id: "kept" };
}

function addServiceAccount(world: World, facts: NonNullable<WorldFacts["serviceAccount"]>): void {
  const roles = {
    none: undefined,
    computed: world.roleOf({ serviceAccount: SERVICE_ACCOUNT }),
    named: NAMED,
    legacy: LEGACY,
    gone: GONE,
    nonsense: "nonsense",
  } as const;
  const [role, audience] = [roles[facts.role], audienceOf(facts.audience)];
  world.withServiceAccount(PATH, {
    annotations: {
      note: "kept",
      ...(role !== undefined && { [ROLE_ANNOTATION]: role }),
      ...(audience !== undefined && { [AUDIENCE_ANNOTATION]: audience }),
      ...((facts.mark === "adopted" || facts.mark === "created") && { "irsa/account": facts.mark }),
    },
    labels: {
      tier: "kept",
      ...((facts.mark === "created" || facts.mark === "labeled") && {
        "app.kubernetes.io/managed-by": "irsa",
      }),
      ...(facts.helm && { "app.kubernetes.io/managed-by": "Helm" }),
    },
  });
}

function audienceOf(facts: "none" | "usual" | "my-app"): AskedAudience | undefined {
  return facts === "none" ? undefined : facts === "usual" ? AUDIENCE : anAudience(facts);
}
