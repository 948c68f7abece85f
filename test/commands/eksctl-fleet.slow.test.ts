import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roleRef } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { anEksctlFleet, FLEET, FLEET_FILE, fleetRole } from "../fakes/eksctl-fleet.ts";
import { awsPolicy } from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";
import type { World } from "../fakes/world.ts";

const REACH = "--cluster eks-work-cluster --region ap-northeast-2";
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-fleet-"));
  file = join(folder, "cluster.yaml");
  await writeFile(file, FLEET_FILE);
});
afterAll(async () => rm(folder, { recursive: true }));

const told = async (world: World, line: string) => {
  const { failure, heard } = await runIn(world, line);
  return { failure, code: heard.code, out: heard.out.join("\n"), err: heard.err.join("\n") };
};

async function adopted(): Promise<World> {
  const world = anEksctlFleet();
  await runWell(world, `adopt --all ${REACH} --approve`);
  world.log.clear();
  return world;
}

describe("a fleet that eksctl made", () => {
  it("is found by the names of its roles as they are spelled", async () => {
    const { out } = await told(anEksctlFleet(), `get-sa ${REACH} -o json`);
    const { result } = JSON.parse(out) as {
      result: { serviceAccounts: { managedBy: string; state: string }[] };
    };
    expect(result.serviceAccounts.map(({ managedBy, state }) => [managedBy, state])).toEqual(
      FLEET.map(() => ["eksctl", "inSync"]),
    );
  });

  it("is adopted whole", async () => {
    const world = anEksctlFleet();
    const { code, out } = await told(world, `adopt --all ${REACH} --approve`);
    expect(code).toBe(0);
    expect(out).toContain(`All ${FLEET.length} ServiceAccounts are managed by irsa.`);
    for (const { path } of FLEET)
      expect(world.role(fleetRole(path)).role.tags).toMatchObject({ "irsa/origin": "adopted" });
  });

  it("is not adopted in part without a word: a role that is gone is a row, one without a ServiceAccount a warning", async () => {
    const world = anEksctlFleet();
    world.iam.roles.delete(roleRef(fleetRole("shop/till")).name.toLowerCase());
    world.api.serviceAccounts.delete("batch/nightly");
    const { code, out, err } = await told(world, `adopt --all ${REACH} --approve`);
    expect(code).toBe(1);
    expect(out).toMatch(/! shop\/till +shop\/till is annotated with a role that does not exist/);
    expect(out + err).toContain(
      `not adopted: role '${roleRef(fleetRole("batch/nightly")).name}' created by eksctl for batch/nightly`,
    );
  });
});

/** Its well-known policies are older than the catalog's: route53:ListTagsForResources is missing. */
const OUTDATED = "edge/dns";
const EXCEPT = `--exclude ${OUTDATED}`;

describe("plan -f", () => {
  const EXTRA = "  - metadata: { namespace: shop, name: cart }";

  it.each([
    ["nothing to do", (text: string) => text, 0],
    ["something to do", (text: string) => text.replace("team: shop", "team: till"), 3],
  ])("--exit-code: %s", async (_, edit, expected) => {
    const world = await adopted();
    const edited = join(folder, "edited.yaml");
    await writeFile(edited, edit(FLEET_FILE));
    const { code } = await told(world, `plan -f ${edited} --exit-code ${EXCEPT}`);
    expect(code).toBe(expected);
    expect((await told(world, `plan -f ${edited}`)).code).toBe(0);
    expect(world.log.writes).toEqual([]);
  });

  it("adds what eksctl's own document of a well-known policy lacks, and nothing else", async () => {
    const world = await adopted();
    const { code, out } = await told(world, `plan -f ${file} --exit-code`);
    expect(code).toBe(3);
    expect(out).toMatch(new RegExp(`~ ${OUTDATED} `));
    expect(out.match(/^ *~ /gm)).toHaveLength(1);
    await runWell(world, `apply -f ${file} --approve`);
    expect(JSON.stringify(world.role(fleetRole(OUTDATED)).inline)).toContain("route53:ListTagsForResources");
    expect((await told(world, `plan -f ${file} --exit-code`)).code).toBe(0);
  });

  it("names the role of every row", async () => {
    const world = await adopted();
    const edited = join(folder, "labels.yaml");
    const text = FLEET_FILE.replace(
      EXTRA,
      "  - metadata: { namespace: shop, name: cart, labels: { tier: gold } }",
    ).replace(/^ +tags: .*$/m, "      tags: { team: till }");
    await writeFile(edited, text);
    const { out } = await told(world, `plan -f ${edited}`);
    expect(out).toMatch(
      new RegExp(`~ shop/cart +~ ServiceAccount metadata \\(role ${roleRef(fleetRole("shop/cart")).name}\\)`),
    );
    expect(out).toMatch(new RegExp(`~ shop/till +role ${roleRef(fleetRole("shop/till")).name}: ~ tags`));
  });
});

