import { buildGoProgram } from "../go-program.ts";

/** The program in this folder, which reads HCL with HashiCorp's own parser. @throws Error as buildGoProgram does. */
export async function buildHclReader(): Promise<string> {
  return buildGoProgram({ name: "hcl", module: new URL(".", import.meta.url) });
}
