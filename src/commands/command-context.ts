import type { OrganizationPolicy } from "../config/organization.ts";
import type { Clock } from "../engine/clock.ts";
import type { Envelope } from "../output/envelope.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Network } from "./shared/session/network.ts";

/** What a command's run function gets beside its flags. */
export interface CommandContext {
  readonly terminal: Terminal;
  /**
   * Aborted by Ctrl-C, by the system, or when nothing more can be written to stdout or stderr: finish what is in flight,
   * begin nothing. Its reason is an `InterruptionCause`.
   */
  readonly signal: AbortSignal;
  /**
   * Until this is called an interruption ends the run immediately; from then on the run ends by itself once `signal` is
   * aborted. What was said so far has been taken by its readers when this resolves.
   * @throws Failure `interrupted` where the run is interrupted already
   */
  takeInterrupts(): Promise<void>;
  /**
   * The organization's rules, read once; `undefined` where there are none.
   * @throws Failure when they can't be read or trusted
   */
  readonly organization: () => Promise<OrganizationPolicy | undefined>;
  /** Writes the answer in JSON; the session tells it who asks and where. */
  readonly envelope: Envelope;
  /** The real one, unless given: a world in memory is reached in another way. */
  readonly network?: Network;
  /** The machine's own, unless given: no time passes in a world in memory. */
  readonly clock?: Clock;
  /** Sets the exit code of a run that ends well but has something to say by it. */
  exitWith(code: number): void;
}
