import type { Asked } from "../../audit/report.ts";
import { parseLeasePath, type LeaseRef } from "../../model/lease.ts";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName, type NamespaceName } from "../../model/service-account-ref.ts";
import { headerLines } from "../../output/plan-text.ts";
import { parseListenAddress } from "../../metrics/listen-address.ts";
import { otlpSettings } from "../../metrics/otlp/settings.ts";
import type { Round } from "../../watch/watch-cluster.ts";
import { suppressionsOf } from "../audit/run.ts";
import type { CommandContext } from "../command-context.ts";
import { openLiveView } from "./live-view.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import { parseDuration, parsePollInterval, type WatchFlags } from "./flags.ts";
import { jsonPrinter, textPrinter } from "./print-rounds.ts";
import { asReplica } from "./replica.ts";
import { tellCluster } from "./tell-cluster.ts";
import { openTelemetry, type TelemetryTo } from "./telemetry.ts";
import { connectWatch } from "./watch-session.ts";

/** The run of `watch`: it ends by an interruption alone. */
export async function runWatch(flags: WatchFlags, context: CommandContext): Promise<void> {
  const { terminal, signal, envelope } = context;
  if (flags.output === "json") envelope.writeLines();
  const { pollMs, namespaces, durationMs, lease, ...to } = parse(flags);
  const asked = await askedOf(namespaces, context);
  const telemetry = await openTelemetry(to, pollMs, terminal);
  const record = telemetry?.record;
  const over = endAfter(durationMs, signal);
  const told = record && { onAwsCall: record.noteCall };
  let session: Session | undefined;
  try {
    session = await openSession({ ...flags, adaptiveRetry: true, ...told }, context, false);
    const { cluster, header } = session;
    await telemetry?.begin(cluster);
    const { watch, leases, events } = await connectWatch(session, context);
    if (flags.output === "text") {
      headerLines(header, terminal.err).forEach(terminal.say);
      terminal.say("");
    }
    const print = printerOf(flags, context, cluster.name, over);
    const lead = async (leading: AbortSignal, isLeading: () => boolean): Promise<void> => {
      const told = flags.events === true ? tellCluster(events, context, isLeading) : undefined;
      const watching = watch({
        asked,
        namespaces,
        pollMs,
        signal: leading,
        onRound: (round) => {
          record?.noteRound(round);
          print(round);
          told?.onRound(round);
        },
        ...(record !== undefined && { withQuotas: true, onStart: record.noteSources }),
      });
      await Promise.all([watching, told?.run(leading)]);
    };
    // A write that has begun is finished.
    if (flags.events === true) await context.takeInterrupts();
    if (lease === undefined) await lead(over.signal, () => true);
    else await asReplica({ leases, lease, record, signal: over.signal }, context, lead);
  } finally {
    over.clear();
    session?.close();
    await telemetry?.close();
  }
}

/** The end of a watch: by an interruption, by the time, or by `end`. */
interface End {
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly clear: () => void;
}

/** Aborted by an interruption, or once so much time has passed. */
function endAfter(milliseconds: number | undefined, signal: AbortSignal): End {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
  signal.addEventListener("abort", end);
  return {
    signal: controller.signal,
    end,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      end();
    },
  };
}

interface Parsed extends TelemetryTo {
  readonly pollMs: number;
  readonly durationMs: number | undefined;
  readonly namespaces: readonly NamespaceName[];
  readonly lease: LeaseRef | undefined;
}

function parse(flags: WatchFlags): Parsed {
  const problems = new Problems();
  const namespaces = problems.all("--namespace", flags.namespace ?? [], parseNamespaceName);
  const pollMs = problems.maybe("--poll-interval", flags.pollInterval, parsePollInterval);
  const durationMs = problems.maybe("--duration", flags.duration, parseDuration);
  const listen = problems.maybe("--metrics", flags.metrics, parseListenAddress);
  const lease = problems.maybe("--lease", flags.lease, parseLeasePath);
  const otlp = otlpSettings(process.env, problems);
  problems.throwIfAny();
  return { namespaces, durationMs, listen, otlp, lease, pollMs: pollMs ?? 60_000 };
}

/** What `audit` reports without flags. */
async function askedOf(
  namespaces: readonly NamespaceName[],
  { organization }: CommandContext,
): Promise<Asked> {
  return {
    severity: "low",
    rules: [],
    namespaces,
    unusedDays: 90,
    ...suppressionsOf(await organization()),
    baseline: new Set(),
    places: new Map(),
  };
}

/** On a terminal a view that stays, unless lines are asked for. */
function printerOf(
  { output, lines = false }: WatchFlags,
  context: CommandContext,
  cluster: string,
  { signal, end }: End,
): (round: Round) => void {
  const { terminal } = context;
  if (output === "json") return jsonPrinter(context);
  if (lines || !terminal.interactive || !terminal.answersOnScreen) return textPrinter(context, signal);
  const view = openLiveView(terminal, cluster, end);
  signal.addEventListener("abort", view.close);
  return view.onRound;
}
