import { Failure, type Fact } from "../model/failure.ts";
import { withoutPassword } from "./proxy.ts";

/** A proxy that can't be reached, or opens no way to the server. What is behind it has nothing to do with it. */
export class ProxyError extends Error {
  /** The proxy's URL, as it may be shown. */
  readonly proxy: string;

  constructor(proxy: URL, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.proxy = withoutPassword(proxy.href).replace(/\/$/, "");
  }
}

/** The failure of a call that a proxy was in the way of. */
export function proxyFailure(error: ProxyError, setBy: string, facts: readonly Fact[] = []): Failure {
  return new Failure("failed", "proxy", `the proxy '${error.proxy}' can't be used: ${error.message}`, {
    facts: [["proxy", `set by ${setBy}`], ...facts],
    cause: error,
  });
}
