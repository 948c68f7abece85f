import { expect } from "vitest";
import { ENGINES } from "../../src/export/all-engines.ts";
import { modelFor } from "../../src/export/select.ts";
import { aModel, anAssociation } from "../export/a-model.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { stopOf } from "../fakes/walk.ts";
import { attack } from "./attack.ts";

/** Two names with one beginning, whose digests of 40 bits are the same; found in some seconds. */
const named = (end: string) => aServiceAccount(`shop/${"x".repeat(48)}${end}`);
const [ONE, OTHER] = [named("6fxz"), named("u7pt")];

const WITH_ASSOCIATIONS = Object.entries(ENGINES).filter(([, { kinds }]) => kinds.includes("association"));

for (const [name, engine] of WITH_ASSOCIATIONS)
  attack(
    "pull-request author",
    `Name two ServiceAccounts so that a text for ${name} has one resource in place of both`,
    {
      attack: async () => {
        const both = aModel([ONE, OTHER].map((serviceAccount) => anAssociation({ serviceAccount })));
        expect(await stopOf((async () => modelFor(both, engine, false))())).toMatchObject({
          code: "not-expressible",
          detail: {
            facts: [
              ["not expressible", [expect.stringMatching(/^two resources would be called Association/)]],
            ],
          },
        });
      },
      twin: () => {
        const serviceAccounts = [ONE, named("6fxy")];
        const { model } = modelFor(
          aModel(serviceAccounts.map((serviceAccount) => anAssociation({ serviceAccount }))),
          engine,
          false,
        );
        const text = engine.write(model);
        for (const serviceAccount of serviceAccounts) expect(text).toContain(serviceAccount.name);
      },
    },
  );
