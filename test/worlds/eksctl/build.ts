import { buildGoProgram } from "../go-program.ts";

/** eksctl itself, from the module in this folder. @throws Error as buildGoProgram does. */
export async function buildEksctl(): Promise<string> {
  return buildGoProgram({
    name: "eksctl",
    module: new URL(".", import.meta.url),
    package: "github.com/weaveworks/eksctl/cmd/eksctl",
    // As a release has it: without this, it calls itself a development build.
    linkerFlags: "-X github.com/weaveworks/eksctl/pkg/version.PreReleaseID=",
  });
}
