import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInBrowser } from "../../files/open-in-browser.ts";
import { writeOut } from "../../files/write-in-place.ts";
import { liveFeed } from "../../live-page/feed.ts";
import { serveLivePage } from "../../live-page/server.ts";
import { isFailure } from "../../model/failure.ts";
import { line } from "../../output/line.ts";
import { headerLines } from "../../output/plan-text.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { CommandContext } from "../command-context.ts";
import { openSession } from "../shared/session/session.ts";
import { connectWatch } from "../watch/watch-session.ts";
import type { AskedGraph, GraphFlags } from "./flags.ts";

/** What a page that is served shows, and how. */
export interface Serving extends AskedGraph {
  /** 0 for a free one. */
  readonly port: number;
  readonly pollMs: number;
}

/** The run of `graph --serve`: it ends by an interruption alone. */
export async function serveGraph(
  flags: GraphFlags,
  { asked, namespaces, port, pollMs }: Serving,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const { cluster: [name] = [], ...rest } = flags;
  const named = name === undefined ? rest : { ...rest, cluster: name };
  const session = await openSession({ ...named, adaptiveRetry: true }, context, false);
  try {
    const { watch } = await connectWatch(session, context);
    const feed = liveFeed(session.cluster.arn, namespaces, Date.now);
    const server = await serveLivePage(port, feed);
    try {
      headerLines(session.header, terminal.err).forEach(terminal.say);
      await watch({
        asked,
        namespaces,
        pollMs,
        signal,
        onRound: (round) => {
          feed.take(round).forEach(server.send);
          if (!round.isFirst) return;
          terminal.print(server.url);
          terminal.say(line`serving until Ctrl-C; only who has this address can read the page`);
          if (flags.open === true) void openServed(server.url, terminal);
        },
      });
    } finally {
      server.close();
    }
  } finally {
    session.close();
  }
}

/**
 * By a file that leads there: other users of the machine can read the command lines of programs, and so an address in one.
 * Without a browser, the page is served all the same.
 */
async function openServed(url: string, terminal: Terminal): Promise<void> {
  try {
    const path = join(await mkdtemp(join(tmpdir(), "irsa-")), "graph.html");
    await writeOut(path, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">\n`, 0o600);
    await openInBrowser(path);
  } catch (error) {
    if (!isFailure(error)) throw error;
    terminal.say(line`  ${terminal.err.yellow("!")} ${error.message}. Open the address above instead`);
  }
}
