import { access } from "node:fs/promises";
import { expect, it } from "vitest";
import { describeAwsWorld } from "../sandbox/aws/world-cases.ts";
import { startMotoWorld } from "../worlds/moto/world.ts";

describeAwsWorld(startMotoWorld);

it("leaves nothing behind when it stops", async () => {
  const other = await startMotoWorld({ account: "444455556666" });
  const folder = other.environment["HOME"] ?? "";
  await access(folder);
  await other.stop();
  await expect(access(folder)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fetch(other.url)).rejects.toThrow("fetch failed");
});
