import { expect, test } from "vitest";
import { permissionsDocument } from "./permissions-document.ts";

test("docs/permissions.md is what the tables say", async () => {
  await expect(permissionsDocument()).toMatchFileSnapshot("../../docs/permissions.md");
});
