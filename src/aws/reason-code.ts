/** The system's code of an error, as ENOENT. */
export function reasonCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown reason";
}
