import { expect } from "vitest";
import { Fleet } from "../fakes/fleet.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { roleOf, runOn } from "../targets/run.ts";
import { attack } from "./attack.ts";

const [OWN, OTHER] = ["111111111111", "222222222222"] as const;
const fleet = (): Fleet => new Fleet().with(OWN).with(OTHER);
const TARGETS = targetsCalled(OWN, OTHER);

/** Targets with these names. */
function targetsCalled(...names: readonly [string, string]): string {
  const accounts = [OWN, OTHER].map((account_id, at) => ({
    account_id,
    name: names[at],
    role: roleOf(account_id),
  }));
  return fileOf(`targets-called-${names.join("-")}.json`, { accounts });
}

let files = 0;

function fileFor(more: object): string {
  const serviceAccounts = [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }];
  return fileOf(`applied-to-targets-${(files += 1)}.json`, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    ...more,
    iam: { withOIDC: true, serviceAccounts },
  });
}

/** Whether a file is accepted, and the AWS accounts in which it changes something. */
async function appliedWith(metadata: unknown): Promise<readonly [number, readonly string[]]> {
  const world = fleet();
  const file = fileFor({ metadata });
  const { code } = await runOn(world, "apply", "-f", file, "--targets", TARGETS, "--approve");
  return [code, [...world.worlds].flatMap(([one, { log }]) => (log.writes.length > 0 ? [one] : []))];
}

attack(
  "pull-request author",
  "leave what selects a cluster empty, or mistype it, so that a file for one is for every cluster",
  {
    async attack() {
      for (const metadata of [
        null,
        { name: null },
        { name: "" },
        { name: "main", region: null },
        { annotations: null },
        { annotations: { "irsa/aws-account": null } },
        { annotations: { "irsa/aws_account": OWN } },
        { annotations: { "irsa/account": OWN } },
        { name: "main", annotations: { "IRSA/AWS-Account": OWN } },
      ])
        expect(await appliedWith(metadata), JSON.stringify(metadata)).toEqual([2, []]);
    },
    async twin() {
      const annotations = { "irsa/aws-account": OWN, "example.com/team": "shop" };
      expect(await appliedWith({ annotations })).toEqual([0, [OWN]]);
      expect(await appliedWith({})).toEqual([0, [OWN, OTHER]]);
    },
  },
);

/** `apply` where the second AWS account's clusters are listed in this way after the plans were shown. */
async function appliedWhile(listed: (names: readonly string[]) => readonly string[]) {
  const world = fleet();
  const other = world.worlds.get(OTHER);
  if (other === undefined) throw new Error("no such AWS account");
  let assumed = 0;
  world.onAssume.push(async (role) => {
    if (role !== roleOf(OTHER) || (assumed += 1) !== 2) return;
    const { eks } = other.aws;
    const before = await eks.listClusters();
    eks.listClusters = async () => listed(before);
  });
  const words = ["--targets", TARGETS, "--approve", "-o", "json"];
  const { code, out } = await runOn(world, "apply", "-f", fileFor({}), ...words);
  return { code, out };
}

attack(
  "owner of another AWS account",
  "hide a cluster after its plan was approved, so that the run ends as if everything had been applied",
  {
    async attack() {
      const { code, out } = await appliedWhile(() => []);
      expect(code).toBe(1);
      expect(out).toContain("cluster 'main' was planned and is not found any more: nothing was done there");
    },
    async twin() {
      expect((await appliedWhile((names) => names)).code).toBe(0);
    },
  },
);

attack(
  "owner of another AWS account",
  "be called like another AWS account, so that its plan in a comment passes for the other's",
  {
    async attack() {
      const words = ["--targets", targetsCalled("shop", "shop"), "-o", "markdown"];
      const { out } = await runOn(fleet(), "plan", "-f", fileFor({}), ...words);
      const titles = [...out.matchAll(/<summary>(.*)<\/summary>/g)].map(([, title]) => title);
      expect(titles).toEqual([`shop, AWS account ${OWN}`, `shop, AWS account ${OTHER}`]);
    },
    async twin() {
      const words = ["--targets", TARGETS, "-o", "markdown"];
      const { out } = await runOn(fleet(), "plan", "-f", fileFor({}), ...words);
      expect(out).toContain(`<summary>${OWN}</summary>`);
    },
  },
);
