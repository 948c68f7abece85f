import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgesOf } from "../../src/audit/chains/chain-edges.ts";
import { chainsFrom, MOST_HOPS } from "../../src/audit/chains/role-chains.ts";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import type { RolePermissions } from "../../src/model/role-permissions.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { Steps } from "../../src/model/trust-policy/steps.ts";
import { ownRole, right } from "../fakes/values.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
type Name = (typeof NAMES)[number];
/** `selected`: everyone, under a condition on `aws:PrincipalArn` that selects `a`. */
type Whom = Name | "account" | "everyone" | "selected";

/** The last two roles are of another AWS account than the others. */
const FAR: ReadonlySet<Name> = new Set(["e", "f"]);
const arnOf = (role: Name): RoleArn =>
  FAR.has(role) ? right(parseRoleArn(`arn:aws:iam::444455556666:role/${role}`)) : ownRole(role);

/** One Allow or Deny of a trust policy. */
interface Trusts {
  readonly whom: Whom;
  readonly denies: boolean;
  /** Under a condition that nobody can judge beforehand. */
  readonly isOpen: boolean;
}

/** One Allow or Deny of a role's own policies, on one role or all. */
interface Permits {
  readonly on: Name | "*";
  readonly denies: boolean;
  readonly isOpen: boolean;
}

interface Written {
  readonly trusts: readonly Trusts[];
  readonly permits: readonly Permits[];
  readonly boundary: "none" | "allows" | "refuses";
}

type World = Readonly<Record<Name, Written>>;

const often = fc.boolean().chain((one) => (one ? fc.constant(false) : fc.boolean()));
const written = fc.record({
  trusts: fc.array(
    fc.record({
      whom: fc.constantFrom<Whom>(...NAMES, "account", "everyone", "selected"),
      denies: often,
      isOpen: often,
    }),
    { maxLength: 3 },
  ),
  permits: fc.array(
    fc.record({ on: fc.constantFrom<Name | "*">(...NAMES, "*"), denies: often, isOpen: often }),
    { maxLength: 3 },
  ),
  boundary: fc.constantFrom<Written["boundary"]>("none", "none", "allows", "refuses"),
});
const worlds: fc.Arbitrary<World> = fc.record({
  a: written,
  b: written,
  c: written,
  d: written,
  e: written,
  f: written,
});

function condition(isOpen: boolean, whom?: Whom): Pick<Statement, "Condition"> {
  return {
    Condition: {
      ...(isOpen && { StringEquals: { "sts:ExternalId": "secret" } }),
      ...(whom === "selected" && { ArnEquals: { "aws:PrincipalArn": arnOf("a") } }),
    },
  };
}

function principalOf(whom: Whom): string {
  if (whom === "everyone" || whom === "selected") return "*";
  return whom === "account" ? "arn:aws:iam::111122223333:root" : arnOf(whom);
}

function trustOf({ trusts }: Written): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: trusts.map(({ whom, denies, isOpen }) => ({
      Effect: denies ? "Deny" : "Allow",
      Principal: { AWS: principalOf(whom) },
      Action: "sts:AssumeRole",
      ...condition(isOpen, whom),
    })),
  };
}

function permissionsIn({ permits, boundary }: Written): RolePermissions {
  const statements = permits.map(({ on, denies, isOpen }) => ({
    Effect: denies ? ("Deny" as const) : ("Allow" as const),
    Action: denies ? "sts:*" : "sts:AssumeRole",
    Resource: on === "*" ? "*" : arnOf(on),
    ...condition(isOpen),
  }));
  const limits = boundary === "allows" ? "sts:*" : "s3:*";
  return {
    documents: [{ Version: "2012-10-17", Statement: statements }],
    isComplete: true,
    ...(boundary !== "none" && {
      boundary: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow" as const, Action: limits, Resource: "*" }],
      },
    }),
  };
}

