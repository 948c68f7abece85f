import { vi } from "vitest";
import { main } from "../../src/main.ts";
import type { Run } from "../e2e/irsa.ts";

/** Runs irsa in this process, which is some hundred times faster than the built one, and gives what it says. */
export async function runHere(args: readonly string[]): Promise<Run> {
  const heard = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      heard[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      return true;
    }),
  );
  try {
    const code = await main(args);
    return { code, ...heard };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
