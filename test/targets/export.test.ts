import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { runOn, targetsFile } from "./run.ts";

const [ONE, TWO] = ["111111111111", "222222222222"] as const;
const FILE = fileOf("stackset-cluster.yaml", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  metadata: { name: "any", region: "eu-west-1" },
  iam: {
    withOIDC: true,
    serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }],
  },
});
const TARGETS = targetsFile("stackset-targets.json", ONE, TWO);

const run = (world: Fleet, ...words: readonly string[]) =>
  runOn(world, "export", "--to", "stackset", ...words);

const fleet = () => new Fleet().with(ONE).with(TWO);

describe("irsa export --to stackset --targets", () => {
  it("prints one template for every cluster of the targets, whichever the file's metadata names", async () => {
    const { code, out, err } = await run(fleet(), "-f", FILE, "--targets", TARGETS);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("1 ServiceAccount") });
    const { Mappings, Resources } = parse(out, { version: "1.1" });
    expect(Object.values<Record<string, object>>(Mappings.Issuer).map((of) => Object.keys(of))).toEqual([
      [ONE, TWO],
    ]);
    expect(Object.keys(Resources)).toEqual(["OidcProvider", expect.stringMatching(/^RoleShopCart/)]);
  });

  it("prints nothing if a target can't be read: its stack would be deleted", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role.includes(TWO)) throw notAssumable(role);
    });
    const { code, out, err } = await run(world, "-f", FILE, "--targets", TARGETS);
    expect([code, out]).toEqual([4, ""]);
    expect(err).toContain("target 'name-2': ");
  });

  it.each([
    [["-f", FILE, "--targets", TARGETS, "--cluster", "a"], "--cluster can't be combined with --targets"],
    [["--live", "--cluster", "a"], "--live can't be used with --to stackset"],
    [["-f", FILE, "--to", "terraform", "--targets", TARGETS], "--targets requires --to stackset"],
    [["-f", FILE, "--to", "terraform", "--commands"], "--commands requires --to stackset"],
    [["-f", FILE, "--imports"], "--imports"],
  ])("refuses %j", async (words, message) => {
    const { code, out, err } = await run(fleet(), ...words);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });
});
