import { buildGoProgram } from "../go-program.ts";

/** kubeconform itself, from the module in this folder. @throws Error as buildGoProgram does. */
export async function buildKubeconform(): Promise<string> {
  return buildGoProgram({
    name: "kubeconform",
    module: new URL(".", import.meta.url),
    package: "github.com/yannh/kubeconform/cmd/kubeconform",
  });
}
