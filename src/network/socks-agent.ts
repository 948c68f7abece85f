import { Agent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { asProxyError } from "./proxy-error.ts";

type Created = (error: Error | null, stream: Duplex) => void;

/** Connections to servers without TLS by a SOCKS proxy. */
export class SocksAgent extends Agent {
  readonly #proxy: URL;
  readonly #timeout: number;

  constructor(proxy: string, timeoutMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = new URL(proxy);
    this.#timeout = timeoutMs;
  }

  override createConnection(options: ClientRequestArgs, callback: Created = () => undefined): undefined {
    void this.#open(options, callback);
    return undefined;
  }

  async #open({ host, port }: ClientRequestArgs, created: Created): Promise<void> {
    try {
      const { openBySocks } = await import("./socks.ts");
      created(null, await openBySocks(this.#proxy, host ?? "localhost", Number(port ?? 80), this.#timeout));
    } catch (error) {
      // Beside an error Node does not look at the stream.
      created(asProxyError(this.#proxy, error), new Socket());
    }
  }
}
