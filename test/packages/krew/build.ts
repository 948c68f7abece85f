import { buildGoProgram } from "../../worlds/go-program.ts";

/** A program of krew's, from the module in this folder. @throws Error as buildGoProgram does. */
export async function buildKrew(program: "krew" | "validate-krew-manifest"): Promise<string> {
  return buildGoProgram({
    name: program,
    module: new URL(".", import.meta.url),
    package: `sigs.k8s.io/krew/cmd/${program}`,
  });
}
