import { describe, expect, it } from "vitest";
import { firstBroken } from "../../src/verification/chain.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { ROWS } from "../../src/verification/rows.ts";
import { known } from "../../src/model/known.ts";
import { applyFix } from "./apply-fix.ts";
import { SERVICE_ACCOUNT_WORLDS } from "./broken-worlds/service-account.ts";
import { ASSOCIATED_WORLDS } from "./broken-worlds/pod-identity.ts";
import type { BrokenWorld } from "./broken-worlds/broken-world.ts";
import { POD_WORLDS, WEBHOOK_WORLDS, WORKLOAD_WORLDS } from "./broken-worlds/pods.ts";
import { PROVIDER_WORLDS } from "./broken-worlds/provider.ts";
import { ROLE_WORLDS } from "./broken-worlds/role.ts";
import { CLUSTER_WORLDS } from "./broken-worlds/cluster.ts";
import { OUR_WORLDS } from "./broken-worlds/ours.ts";
import { FOLLOWED } from "./broken-worlds/follow-advice.ts";
import { STS_WORLDS } from "./broken-worlds/sts.ts";
import { TRUST_WORLDS } from "./broken-worlds/trust-policy.ts";
import { associatedShop } from "./associated.ts";
import { aShop, ourShop, verified } from "./healthy.ts";

const GROUPS: Readonly<Record<string, readonly BrokenWorld[]>> = {
  "the cluster": CLUSTER_WORLDS,
  "the provider": PROVIDER_WORLDS,
  "the ServiceAccount": SERVICE_ACCOUNT_WORLDS,
  "the role": ROLE_WORLDS,
  "the trust policy": TRUST_WORLDS,
  "the webhook": WEBHOOK_WORLDS,
  "the workload": WORKLOAD_WORLDS,
  "the pods": POD_WORLDS,
  STS: STS_WORLDS,
  "what irsa keeps": OUR_WORLDS,
  "Pod Identity": ASSOCIATED_WORLDS,
};

describe.each(Object.entries(GROUPS))("%s", (_group, worlds) => {
  it.each(worlds)("$finds.row: $name", async ({ breaks, subject, role, way, cluster, described, finds }) => {
    const { fix, ...fault } = finds;
    const build = way === "pod-identity" ? associatedShop : role === "ours" ? ourShop : aShop;
    const world = build(cluster?.());
    breaks(world);
    const told = known({ ...world.cluster, ...described } as Cluster);
    const report = await verified(world, subject, { cluster: told });
    const broken = firstBroken(report);
    expect(broken).toMatchObject({ ...fault, fix: { kind: fix } });
    expect(report.verdict).toBe("broken");
    if (broken?.fix.kind === "command") await applyFix(world, broken.fix.command);
    else if (way === "pod-identity") FOLLOWED[fault.code]?.(world);
    else return;
    expect(await verified(world, subject)).toMatchObject({ verdict: "works" });
  });
});

it("the shop itself works", async () => {
  for (const subject of ["shop/cart", "deploy/shop/cart", "pod/shop/cart-5d9c-x1"]) {
    const report = await verified(aShop(), subject);
    expect(report.links.filter(({ status }) => status !== "PASS" && status !== "SKIPPED")).toEqual([]);
    expect(report.verdict).toBe("works");
  }
});

/** Codes of what works and is only warned of; see healthy-worlds.test.ts. */
const WARNED = [
  "annotation-ignored",
  "audience-unpinned",
  "subject-unpinned",
  "nothing-allowed",
  "skip-unmatched",
  "container-skipped",
  "token-unseen",
  "keys-unseen",
  "pod-identity-wins",
  "agent-by-proxy",
  "credentials-cached",
];

it("every fault that is looked for has its world", () => {
  const found = new Set([
    ...Object.values(GROUPS)
      .flat()
      .map(({ finds }) => finds.code as string),
    ...WARNED,
  ]);
  expect(Object.keys(ROWS).filter((code) => !found.has(code))).toEqual([]);
});

it("forty worlds are broken at the least", () => {
  expect(Object.values(GROUPS).flat().length).toBeGreaterThanOrEqual(40);
});
