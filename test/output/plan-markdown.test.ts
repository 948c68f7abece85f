import { describe, expect, it } from "vitest";
import { fileOf } from "../interruption/files.ts";
import { runIn } from "../fakes/command-line.ts";
import { foreignWorld } from "../security/foreign-world.ts";
import { aWorld, type World } from "../fakes/world.ts";

const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

/** A file with that many ServiceAccounts. */
function fileOfMany(count: number): string {
  return fileOf(`many-${count}.yaml`, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: {
      serviceAccounts: Array.from({ length: count }, (_, at) => ({
        metadata: { namespace: "shop", name: `account-${at}` },
        attachPolicyARNs: [POLICY],
      })),
    },
  });
}

async function markdown(world: World, count: number): Promise<string> {
  const { heard } = await runIn(world, `plan -f ${fileOfMany(count)} -o markdown`);
  return heard.out.join("");
}

describe("a plan as a comment", () => {
  it("begins with cluster and digest for programs; has the plan in short, and folded every object", async () => {
    const text = await markdown(aWorld().withProvider(), 1);
    expect(text).toMatch(/^<!-- irsa-plan arn:aws:eks:\S+:cluster\/eks-work-cluster [0-9a-f]{64} -->\n/);
    expect(text).toContain("### irsa plan: eks-work-cluster\n");
    expect(text).toMatch(/^```diff\n1 ServiceAccount: 0 up to date, 1 to create or change\n/m);
    expect(text).toMatch(/^\+ shop\/account-0 /m);
    expect(text).toMatch(/^\+ Role +\S/m);
    expect(text.match(/^<\/?details>/gm)).toHaveLength(4);
  });

  it("fits into a comment whatever it plans, and says what is left out", async () => {
    const text = await markdown(aWorld().withProvider(), 400);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and \d+ more lines, which the log of the job has/);
    // Every fence and every fold that is opened is closed.
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(text.match(/^<details>/gm)?.length).toBe(text.match(/^<\/details>/gm)?.length);
  });

  it("says when there is nothing to change", async () => {
    const text = await markdown(aWorld().withProvider(), 0);
    expect(text).toContain("### irsa plan: eks-work-cluster — no changes");
    expect(text).not.toContain("Every object");
  });

  it("is not bent by what others wrote", async () => {
    const text = await markdown(foreignWorld("vault"), 2);
    const outside = text.replaceAll(/^(`{3,})\w*\n[^]*?^\1$/gm, "");
    expect(outside).not.toMatch(/<(?!!-- irsa-plan|!-- -->|\/?details|\/?summary)/);
  });
});
