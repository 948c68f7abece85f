import { ownCredentials } from "../aws/own-credentials.ts";
import type { CommandContext } from "../commands/command-context.ts";
import type { Network } from "../commands/shared/session/network.ts";
import { findOrganizationPolicy } from "../commands/shared/session/organization-file.ts";
import { NETWORK } from "../commands/shared/session/session.ts";
import { bugFailure } from "../ending.ts";
import { awaitInterruption, type Interruption } from "../interruption.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import { memoized } from "../model/memoized.ts";
import { keepSecretsOf, withoutSecrets } from "../model/secrets.ts";
import { Envelope } from "../output/envelope.ts";
import { json } from "../output/json.ts";
import { errorJson } from "../output/json-forms.ts";
import { stylesOf } from "../output/line.ts";
import type { Terminal } from "../output/terminal.ts";
import type { ErrorReport } from "./answer-parts.ts";
import { IrsaError } from "./irsa-error.ts";
import type { ConnectionOptions } from "./options.ts";

/** A command's run, and how its answer is framed. */
export interface Asked {
  readonly command: string;
  readonly takesClusters: boolean;
  /** Holds the options against what they must be, before any of them is used. @throws Failure */
  readonly check: () => void;
  readonly run: (context: CommandContext) => Promise<void>;
}

/**
 * Runs a command where nobody listens but for its answer in JSON, and gives that: the library and the command line have
 * one flow. What it is made of belongs to the caller: nothing of it is shared with irsa.
 * @throws IrsaError
 */
export async function answerOf<Answer>(asked: Asked, options: ConnectionOptions): Promise<Answer> {
  keepSecretsOf(process.env);
  try {
    asked.check();
    return JSON.parse(
      await interruptible(options.signal, (interruption) => printedBy(asked, options, interruption)),
    );
  } catch (error) {
    throw irsaError(isFailure(error) ? error : bugFailure(error));
  }
}

/** An abort is what Ctrl-C is on a terminal. */
async function interruptible<T>(
  signal: AbortSignal | undefined,
  run: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const interruption = awaitInterruption();
  const abort = (): void => interruption.interrupt({ kind: "signal", signal: "SIGINT" });
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);
  try {
    return await interruption.orEnd(run(interruption));
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function printedBy(
  { command, takesClusters, run }: Asked,
  options: ConnectionOptions,
  { signal, take }: Interruption,
): Promise<string> {
  const { terminal, printed } = silence();
  await run({
    terminal,
    signal,
    takeInterrupts: async () => take(),
    exitWith: () => undefined,
    envelope: new Envelope(command, takesClusters),
    organization: memoized(() => findOrganizationPolicy(undefined, options.organizationFile)),
    network: networkFor(options),
  });
  return withoutSecrets(printed());
}

/** The error as `-o json` has it. */
function irsaError(failure: Failure): IrsaError {
  const report: ErrorReport = JSON.parse(withoutSecrets(String(json(errorJson(failure)))));
  return new IrsaError(report, failure.kind, failure.detail.written === true);
}

/** A terminal that keeps the answer, where nobody can be asked and the conversation is not heard. */
function silence(): { readonly terminal: Terminal; readonly printed: () => string } {
  const answer: string[] = [];
  const plain = stylesOf(0);
  return {
    printed: () => answer.join(""),
    terminal: {
      print: (text) => void answer.push(String(text)),
      say: () => undefined,
      interactive: false,
      animated: false,
      answersOnScreen: false,
      shown: new Set(),
      out: plain,
      err: plain,
    },
  };
}

/** The real network, reached with what the caller has. */
function networkFor({ credentials, profile, kubeconfig }: ConnectionOptions): Network {
  const own = credentials === undefined ? {} : { credentials: ownCredentials(credentials) };
  const text = typeof kubeconfig === "object" ? { kubeconfigText: kubeconfig.exportConfig() } : {};
  return {
    // A second AWS account has a profile of its own.
    connectAws: (choice) => NETWORK.connectAws(choice.profile === profile ? { ...choice, ...own } : choice),
    connectKubernetes: (reach) => NETWORK.connectKubernetes({ ...reach, ...text }),
  };
}
