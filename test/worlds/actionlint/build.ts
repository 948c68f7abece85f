import { buildGoProgram } from "../go-program.ts";

/** actionlint itself, from the module in this folder. @throws Error as buildGoProgram does. */
export async function buildActionlint(): Promise<string> {
  return buildGoProgram({
    name: "actionlint",
    module: new URL(".", import.meta.url),
    package: "github.com/rhysd/actionlint/cmd/actionlint",
  });
}
