/**
 * Starts something on a port, or on any free one when that is taken by now.
 * @throws whatever `start` throws but EADDRINUSE
 */
export async function onPortIfFree<T>(
  port: number | undefined,
  start: (port: number | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if (port === undefined || !isTaken(error)) throw error;
    return start(undefined);
  }
}

/** True for the failure to listen on a port that another process has. */
export function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
}

/** The port of a URL; `undefined` without one. */
export function portOf(url: string | undefined): number | undefined {
  const port = url === undefined ? "" : new URL(url).port;
  return port === "" ? undefined : Number(port);
}
