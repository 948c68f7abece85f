import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn } from "../fakes/command-line.ts";
import { allowing } from "../fakes/node-world.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const ROOT = "arn:aws:iam::111122223333:root";

interface Chain {
  readonly roles: readonly string[];
  readonly verdict: string;
  readonly unknownKeys: readonly string[];
  readonly subjects: readonly { readonly serviceAccount: { readonly name: string } }[];
}

async function chainsOf(of: World, line: string): Promise<readonly Chain[]> {
  const { heard, failure } = await runIn(of, `${line} ${ON} -o json`);
  if (failure !== undefined) throw failure;
  const answer: { readonly result: { readonly chains: readonly Chain[] } } = JSON.parse(heard.out.join("\n"));
  return answer.result.chains;
}

const NAMES = ["a", "b", "c", "d"] as const;
const PATHS = ["shop/cart", "shop/till"] as const;
type Generated = typeof anyRole extends fc.Arbitrary<infer Value> ? Value : never;

const anyRole = fc.record({
  serviceAccounts: fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 1 }),
  trusted: fc.array(fc.constantFrom(...NAMES, ROOT, "*"), { maxLength: 2 }),
  assumes: fc.array(fc.constantFrom(...NAMES, "*", "admin"), { maxLength: 1 }),
  isOpen: fc.boolean(),
});

/** Roles that trust ServiceAccounts and each other at random. */
function randomWorld(roles: readonly Generated[]): World {
  const built = aWorld().withProvider();
  for (const path of PATHS) built.withServiceAccount(path);
  for (const [at, { serviceAccounts, trusted, assumes, isOpen }] of roles.entries()) {
    const statements = trusted.map((one): Statement => ({
      Effect: "Allow",
      Principal: { AWS: one.length === 1 && one !== "*" ? ownRole(one) : one },
      Action: "sts:AssumeRole",
      ...(isOpen && { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    }));
    const tokens = serviceAccounts.flatMap(
      (path) => built.trustOf({ serviceAccount: aServiceAccount(path) }).Statement ?? [],
    );
    const policies = assumes.map((one) =>
      one === "admin"
        ? allowing("*")
        : trustPolicy([
            { Effect: "Allow", Action: "sts:AssumeRole", Resource: one === "*" ? one : ownRole(one) },
          ]),
    );
    built.withRole(
      ownRole(NAMES[at] ?? "a"),
      { trust: trustPolicy([...statements, ...tokens].flat()) },
      { inline: Object.fromEntries(policies.map((document, index) => [`p${index}`, document])) },
    );
  }
  return built;
}

describe("who-can", () => {
  it("names a ServiceAccount for a role, by the same chain, if what-can has that role for it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRole, { minLength: 4, maxLength: 4 }), async (roles) => {
        const found: string[] = [];
        for (const role of NAMES) {
          const chains = await chainsOf(randomWorld(roles), `who-can ${role}`);
          for (const { roles: all, verdict, unknownKeys, subjects } of chains)
            for (const { serviceAccount } of subjects)
              found.push([serviceAccount.name, ...all, verdict, ...unknownKeys].join(" "));
        }
        const expected: string[] = [];
        for (const path of PATHS) {
          const chains = await chainsOf(randomWorld(roles), `what-can ${path}`);
          for (const { roles: all, verdict, unknownKeys } of chains)
            expected.push([path.slice("shop/".length), ...all, verdict, ...unknownKeys].join(" "));
        }
        expect(found.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 30 },
    );
  });
});
