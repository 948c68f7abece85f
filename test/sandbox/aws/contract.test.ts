import { afterAll, beforeAll, describe, it } from "vitest";
import { AWS_CASES } from "../../contract/aws/cases.ts";
import { runCase } from "../../contract/aws/run.ts";
import { startSandboxContract } from "../../contract/aws/sandbox.ts";
import type { ContractWorld } from "../../contract/aws/world.ts";

describe("the emulated AWS", () => {
  let world: ContractWorld;

  beforeAll(async () => {
    world = await startSandboxContract();
  });

  afterAll(() => world.stop());

  it.each(AWS_CASES)("$name", (subject) => runCase(world, subject));
});
