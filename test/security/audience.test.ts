import { expect } from "vitest";
import { prepareRepairs } from "../../src/commands/verify/prepare-repairs.ts";
import { isFailure } from "../../src/model/failure.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { parseAudience } from "../../src/oidc-association/input.ts";
import { observeAssociation } from "../../src/oidc-association/observe.ts";
import { planAssociation } from "../../src/oidc-association/plan.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import { planServiceAccounts, type FleetPlan } from "../../src/service-account/fleet/plan.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { repairsOf } from "../../src/verification/repairs.ts";
import { aDesire, aServiceAccount, anAudience, existing, ownRole } from "../fakes/values.ts";
import { applyAll, bringAbout, kindsOf, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { chainOf } from "../verification/healthy.ts";
import { attack } from "./attack.ts";

const EVIL = "tenant/evil";
const API = "https://kubernetes.default.svc";
const evilAsks = aDesire({ serviceAccount: aServiceAccount(EVIL), adopt: true, associate: true });

/** A tenant's ServiceAccount, annotated as a tenant likes. */
function tenant(audience: string, world = aWorld().withProvider()): World {
  return world.withServiceAccount(EVIL, {
    annotations: { [ROLE_ANNOTATION]: ownRole("whatever"), [AUDIENCE_ANNOTATION]: audience },
  });
}

async function fix(world: World): Promise<void> {
  const { aws, kubernetes, cluster } = world;
  const mends = repairsOf(await chainOf(world, EVIL));
  await applyAll(
    world,
    (await prepareRepairs(mends, { aws, kubernetes, cluster, clusterFlags: [] })).changes,
  );
}

async function fleet(world: World, asks: readonly DesiredServiceAccount[]): Promise<FleetPlan> {
  const { aws, kubernetes, cluster } = world;
  const observed = await observeServiceAccounts(asks, cluster, { aws, kubernetes }, () => undefined);
  return planServiceAccounts(observed, { pruned: [], associate: true, keep: () => true });
}

function audiences(world: World): readonly string[] {
  return [...world.iam.providers.values()].flatMap(({ clientIds }) => clientIds);
}

for (const audience of [API, "vault"]) {
  attack("cluster tenant", `H1: an annotation widens the provider by verify --fix: ${audience}`, {
    attack: async () => {
      for (const world of [tenant(audience), tenant(audience, aWorld())]) {
        const before = world.snapshot();
        await fix(world);
        expect(world.snapshot()).toEqual(before);
      }
    },
    twin: async () => {
      const world = aWorld().withProvider();
      await bringAbout(world, evilAsks);
      world.withProvider({ clientIds: [] });
      await fix(world);
      expect(audiences(world)).toEqual(["sts.amazonaws.com"]);
    },
  });

  attack("cluster tenant", `H1: an annotation widens the provider by apply -f: ${audience}`, {
    attack: async () => {
      for (const start of [aWorld(), aWorld().withProvider()]) {
        const world = tenant(audience, start);
        world.editServiceAccount(EVIL, () => ({ annotations: { [AUDIENCE_ANNOTATION]: audience } }));
        await applyAll(world, (await fleet(world, [evilAsks])).changes);
        expect(audiences(world)).toEqual(["sts.amazonaws.com"]);
        for (const { role } of world.iam.roles.values())
          expect(JSON.stringify(role.trust)).not.toContain(audience);
      }
    },
    twin: async () => {
      const world = aWorld();
      await applyAll(world, (await fleet(world, [{ ...evilAsks, audience: anAudience("vault") }])).changes);
      expect(audiences(world).toSorted()).toEqual(["sts.amazonaws.com", "vault"]);
    },
  });
}

attack(
  "cluster tenant",
  "H1 variant: an annotation's audience in the trust of a role that the operator named",
  {
    attack: async () => {
      const legacy = ownRole("legacy");
      const world = aWorld()
        .withProvider({ clientIds: ["sts.amazonaws.com", "vault"] })
        .withRole(legacy);
      world.withServiceAccount(EVIL, { annotations: { [AUDIENCE_ANNOTATION]: "vault" } });
      const ask = { ...evilAsks, role: existing(legacy), addTrust: true };
      expect((await stopOf(planIn(world, ask))).code).toBe("audience-unasked");
    },
    twin: async () => {
      const legacy = ownRole("legacy");
      const world = aWorld()
        .withProvider({ clientIds: ["sts.amazonaws.com", "vault"] })
        .withRole(legacy);
      world.withServiceAccount(EVIL, { annotations: { [AUDIENCE_ANNOTATION]: "vault" } });
      const ask = { ...evilAsks, role: existing(legacy), addTrust: true, audience: anAudience("vault") };
      expect(kindsOf(await planIn(world, ask))).toEqual(["edit-role", "edit-service-account"]);
    },
  },
);

attack(
  "cluster tenant",
  "H1 variant: an annotation's audience by verify --fix, where irsa keeps a role for the ServiceAccount",
  {
    attack: async () => {
      const world = aWorld().withProvider();
      await bringAbout(world, evilAsks);
      for (const audience of [API, "vault"]) {
        world.editServiceAccount(EVIL, ({ annotations }) => ({
          annotations: { ...annotations, [AUDIENCE_ANNOTATION]: audience },
        }));
        await fix(world);
        expect(audiences(world)).toEqual(["sts.amazonaws.com"]);
        for (const { role } of world.iam.roles.values())
          expect(JSON.stringify(role.trust)).not.toContain(audience);
      }
    },
    twin: async () => {
      const world = aWorld().withProvider();
      await bringAbout(world, evilAsks);
      world.withProvider({ clientIds: ["vault"] });
      await fix(world);
      expect(audiences(world).toSorted()).toEqual(["sts.amazonaws.com", "vault"]);
    },
  },
);

attack("pull-request author", "H1 variant: the API server's own audience is asked for", {
  attack: async () => {
    const { cluster, aws } = aWorld();
    const own = [cluster.issuer, cluster.issuer.slice("https://".length), `${cluster.endpoint ?? ""}/`];
    const names = [
      API,
      `${API}/`,
      `${API}.cluster.local`,
      "kubernetes.default.svc",
      "HTTPS://Kubernetes.Default.SVC:443",
      "api",
    ];
    for (const audience of [...own, ...names]) {
      const observed = await observeAssociation(aws.iam, cluster);
      const desired = { audiences: [anAudience(audience)], tags: {}, thumbprints: [] };
      const outcome = (() => {
        try {
          return planAssociation(desired, observed);
        } catch (error) {
          return isFailure(error, "api-audience") ? "refused" : error;
        }
      })();
      expect([audience, outcome]).toEqual([audience, "refused"]);
    }
    for (const audience of names) expect(parseAudience(audience).ok).toBe(false);
  },
  twin: () => {
    for (const audience of ["vault", "https://vault.example.com", "my-api", "sts.amazonaws.com"])
      expect(parseAudience(audience)).toEqual({ ok: true, value: audience });
  },
});

attack("cluster tenant", "H1 variant: an annotation alone registers the cluster's issuer in IAM", {
  attack: async () => {
    const world = aWorld().withServiceAccount(EVIL, {
      annotations: { [ROLE_ANNOTATION]: ownRole("whatever") },
    });
    await fix(world);
    expect(world.iam.providers.size).toBe(0);
  },
  twin: async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, evilAsks);
    world.iam.providers.clear();
    await fix(world);
    expect(audiences(world)).toEqual(["sts.amazonaws.com"]);
  },
});
