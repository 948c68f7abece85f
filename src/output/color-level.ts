import type { ColorInfo, ColorSupportLevel } from "chalk";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How many colors a stream gets. `NO_COLOR` takes them away wherever they were found; `FORCE_COLOR`, which chalk has read,
 * goes before it, as in Node itself. Source: https://no-color.org: "when present and not an empty string".
 * @param found what chalk has found out about the stream
 */
export function colorLevel(env: Environment, found: ColorInfo): ColorSupportLevel {
  if (found === false) return 0;
  const isForced = env["FORCE_COLOR"] !== undefined;
  return isForced || (env["NO_COLOR"] ?? "") === "" ? found.level : 0;
}

/** Has `--no-color` in the environment, which libraries and programs that we start read too; before anything is said. */
export function heedNoColor(args: readonly string[], env: Record<string, string | undefined>): void {
  const end = args.indexOf("--");
  if (!(end === -1 ? args : args.slice(0, end)).includes("--no-color")) return;
  env["NO_COLOR"] = "1";
  delete env["FORCE_COLOR"];
}

/** True for a terminal that can't move its cursor: nothing is redrawn there, and no question is asked. */
export function isDumb(env: Environment): boolean {
  return env["TERM"] === "dumb";
}
