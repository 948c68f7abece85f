import { afterAll, beforeAll, describe, it } from "vitest";
import { AWS_CASES } from "../../../contract/aws/cases.ts";
import { startMotoContract } from "../../../contract/aws/moto.ts";
import { runCase } from "../../../contract/aws/run.ts";
import type { ContractWorld } from "../../../contract/aws/world.ts";

describe("moto itself", () => {
  let world: ContractWorld;

  beforeAll(async () => {
    world = await startMotoContract();
  });

  afterAll(() => world.stop());

  it.each(AWS_CASES)("$name", (subject) => runCase(world, subject));
});