/** Whether a role can assume another, by AWS's rules in short: for certain, or if every open condition turns out well. */
function mayAssume(world: World, from: Name, to: Name, how: "certain" | "possible"): boolean {
  const holds = ({ isOpen }: { readonly isOpen: boolean }): boolean => how === "possible" || !isOpen;
  const denies = ({ isOpen }: { readonly isOpen: boolean }): boolean => how === "certain" || !isOpen;
  const isNear = FAR.has(from) === FAR.has(to);
  const trusted = world[to].trusts.filter(({ whom }) => isMeant(whom, from));
  const permits = world[from].permits.filter(({ on }) => on === "*" || on === to);
  if ([...trusted, ...permits].some((one) => one.denies && denies(one))) return false;
  const allows = trusted.filter((one) => !one.denies && holds(one));
  const own = permits.some((one) => !one.denies && holds(one));
  const isWithin = world[from].boundary !== "refuses";
  const by = (whom: Whom): boolean => isNear && allows.some((one) => one.whom === whom);
  if (by("selected")) return true;
  // AWS does not say whether a boundary limits what everyone is granted.
  if (by("everyone") && (isWithin || how === "possible")) return true;
  return allows.length > 0 && isWithin && (own || by(from));
}

function isMeant(whom: Whom, from: Name): boolean {
  if (whom === "account") return !FAR.has(from);
  return whom === "everyone" || whom === from || (whom === "selected" && from === "a");
}

function chains(world: World, first: Name, endsAt: (role: RoleArn) => boolean = () => false) {
  const roles = NAMES.map((name) => ({ arn: arnOf(name), trust: readTrust(trustOf(world[name])) }));
  const byArn = new Map(NAMES.map((name) => [arnOf(name), name]));
  const edges = edgesOf(roles, (arn) => permissionsIn(world[byArn.get(arn) ?? "a"]), new Steps(1_000_000));
  return chainsFrom(arnOf(first), edges, endsAt, new Steps()).map(({ roles: all, verdict }) => ({
    names: all.map((arn) => byArn.get(arn) ?? "a"),
    verdict,
  }));
}

function pairs(names: readonly Name[]): (readonly [Name, Name])[] {
  return names.slice(1).map((to, at) => [names[at] ?? to, to] as const);
}

/** Every role that certain steps lead to, by breadth. */
function reached(world: World, first: Name): ReadonlySet<Name> {
  let found = new Set<Name>([first]);
  for (let hop = 0; hop < MOST_HOPS; hop += 1)
    found = new Set([
      ...found,
      ...NAMES.filter((to) => [...found].some((from) => mayAssume(world, from, to, "certain"))),
    ]);
  return new Set([...found].filter((name) => name !== first));
}

const name = fc.constantFrom(...NAMES);

describe("a role chain", () => {
  it("is never reported if the two policies of a step don't allow it", () => {
    fc.assert(
      fc.property(worlds, name, (world, first) => {
        for (const { names, verdict } of chains(world, first)) {
          const how = verdict === "allow" ? "certain" : "possible";
          const wrong = pairs(names).filter(([from, to]) => !mayAssume(world, from, to, how));
          expect({ names, verdict, wrong }).toEqual({ names, verdict, wrong: [] });
        }
      }),
    );
  });

  it("is reported, and as certain, for every role that certain steps lead to", () => {
    fc.assert(
      fc.property(worlds, name, (world, first) => {
        const certain = chains(world, first).filter(({ verdict }) => verdict === "allow");
        expect(new Set(certain.map(({ names }) => names.at(-1)))).toEqual(reached(world, first));
      }),
    );
  });

  it("enters no role twice, is bounded, and ends where it is to end", () => {
    fc.assert(
      fc.property(worlds, name, name, (world, first, end) => {
        for (const { names } of chains(world, first, (role) => role === arnOf(end))) {
          expect(new Set(names).size).toBe(names.length);
          expect(names.length).toBeLessThanOrEqual(MOST_HOPS + 1);
          expect(names[0]).toBe(first);
          expect(names.slice(1, -1)).not.toContain(end);
        }
      }),
    );
  });
});
