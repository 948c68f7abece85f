/**
 * How long an idle connection stays open, as AWS's load balancers keep it. Node's own 5 s can close one at the moment when a
 * client that was kept busy for as long sends its next request over it.
 */
export const KEEP_ALIVE_MS = 60_000;
