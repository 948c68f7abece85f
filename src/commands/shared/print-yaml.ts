import type { Terminal } from "../../output/terminal.ts";

/** Prints a value as YAML; what writes it is loaded for no other format. */
export async function printYaml(value: object, terminal: Pick<Terminal, "print">): Promise<void> {
  const { yaml } = await import("../../output/yaml.ts");
  terminal.print(yaml(value));
}
