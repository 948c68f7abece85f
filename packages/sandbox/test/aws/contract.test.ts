import { afterAll, beforeAll, describe, it } from "vitest";
import { AWS_CASES } from "../../../../test/contract/aws/cases.ts";
import { runCase } from "../../../../test/contract/aws/run.ts";
import { startSandboxContract } from "../../../../test/contract/aws/sandbox.ts";
import type { ContractWorld } from "../../../../test/contract/aws/world.ts";

describe("the emulated AWS", () => {
  let world: ContractWorld;

  beforeAll(async () => {
    world = await startSandboxContract();
  });

  afterAll(() => world.stop());

  it.each(AWS_CASES)("$name", (subject) => runCase(world, subject));
});
