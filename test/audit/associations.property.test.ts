import * as fc from "fast-check";
import { expect, it } from "vitest";
import { accessPathsOf } from "../../src/audit/access-paths.ts";
import { permissionsOf } from "../../src/model/role-permissions.ts";
import { rolesOf } from "../../src/audit/roles-of.ts";
import { arbitraryWorld } from "../graph/arbitrary-world.ts";
import { observedOf } from "../graph/scenes.ts";

it("who-can and what-can agree on every association, and pods get one role by it at most", () => {
  fc.assert(
    fc.property(arbitraryWorld, (world) => {
      const { inventory, access, details, policies } = observedOf(world);
      const all = access.roles.flatMap(accessPathsOf).filter(({ via }) => via === "pod-identity");
      const subjects = all.map((path) => `${path.cluster.cluster.arn} ${path.candidate.subject}`);
      expect(new Set(subjects).size).toBe(subjects.length);
      for (const path of all) {
        const clusters = inventory.clusters.filter((one) => one === path.cluster);
        const own = rolesOf(
          path.candidate,
          { roles: inventory.roles, clusters },
          permissionsOf(details, policies),
        ).paths.filter(({ via }) => via === "pod-identity");
        expect(own.map(({ role, judgement }) => [role.arn, judgement])).toEqual([
          [path.role.arn, path.judgement],
        ]);
      }
    }),
    { numRuns: 300 },
  );
});
