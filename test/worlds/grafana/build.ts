import { buildGoProgram } from "../go-program.ts";

/** A program that reads a dashboard by Grafana's own SDK, strictly. @throws Error as buildGoProgram does. */
export async function buildDashboardReader(): Promise<string> {
  return buildGoProgram({ name: "grafana", module: new URL(".", import.meta.url) });
}
