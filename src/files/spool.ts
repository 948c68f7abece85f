import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../model/failure.ts";
import { reasonOf } from "./reason.ts";

/** Characters that are kept in memory, those of a few results; what is more goes into a file. */
const IN_MEMORY = 2 * 1024 * 1024;

/** Texts that are put aside until they are wanted, by number: in memory as long as they are few. */
export interface Spool {
  put(at: number, text: string): Promise<void>;
  /** `undefined` for one that was not put. */
  get(at: number): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Place {
  readonly from: number;
  readonly bytes: number;
}

/**
 * A spool whose file, where it needs one, nobody else can read and nothing is left of, however the process ends.
 * @param inMemory characters that need no file
 */
export function temporarySpool(inMemory = IN_MEMORY): Spool {
  const texts = new Map<number, string>();
  const places = new Map<number, Place>();
  let characters = 0;
  let end = 0;
  let file: Promise<OpenSpool> | undefined;
  return {
    async put(at, text) {
      if (characters + text.length <= inMemory) {
        characters += text.length;
        texts.set(at, text);
        return;
      }
      const bytes = Buffer.from(text);
      // Its place is taken before anything is waited for: others write too.
      const place = { from: end, bytes: bytes.length };
      end += bytes.length;
      await orFailure(async () => {
        file ??= openTemporary();
        await (await file).handle.write(bytes, 0, bytes.length, place.from);
      });
      places.set(at, place);
    },
    async get(at) {
      const place = places.get(at);
      if (place === undefined || file === undefined) return texts.get(at);
      const bytes = Buffer.alloc(place.bytes);
      await (await file).handle.read(bytes, 0, place.bytes, place.from);
      return bytes.toString("utf8");
    },
    async close() {
      texts.clear();
      // Why it could not be opened has been told.
      const opened = await file?.catch(() => undefined);
      if (opened === undefined) return;
      await opened.handle.close();
      await rm(opened.path, { force: true });
    },
  };
}

interface OpenSpool {
  readonly handle: FileHandle;
  readonly path: string;
}

async function openTemporary(): Promise<OpenSpool> {
  const path = join(tmpdir(), `irsa-${randomBytes(12).toString("hex")}`);
  const handle = await open(path, "wx+", 0o600);
  // An open file of Windows can't be removed: it is when it is closed.
  await rm(path, { force: true }).catch(() => undefined);
  return { handle, path };
}

async function orFailure(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new Failure("failed", "not-written", `a temporary file can't be written: ${reasonOf(error)}`, {
      advice: "Set TMPDIR to a directory with free space",
      cause: error,
    });
  }
}
