import { expect } from "vitest";
import { observe } from "../../src/audit/observe.ts";
import { reportOf } from "../../src/audit/report.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { NOW } from "../audit/build.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { allowing, EC2 } from "../fakes/node-world.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { ASKED } from "../watch/watching.ts";
import { attack } from "./attack.ts";

const ADMINISTRATOR = { inline: { all: allowing("*") } };

/** A role of nodes, with a path, and the administrator of a ServiceAccount, both of which allow everything. */
function world(): World {
  const one = aWorld().withProvider();
  const trust = one.trustOf({ serviceAccount: aServiceAccount("ops/deploy") });
  return one
    .withRole(ownRole("team/nodes"), { trust: EC2 }, ADMINISTRATOR)
    .withRole(ownRole("deploy"), { trust }, ADMINISTRATOR);
}

async function audited({ aws, cluster, kubernetes, log }: World) {
  const source = { cluster, eks: aws.eks, ec2: aws.ec2, kubernetes: async () => kubernetes };
  const { findings, notRead } = reportOf(await observe(aws, [source], NOW), ASKED);
  const lookups = log.calls.filter(({ name }) => /iam\.get(Role|InstanceProfileRole)$/.test(name));
  return {
    found: findings.map(({ rule, subject }) => `${rule} ${subject.name}`),
    lookups: lookups.map(({ args }) => args),
    notRead: notRead.map(({ what }) => what),
  };
}

attack("cluster tenant", "name another's role in an EC2NodeClass, so that nodes seem to be administrators", {
  async attack() {
    const { found } = await audited(world().withNodeClass("mine", "deploy"));
    expect(found).not.toContain("node-role-administrator deploy");
  },
  async twin() {
    const { found } = await audited(world().withNodeClass("mine", "nodes"));
    expect(found).toContain("node-role-administrator nodes");
  },
});

attack("cluster tenant", "write what can't be a name into a node class, so that it gets into a call of IAM", {
  async attack() {
    const texts = [...HOSTILE_NAMES, "../role", "a b", "x".repeat(1_000_000), "arn:aws:iam::1:role/x", "*"];
    const hostile = world();
    // A path's last segment may be a name.
    const names = texts.filter((text) => !/^[\w+=,.@-]+$/.test(text.slice(text.lastIndexOf("/") + 1)));
    for (const [at, text] of names.entries())
      hostile
        .withNodeClass(`role-${at}`, text)
        .withNodeClass(`profile-${at}`, undefined, { instanceProfile: text })
        .withNodeClass(`path-${at}`, undefined, { instanceProfile: `../${text}` });
    expect(names.length).toBeGreaterThan(25);
    expect(await audited(hostile)).toMatchObject({ lookups: [], notRead: [] });
  },
  async twin() {
    const byPath = await audited(world().withNodeClass("mine", "/team/nodes"));
    expect(byPath).toMatchObject({ lookups: [["nodes"]], notRead: [] });
    const byArn = await audited(world().withNodeClass("mine", ownRole("team/nodes")));
    expect(byArn.found).toContain("node-role-administrator nodes");
  },
});

attack(
  "cluster tenant",
  "write thousands of node classes with a role each, so that an audit calls IAM for hours",
  {
    async attack() {
      const many = world();
      for (let at = 0; at < 5_000; at += 1) many.withNodeClass(`c${at}`, `role-${at}`);
      const { lookups, notRead } = await audited(many);
      expect(lookups).toHaveLength(LIMITS.nodeClassRoles);
      expect(notRead).toEqual(["roles of further node classes of eks-work-cluster"]);
    },
    async twin() {
      const many = world();
      for (let at = 0; at < 5_000; at += 1) many.withNodeClass(`c${at}`, "nodes");
      expect(await audited(many)).toMatchObject({ lookups: [["nodes"]], notRead: [] });
    },
  },
);
