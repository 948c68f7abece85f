import { describe, expect, it } from "vitest";
import { CATALOG } from "../../src/config/well-known-policies/catalog-rows.ts";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { runIn } from "../fakes/command-line.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const OUTDATED = "policies --outdated --cluster eks-work-cluster --region ap-northeast-2";

async function told(line: string, world: World = aWorld()) {
  const { failure, heard } = await runIn(world, line);
  return {
    failure: failure?.message,
    code: heard.code,
    out: heard.out.join("\n"),
    err: heard.err.join("\n"),
  };
}

function written(field: string, by?: string): PolicyDocument {
  const policy = WELL_KNOWN_POLICIES.find((one) => one.field === field);
  const version = policy && everyVersion(policy).find((one) => one.by === by);
  if (version === undefined) throw new Error(`no ${field} by ${by ?? "irsa"}`);
  return { Version: "2012-10-17", Statement: version.statements };
}

const EARLIER = "irsa 0.1.0, eksctl 0.230";

/** A world in which shop/NAME has a role with these inline policies. */
function worldWith(roles: Readonly<Record<string, Readonly<Record<string, PolicyDocument>>>>): World {
  const world = aWorld().withProvider();
  for (const [name, inline] of Object.entries(roles))
    world
      .withRole(ownRole(name), {}, { inline })
      .withServiceAccount(`shop/${name}`, { annotations: { [ROLE_ANNOTATION]: ownRole(name) } });
  return world;
}

describe("the catalog", () => {
  it("is listed without a call", async () => {
    const world = aWorld();
    const { out, code } = await told("policies", world);
    expect(code).toBe(0);
    for (const { name, upstream } of CATALOG)
      expect(out).toMatch(new RegExp(`^${name} .*${upstream.date}`, "m"));
    expect(world.log.calls).toEqual([]);
  });

  it("tells a policy in full, with its document", async () => {
    const { out } = await told("policies velero");
    expect(out).toContain("vmware-tanzu/velero-plugin-for-aws");
    expect(out).toContain("kmsKeys: ARNs of KMS keys");
    expect(out).toContain('"arn:aws:s3:::BUCKETS/*"');
  });

  it.each([
    ["policies -o name", CATALOG.map(({ name }) => name).join("\n")],
    ["policies velero -o jsonpath={.policies[0].upstream.version}", "1.14.0-rc.1"],
    [
      "policies ebsCSIController -o jsonpath={.policies[0].managedPolicies[0]}",
      "service-role/AmazonEBSCSIDriverPolicy",
    ],
    ["policies vpcCNI -o custom-columns=N:.name --no-headers", "vpcCNI"],
  ])("%s", async (line, out) => expect(await told(line)).toMatchObject({ failure: undefined, out }));

  it.each([
    ["policies externalDns", "'externalDns' is not a well-known policy; did you mean externalDNS?"],
    ["policies nothing-like-it", "is not a well-known policy; irsa policies lists them"],
    ["policies -n shop", "--namespace 'shop' requires --outdated"],
    ["policies --outdated -A -n shop", "--all-namespaces can't be combined"],
  ])("%s: %s", async (line, message) => {
    const world = aWorld();
    expect((await told(line, world)).failure).toContain(message);
    expect(world.log.calls).toEqual([]);
  });
});

describe("--outdated", () => {
  it("reports a role with an earlier version, and ends with 3", async () => {
    const world = worldWith({ dns: { irsa: written("externalDNS", EARLIER) } });
    const { code, out, err } = await told(OUTDATED, world);
    expect(code).toBe(3);
    expect(out).toContain("outdated: lacks route53:ListTagsForResources");
    expect(err).toContain("1 outdated policy, 0 unknown.");
  });

  it("is 0 where all are current, and writes nothing", async () => {
    const world = worldWith({ dns: { irsa: written("externalDNS") }, other: {} });
    const { code, err } = await told(OUTDATED, world);
    expect(code).toBe(0);
    expect(err).toContain("No outdated policies found in cluster eks-work-cluster.");
    expect(err).toContain("1 role without a well-known policy.");
    expect(world.log.writes).toEqual([]);
  });

  it("tells in JSON what an earlier version allowed too much", async () => {
    const world = worldWith({ cert: { other: written("certManager", EARLIER) } });
    const { code, out } = await told(`${OUTDATED} -o json`, world);
    expect(code).toBe(3);
    const { result } = JSON.parse(out) as { result: { policies: object[] } };
    expect(result.policies).toMatchObject([
      {
        policy: "certManager",
        state: "outdated",
        evidence: "document",
        writtenBy: EARLIER,
        excess: [{ action: "route53:ChangeResourceRecordSets", condition: null }],
      },
    ]);
  });

  it.each(["iam.getInlinePolicy", "iam.listInlinePolicies"] as const)(
    "a role that can't be read (%s) is unknown, not current, and the exit code is 4",
    async (call) => {
      const world = worldWith({ dns: { irsa: written("externalDNS") } });
      world.log.deny(call);
      const { code, out } = await told(`${OUTDATED} -o json`, world);
      expect(code).toBe(4);
      const { result } = JSON.parse(out) as { result: { policies: object[]; notRead: object[] } };
      expect(result.policies).toMatchObject([{ policy: null, state: "unknown" }]);
      expect(result.notRead).not.toEqual([]);
    },
  );

  it("a role in another AWS account is unknown, and no failure", async () => {
    const world = aWorld().withServiceAccount("shop/far", {
      annotations: { [ROLE_ANNOTATION]: "arn:aws:iam::999988887777:role/far" },
    });
    const { code, out } = await told(OUTDATED, world);
    expect(code).toBe(0);
    expect(out).toContain("unknown: the role is in AWS account 999988887777");
  });

  it("narrows to namespaces and policies", async () => {
    const world = () =>
      worldWith({
        dns: { irsa: written("externalDNS", EARLIER) },
        cert: { irsa: written("certManager", EARLIER) },
      });
    expect((await told(`${OUTDATED} certManager -o name`, world())).out).toBe(ownRole("cert"));
    expect((await told(`${OUTDATED} -n elsewhere -o name`, world())).out).toBe("");
  });
});

it("of a ServiceAccount with an association too, the annotated role is compared: older pods still have it", async () => {
  const world = worldWith({ dns: { irsa: written("externalDNS", EARLIER) } });
  world.withRole(ownRole("other")).withAssociation("shop/dns", ownRole("other"));
  const { out, code } = await told(`${OUTDATED} -o name`, world);
  expect(code).toBe(3);
  expect(out).toContain(ownRole("dns"));
  expect(world.log.calls.filter(({ name }) => name === "eks.describePodIdentities")).toHaveLength(1);
});
