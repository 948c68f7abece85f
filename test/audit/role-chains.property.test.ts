import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgesOf } from "../../src/audit/chains/chain-edges.ts";
import { chainsFrom, MOST_HOPS } from "../../src/audit/chains/role-chains.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import type { RolePermissions } from "../../src/model/role-permissions.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { Steps } from "../../src/model/trust-policy/steps.ts";
import { ownRole } from "../fakes/values.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
type Name = (typeof NAMES)[number];
type Whom = Name | "account" | "everyone";

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
      whom: fc.constantFrom<Whom>(...NAMES, "account", "everyone"),
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

function condition(isOpen: boolean): Pick<Statement, "Condition"> {
  return isOpen ? { Condition: { StringEquals: { "sts:ExternalId": "secret" } } } : {};
}

function principalOf(whom: Whom): string {
  if (whom === "everyone") return "*";
  return whom === "account" ? "arn:aws:iam::111122223333:root" : ownRole(whom);
}

function trustOf({ trusts }: Written): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: trusts.map(({ whom, denies, isOpen }) => ({
      Effect: denies ? "Deny" : "Allow",
      Principal: { AWS: principalOf(whom) },
      Action: "sts:AssumeRole",
      ...condition(isOpen),
    })),
  };
}

function permissionsIn({ permits, boundary }: Written): RolePermissions {
  const statements = permits.map(({ on, denies, isOpen }) => ({
    Effect: denies ? ("Deny" as const) : ("Allow" as const),
    Action: denies ? "sts:*" : "sts:AssumeRole",
    Resource: on === "*" ? "*" : ownRole(on),
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
  const trusted = world[to].trusts.filter(({ whom }) => ["everyone", "account", from].includes(whom));
  const permits = world[from].permits.filter(({ on }) => on === "*" || on === to);
  if ([...trusted, ...permits].some((one) => one.denies && denies(one))) return false;
  if (world[from].boundary === "refuses") return false;
  const allows = trusted.filter((one) => !one.denies && holds(one));
  const isNamed = allows.some(({ whom }) => whom === from);
  return allows.length > 0 && (isNamed || permits.some((one) => !one.denies && holds(one)));
}

function chains(world: World, first: Name, endsAt: (role: RoleArn) => boolean = () => false) {
  const roles = NAMES.map((name) => ({ arn: ownRole(name), trust: readTrust(trustOf(world[name])) }));
  const byArn = new Map(NAMES.map((name) => [ownRole(name), name]));
  const edges = edgesOf(roles, (arn) => permissionsIn(world[byArn.get(arn) ?? "a"]), new Steps(1_000_000));
  return chainsFrom(ownRole(first), edges, endsAt, new Steps()).map(({ roles: all, verdict }) => ({
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
        for (const { names } of chains(world, first, (role) => role === ownRole(end))) {
          expect(new Set(names).size).toBe(names.length);
          expect(names.length).toBeLessThanOrEqual(MOST_HOPS + 1);
          expect(names[0]).toBe(first);
          expect(names.slice(1, -1)).not.toContain(end);
        }
      }),
    );
  });
});
