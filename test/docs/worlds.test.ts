import { expect, it } from "vitest";
import { worldsDocument } from "../contract/worlds-document.ts";

it("docs/worlds.md is what the cases say", async () => {
  await expect(worldsDocument()).toMatchFileSnapshot("../../docs/worlds.md");
});
