/** How this very program is started: by Node and its script, or, compiled into one binary, by itself. */
export function ownCommand(): [program: string, ...args: string[]] {
  const script = process.argv[1];
  const isCompiled = script === undefined || "bun" in process.versions;
  return isCompiled ? [process.execPath] : [process.execPath, script];
}
