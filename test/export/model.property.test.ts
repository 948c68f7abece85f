import { assert, asyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { ENGINES } from "../../src/export/all-engines.ts";
import type { Engine } from "../../src/export/engine.ts";
import { identifierOf, snakeCase } from "../../src/export/identifier.ts";
import type { ExportModel, Resource } from "../../src/export/model.ts";
import { arbitraryFile } from "../config/arbitrary-file.ts";
import { planOf } from "../config/plan-file.ts";
import { CLOUDWATCH, S3_READ } from "../fakes/values.ts";
import { applyAll } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";
import { exportLive, exportOf, withoutIds } from "./exported.ts";

const emptyWorld = () => aWorld().withPolicy(CLOUDWATCH).withPolicy(S3_READ);

describe("whatever a file says", () => {
  it("its export is what apply makes: once it is applied, what is live exports to the same", async () => {
    await assert(
      asyncProperty(arbitraryFile, async (text) => {
        const world = emptyWorld();
        const before = await exportOf(text, world);
        await applyAll(world, (await planOf(text, world)).changes);
        const live = await exportLive(world);
        expect(withoutIds(live.model)).toEqual(before.model.resources);
        expect(live.notes).toEqual([]);
        expect(await exportOf(text, world)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it("each resource has an identifier of its own, and the texts are the same however the file is sorted", async () => {
    await assert(
      asyncProperty(arbitraryFile, async (text) => {
        const { model } = await exportOf(text, emptyWorld());
        const names = model.resources.map(
          (resource) => `${resource.kind} ${snakeCase(identifierOf(resource))}`,
        );
        expect(new Set(names).size).toBe(names.length);
        const other = await exportOf(reversed(text), emptyWorld());
        for (const engine of Object.values(ENGINES))
          expect(engine.write(wanted(other.model, engine))).toBe(engine.write(wanted(model, engine)));
      }),
      { numRuns: 20 },
    );
  });

  it("a ServiceAccount less changes nothing of the others", async () => {
    await assert(
      asyncProperty(arbitraryFile, async (text) => {
        const all = (await exportOf(text, emptyWorld())).model.resources.map(named);
        const fewer = (await exportOf(withoutFirst(text), emptyWorld())).model.resources.map(named);
        // Namespace and audiences are what ServiceAccounts share.
        expect(all).toEqual(expect.arrayContaining(fewer.filter((one) => !one.startsWith("provider"))));
      }),
      { numRuns: 20 },
    );
  });
});

function named(resource: Resource): string {
  return `${resource.kind} ${snakeCase(identifierOf(resource))} ${JSON.stringify(resource)}`;
}

function wanted(model: ExportModel, { kinds }: Engine): ExportModel {
  return { ...model, resources: model.resources.filter(({ kind }) => kinds.includes(kind)) };
}

interface File {
  readonly iam: {
    readonly serviceAccounts: readonly object[];
    readonly podIdentityAssociations: readonly object[];
  };
}

function reversed(text: string): string {
  const { iam, ...file } = parse(text) as File;
  const serviceAccounts = iam.serviceAccounts.toReversed();
  return stringify({
    ...file,
    iam: { ...iam, serviceAccounts, podIdentityAssociations: iam.podIdentityAssociations.toReversed() },
  });
}

function withoutFirst(text: string): string {
  const { iam, ...file } = parse(text) as File;
  return stringify({ ...file, iam: { ...iam, serviceAccounts: iam.serviceAccounts.slice(1) } });
}