describe("get-sa -o clusterconfig", () => {
  it("has all that the roles can do, well-known policies by name, and no other tool's ownership keys", async () => {
    const world = await adopted();
    const { out, err } = await told(world, `get-sa ${REACH} -o clusterconfig`);
    expect(out).toContain("sqs:SendMessage");
    expect(out.match(/autoScaler: true/g)).toHaveLength(2);
    // Not by name: by that, plan would add what they lack.
    expect(out).not.toMatch(/certManager|externalDNS/);
    expect(out).toContain("route53:ListTagsForResource");
    expect(out).toContain("team: shop");
    expect(out).not.toMatch(/eksctl\.io\/cluster|managed-by|helm|autoscaling:/);
    expect(err).toBe("");
  });

  it("prints a file that plan takes, and finds as it is", async () => {
    const world = await adopted();
    const { out } = await told(world, `get-sa ${REACH} -o clusterconfig`);
    const live = join(folder, "live.yaml");
    await writeFile(live, out);
    const plan = await told(world, `plan -f ${live} --detect-drift`);
    expect(plan.failure).toBeUndefined();
    expect(plan.code).toBe(0);
    expect(plan.out).toContain(`All ${FLEET.length} ServiceAccounts are up to date.`);
  });

  it("before they are adopted names the roles as they are", async () => {
    const world = anEksctlFleet();
    const { out } = await told(world, `get-sa ${REACH} -o clusterconfig`);
    for (const { path } of FLEET) expect(out).toContain(`attachRoleARN: ${fleetRole(path)}`);
  });

  it("tells in comments and warnings what it can't say", async () => {
    const world = await adopted();
    const arn = fleetRole("shop/till");
    const hidden = {
      Version: "2012-10-17",
      Id: "x",
      Statement: { Effect: "Allow", Action: "a:X", Resource: "##[group]\n# x" },
    } as const;
    world.editRole(arn, ({ role }) => ({ role: { ...role, maxSessionSeconds: 7200 }, inline: { hidden } }));
    world.iam.roles.delete(roleRef(fleetRole("edge/dns")).name.toLowerCase());
    world.withServiceAccount("edge/far", {
      annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/x" },
    });
    const { code, out, err } = await told(world, `get-sa ${REACH} -o clusterconfig`);
    expect(code).toBe(0);
    for (const [path, what] of [
      ["shop/till", "the inline policy 'hidden': Id is not allowed in an identity policy"],
      ["shop/till", "its maximum session duration, 7200 s"],
      ["edge/dns", "its role does not exist"],
      ["edge/far", "its role belongs to another AWS account"],
    ] as const) {
      expect(err).toContain(`${path}: not in the file: ${what}`);
      const lines = out.split("\n").map((line) => line.trim());
      expect(lines.some((line) => line.startsWith("# not in this file: ") && line.includes(what))).toBe(true);
    }
    expect(out.split("\n").filter((line) => line.includes("group]"))).toHaveLength(1);
    expect(out).not.toContain("##[group]");
  });
});

