import { openJournal, type Journal, type LinePlace } from "../../../files/journal.ts";
import { UnreadableFile } from "../../../files/open-file.ts";
import { reasonOf } from "../../../files/reason.ts";
import { temporarySpool, type Spool } from "../../../files/spool.ts";
import { clusterRef, parseClusterArn } from "../../../model/arn.ts";
import { digestOf } from "../../../model/digest.ts";
import { Failure } from "../../../model/failure.ts";
import { readJson } from "../../../model/json.ts";
import { LIMITS } from "../../../model/limits.ts";
import type { Target } from "../../../model/target.ts";
import { isJsonObject, isTargetRecord, type TargetRecord } from "../../../model/target-record.ts";
import { VERSION } from "../../../version.ts";
import { currentUser, whyNotTrusted } from "../session/organization-file.ts";
import { isWhole } from "./worst-code.ts";

/** Milliseconds after which what was found is asked again. */
const FRESH = 12 * 3_600_000;
const DIGEST = 16;
const ENTRY = new RegExp(`^\\{"target":"([0-9a-f]{${DIGEST}})","record":`);

/** What the answer of a run depends on beside its targets, by the name that an error has for it. */
export interface RunIdentity {
  readonly command: string;
  readonly asked: Readonly<Record<string, unknown>>;
}

/** What is put aside of a run, on the disk, and what an earlier run left there. */
export interface ResumableSpool extends Spool {
  /** How many targets are done. */
  readonly kept: number;
  /** Ends it with the answer: the file is removed where no target has to be asked again. @param codes of the targets */
  finish(codes: ReadonlySet<number>): Promise<void>;
}

/**
 * Opens the journal of a run that was cut, or begins one. What is done in it is there already; what is not complete, is
 * about a target that the file has in another form now, or is older than half a day, is not.
 * @param most bytes of a line: a longer one, which a later run could not read, is put aside beside the file
 * @throws Failure of kind `input` for a file that can't be used, or is of another run
 */
export async function resumableSpool(
  file: string,
  targets: readonly Target[],
  run: RunIdentity,
  most: number = LIMITS.journalLineBytes,
): Promise<ResumableSpool> {
  const keys = targets.map(keyOf);
  const numbers = new Map(keys.map((key, at) => [key, at]));
  const places = new Map<number, LinePlace>();
  const header = headerOf(run);
  const onLine = (line: string, place: LinePlace): void => {
    if (place.from === 0) return requireSame(file, line, header);
    const [opening, key = ""] = ENTRY.exec(line) ?? [];
    const at = numbers.get(key);
    const target = at === undefined ? undefined : targets[at];
    if (opening === undefined || at === undefined || target === undefined) return;
    if (isDone(line.slice(opening.length, -1), target)) places.set(at, place);
    else places.delete(at);
  };
  const journal = await open(file, JSON.stringify(header), onLine);
  return { kept: places.size, ...spoolOn(journal, keys, places, most) };
}

function spoolOn(
  journal: Journal,
  keys: readonly string[],
  places: Map<number, LinePlace>,
  most: number,
): Omit<ResumableSpool, "kept"> {
  const beside = temporarySpool();
  const before = entry("0".repeat(DIGEST), "").length - 1;
  return {
    async put(at, text) {
      const line = entry(keys[at] ?? "", text);
      if (Buffer.byteLength(line) > most) return beside.put(at, text);
      places.set(at, await journal.append(line));
    },
    async get(at) {
      const place = places.get(at);
      return place === undefined ? beside.get(at) : (await journal.read(place)).slice(before, -1);
    },
    async close() {
      await beside.close();
      await journal.close();
    },
    async finish(codes) {
      await journal.close();
      if ([...codes].every(isWhole)) await journal.remove();
    },
  };
}

function entry(key: string, record: string): string {
  return `{"target":"${key}","record":${record}}`;
}

async function open(
  file: string,
  header: string,
  onLine: (line: string, place: LinePlace) => void,
): Promise<Journal> {
  try {
    return await openJournal(file, {
      header,
      onLine,
      check(opened) {
        const reason = whyNotTrusted(opened, false, currentUser());
        if (reason !== undefined) throw new UnreadableFile(`can't be trusted: ${reason}`);
      },
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unusable(`--resume '${file}' can't be used: ${reasonOf(error)}`);
  }
}

/** What makes it the same target. The external ID is not in it: it decides whether, not what, is answered. */
function keyOf({ name, awsAccount, access: { profile, roles }, regions, clusters }: Target): string {
  return shortDigest({ name, awsAccount, profile, roles, regions, clusters });
}

/** True for a record of this target that has all of it, and is not old. The file may have been written by anyone. */
function isDone(text: string, { name, awsAccount }: Target): boolean {
  const read = readJson(text);
  if (!read.ok || !isTargetRecord(read.value)) return false;
  const record: TargetRecord = read.value;
  const age = Date.now() - Date.parse(record.readAt);
  return (
    record.name === name &&
    record.awsAccount === awsAccount &&
    record.result !== null &&
    record.missing.length === 0 &&
    isWhole(record.code) &&
    age >= 0 &&
    age < FRESH &&
    record.clusters.every(({ arn }) => {
      const parsed = parseClusterArn(arn);
      return parsed.ok && clusterRef(parsed.value).awsAccount === awsAccount;
    })
  );
}

interface Header {
  readonly irsaJournal: 1;
  readonly version: string;
  readonly command: string;
  readonly asked: Readonly<Record<string, string>>;
}

function headerOf({ command, asked }: RunIdentity): Header {
  const digests = Object.entries(asked).map(([name, value]) => [name, shortDigest({ value })]);
  return { irsaJournal: 1, version: VERSION, command, asked: Object.fromEntries(digests) };
}

function requireSame(file: string, line: string, now: Header): void {
  const read = readJson(line);
  const then = read.ok && isJsonObject(read.value) ? read.value : {};
  if (then["irsaJournal"] !== now.irsaJournal)
    throw unusable(`--resume '${file}' can't be used: it is not a journal of irsa`);
  const asked = isJsonObject(then["asked"]) ? then["asked"] : {};
  const names = [...new Set([...Object.keys(now.asked), ...Object.keys(asked)])];
  const changed = [
    ...(["command", "version"] as const).filter((name) => then[name] !== now[name]),
    ...names.filter((name) => asked[name] !== now.asked[name]),
  ];
  if (changed.length === 0) return;
  throw new Failure("input", "invalid-input", `--resume '${file}' is of a run with other options`, {
    facts: [["different", changed.slice(0, 10)]],
    advice: "Run it as before, or name another file to start again",
  });
}

function unusable(message: string): Failure {
  return new Failure("input", "invalid-input", message, {
    advice: "Name the journal of an earlier run, or a file that does not exist yet",
  });
}

function shortDigest(value: unknown): string {
  return digestOf(value).slice(0, DIGEST);
}
