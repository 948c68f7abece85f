import { vi, expect } from "vitest";
import { PATIENCE } from "../../../worlds/patience.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import type { PodIdentityShop } from "./shop.ts";

/** A problem as `verify -o json` tells it. */
export interface Finding {
  readonly level: "fail" | "warn";
  readonly row: string;
  readonly code: string;
  readonly fix: { readonly kind: "command" | "advice"; readonly text: string };
}

/** A chain as `verify -o json` tells it. */
export interface Chain {
  readonly way: "irsa" | "podIdentity";
  readonly verdict: string;
  readonly firstBroken: Finding | null;
  readonly links: readonly {
    readonly link: string;
    readonly status: string;
    readonly message: string;
    readonly findings: readonly Finding[];
  }[];
}

/** What the built package finds of a subject. */
export async function verify({ irsa }: Pick<PodIdentityShop, "irsa">, subject: string): Promise<Chain> {
  const { stdout, stderr } = await irsa("verify", "--cluster", CLUSTER_NAME, subject, "-o", "json");
  const { result } = JSON.parse(stdout) as { readonly result?: { readonly chains: readonly Chain[] } };
  const [chain] = result?.chains ?? [];
  if (chain === undefined) throw new Error(`no chain: ${stdout}${stderr}`);
  return chain;
}

/** All that is found, broken or not. */
export function findingsOf({ links }: Chain): readonly Finding[] {
  return links.flatMap(({ findings }) => findings);
}

/** What is found once it is as wanted: an API server goes by a changed webhook within a second or so. */
export function becomes(
  shop: Pick<PodIdentityShop, "irsa">,
  subject: string,
  wanted: object,
): Promise<Chain> {
  return vi.waitFor(async () => {
    const chain = await verify(shop, subject);
    expect(chain).toMatchObject(wanted);
    return chain;
  }, PATIENCE);
}

/** Waits until the chain works, with nothing to warn of and nothing unknown. */
export async function becomesRight(shop: Pick<PodIdentityShop, "irsa">, subject: string): Promise<void> {
  await vi.waitFor(async () => {
    const chain = await verify(shop, subject);
    const odd = chain.links.filter(({ status }) => status !== "PASS" && status !== "SKIPPED");
    expect({ verdict: chain.verdict, odd }).toEqual({ verdict: "works", odd: [] });
  }, PATIENCE);
}
