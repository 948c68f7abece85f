import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { invocation, type Run } from "./irsa.ts";

/** What a stream of a run is connected to: a reader to the end, one that leaves after so many lines, or this path. */
export type Outlet = "read" | { readonly lines: number } | { readonly path: string };

/** Runs the built `irsa` with its outputs connected like that, in this environment and no other. */
export async function irsaInto(
  { stdout, stderr }: { readonly stdout: Outlet; readonly stderr: Outlet },
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { cwd, onStart }: { readonly cwd?: string; readonly onStart?: (child: ChildProcess) => void } = {},
): Promise<Run> {
  const files = [stdout, stderr].map((outlet) => ("path" in Object(outlet) ? open(outlet) : undefined));
  const child = spawn(...invocation(args), {
    env,
    stdio: ["ignore", files[0] ?? "pipe", files[1] ?? "pipe"],
    ...(cwd !== undefined && { cwd }),
  });
  onStart?.(child);
  for (const file of files) if (file !== undefined) closeSync(file);
  const [out, err] = [reading(child.stdout, stdout), reading(child.stderr, stderr)];
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code: code ?? -1, stdout: out(), stderr: `${err()}${signal ?? ""}` };
}

function open(outlet: Outlet): number {
  return openSync((outlet as { readonly path: string }).path, "w");
}

/** Reads a stream to its end, or leaves after so many lines; gives what was read. */
function reading(stream: Readable | null, outlet: Outlet): () => string {
  let text = "";
  const lines = typeof outlet === "object" && "lines" in outlet ? outlet.lines : Infinity;
  if (lines === 0) stream?.destroy();
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (text.split("\n").length > lines) stream.destroy();
  });
  return () => text;
}
