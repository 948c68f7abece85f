import { parse } from "yaml";
import { expect } from "vitest";
import { liveFile } from "../../src/config/live-file.ts";
import { liveText } from "../../src/output/live-text.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import type { AssociationFacts } from "../fakes/eks.ts";
import { aDesire } from "../fakes/values.ts";
import { bringAbout } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { planOf } from "../config/plan-file.ts";
import { attack } from "./attack.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const tagged = aDesire({ podIdentity: { withoutSessionTags: false } });
const untagged = aDesire({ podIdentity: { withoutSessionTags: true } });

async function settled(desired = tagged): Promise<World> {
  const world = aWorld();
  await bringAbout(world, desired);
  return world;
}

function edit(world: World, facts: AssociationFacts): void {
  world.associationFacts.set(AGENT, { ...world.associationFacts.get(AGENT), ...facts });
}

/** What `get-sa -o clusterconfig` prints. */
async function live({ aws, cluster, kubernetes }: World): Promise<string> {
  const observed = await observeListing({}, cluster, { ...aws, kubernetes });
  return String(liveText(liveFile(observed, new Map())));
}

attack(
  "other IAM user",
  "an association without session tags, which the file of get-sa makes the operator's wish",
  {
    attack: async () => {
      const world = await settled();
      edit(world, { withoutSessionTags: true });
      const text = await live(world);
      const { changes, rows } = await planOf(text, world);
      expect(changes).toEqual([]);
      expect(rows).toMatchObject([{ state: "failed", failure: { code: "session-tags-disabled" } }]);
      expect(text).toMatch(/# not in this file: .*session tags/);
    },
    twin: async () => {
      const world = await settled(untagged);
      const text = await live(world);
      expect(text).toContain("disableSessionTags: true");
      const { changes, rows } = await planOf(text, world);
      expect([changes, rows.map(({ state }) => state)]).toEqual([[], ["planned"]]);
    },
  },
);

const HOSTILE =
  "x\n    - namespace: kube-system\n      serviceAccountName: evil\u2028- a: 1\u0085#\r\n---\nb: &a [*a]";

attack("other IAM user", "values of an association add entries to the file of get-sa", {
  attack: async () => {
    for (const facts of [
      { targetRoleArn: HOSTILE },
      { policy: HOSTILE },
      { policy: HOSTILE, withoutSessionTags: true },
      { ownerArn: HOSTILE },
      { tags: { [HOSTILE]: HOSTILE } },
    ]) {
      const world = await settled();
      edit(world, facts);
      const text = await live(world);
      expect(text).not.toMatch(/[\u2028\u0085\r]/);
      const file = parse(text) as { readonly iam: { readonly podIdentityAssociations?: readonly object[] } };
      const entries = file.iam.podIdentityAssociations ?? [];
      expect(entries.length).toBeLessThanOrEqual(1);
      expect(entries.every((one) => "namespace" in one && one.namespace === "amazon-cloudwatch")).toBe(true);
      expect(Object.keys(file)).toEqual(["apiVersion", "kind", "metadata", "iam"]);
    }
  },
  twin: async () => {
    const world = await settled(untagged);
    expect(parse(await live(world))).toMatchObject({
      iam: { podIdentityAssociations: [{ serviceAccountName: "cloudwatch-agent" }] },
    });
  },
});
