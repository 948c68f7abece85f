/** Aborted when the system asks this process to end, which Ctrl-C does not: for what must be tidied up first. */
export function askedToEnd(): AbortSignal {
  const asked = new AbortController();
  for (const name of ["SIGTERM", "SIGHUP"] as const) process.once(name, () => asked.abort());
  return asked.signal;
}
