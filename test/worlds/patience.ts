/**
 * How long a test waits for what comes by itself, for `vi.waitFor`: as long as a busy machine may need, and less than tests
 * may take. What is there at its first look costs nothing.
 */
export const PATIENCE = { timeout: 240_000, interval: 100 } as const;