describe("a role that nothing names", () => {
  const nightly = fleetRole("batch/nightly");
  const ROLE_ONLY = `create-sa ${REACH} -n batch --name nightly --role-only`;
  const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  const SQS = awsPolicy("AmazonSQSFullAccess");
  const rolesIn = (world: World) => world.iam.roles.size;

  it.each([
    ["taken over", adopted],
    ["eksctl's still", async () => anEksctlFleet()],
  ])("of roleOnly, %s: the file from which eksctl made it makes no second one", async (_, worldOf) => {
    const world = await worldOf();
    const plan = await told(world, `plan -f ${file} --exit-code ${EXCEPT} -o json`);
    expect(plan.code).toBe(0);
    const { result } = JSON.parse(plan.out) as { result: { serviceAccounts: object[] } };
    expect(result.serviceAccounts).toContainEqual(
      expect.objectContaining({
        serviceAccount: { namespace: "batch", name: "nightly" },
        state: "inSync",
        role: nightly,
      }),
    );
    const { out, failure } = await told(world, `${ROLE_ONLY} --policy-arn ${S3} --approve`);
    expect(failure).toBeUndefined();
    expect(out).toContain(`Nothing to do. Role: ${nightly}`);
    expect(rolesIn(world)).toBe(FLEET.length);
  });

  it("of roleOnly is given more only by its name", async () => {
    const world = (await adopted()).withPolicy(SQS);
    world.log.clear();
    const more = `${ROLE_ONLY} --policy-arn ${S3},${SQS} --approve`;
    const { failure } = await told(world, more);
    expect(failure).toMatchObject({ kind: "refused", code: "role-unnamed" });
    expect(failure && textOf(failure)).toContain(`--role-name ${roleRef(nightly).name}`);
    expect(world.log.writes).toEqual([]);
    await runWell(world, `${more} --role-name ${roleRef(nightly).name}`);
    expect(world.role(nightly).attached).toEqual([S3, SQS]);
    expect(rolesIn(world)).toBe(FLEET.length);
  });

  it("is mentioned where eksctl's ServiceAccount was deleted, and used or left as the operator says", async () => {
    const world = anEksctlFleet();
    world.api.serviceAccounts.delete("shop/till");
    const create = `create-sa ${REACH} -n shop --name till`;
    const stopped = await told(world, `${create} --policy-arn ${S3} --approve`);
    expect(stopped.failure).toMatchObject({ kind: "refused", code: "role-unnamed" });
    const arn = fleetRole("shop/till");
    expect(stopped.failure?.detail.command?.join(" ")).toBe(
      `irsa create-sa --namespace shop --name till --attach-role-arn ${arn} ${REACH}`,
    );
    expect(world.log.writes).toEqual([]);
    const row = await told(world, `plan -f ${file}`);
    expect(row.out).toContain(`! shop/till`);
    expect(row.out).toContain(`eksctl already created role '${roleRef(arn).name}' for shop/till`);

    const other = world.copy();
    await runWell(other, `${create} --policy-arn ${S3} --role-name till --approve`);
    expect(rolesIn(other)).toBe(FLEET.length + 1);
    await runWell(world, `${create} --attach-role-arn ${arn} --approve`);
    expect(world.serviceAccount("shop/till").annotations).toMatchObject({ [ROLE_ANNOTATION]: arn });
    await runWell(world, `adopt shop/till ${REACH} --approve`);
    expect(rolesIn(world)).toBe(FLEET.length);
  });

  it("that was adopted is named where its ServiceAccount was deleted", async () => {
    const world = await adopted();
    world.api.serviceAccounts.delete("shop/till");
    const create = `create-sa ${REACH} -n shop --name till --policy-arn ${S3} --approve`;
    const { failure } = await told(world, create);
    expect(failure).toMatchObject({ code: "role-unnamed" });
    await runWell(world, `${create} --role-name ${roleRef(fleetRole("shop/till")).name}`);
    expect(world.serviceAccount("shop/till").annotations).toMatchObject({
      [ROLE_ANNOTATION]: fleetRole("shop/till"),
    });
    expect(rolesIn(world)).toBe(FLEET.length);
  });

  it("can't be known of without iam:ListRoles, which is said", async () => {
    const world = anEksctlFleet();
    world.log.fail("iam.listRoles");
    const { out, err, failure } = await told(
      world,
      `create-sa ${REACH} -n new --name one --policy-arn ${S3}`,
    );
    expect(failure).toBeUndefined();
    expect(out + err).toMatch(/already has a role for it under another name is unknown: \S/);
  });

  it("of the same name in another cluster is not a reason to stop", async () => {
    const world = anEksctlFleet();
    world.api.serviceAccounts.delete("shop/till");
    world.editRole(fleetRole("shop/till"), ({ role }) => ({
      role: { ...role, tags: { ...role.tags, "alpha.eksctl.io/cluster-name": "other" } },
    }));
    await runWell(world, `create-sa ${REACH} -n shop --name till --policy-arn ${S3} --approve`);
    expect(rolesIn(world)).toBe(FLEET.length + 1);
  });
});
