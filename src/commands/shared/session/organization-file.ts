import { lstatSync, type Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { OrganizationPolicy } from "../../../config/organization.ts";
import { UnreadableFile } from "../../../files/open-file.ts";
import { readTextFile } from "../../../files/read-file.ts";
import { reasonOf } from "../../../files/reason.ts";
import { Failure, isFailure } from "../../../model/failure.ts";
import { LIMITS } from "../../../model/limits.ts";

const NAME = ".irsa.yaml";

/**
 * The organization's rules: the file that IRSA_CONFIG names, or the first `.irsa.yaml` from the working folder upwards;
 * `undefined` if there is none. One that is searched for must belong to the user, as git's safe.directory has it; one
 * that is named is the operator's word.
 * @throws Failure of kind `input` when it can't be read, is wrong or is somebody else's: then there may be rules, and
 * they are not taken for none
 */
export async function findOrganizationPolicy(
  folder: string = process.cwd(),
  named: string | undefined = process.env["IRSA_CONFIG"],
): Promise<OrganizationPolicy | undefined> {
  if (named !== undefined && named !== "") {
    const text = await namedText(named);
    return parsed(resolve(folder, named), text);
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const name = join(at, NAME);
    const text = await searchedText(name);
    if (text !== undefined) return parsed(name, text);
    if (at === dirname(at)) return undefined;
  }
}

/** The reader of YAML is large, and most users have no such file. */
async function parsed(name: string, text: string): Promise<OrganizationPolicy> {
  const { readOrganizationPolicy } = await import("../../../config/organization.ts");
  return readOrganizationPolicy({ name, text });
}

async function namedText(name: string): Promise<string> {
  try {
    return await readTextFile(name, { maxBytes: LIMITS.organizationBytes });
  } catch (error) {
    throw unreadable(name, reasonOf(error));
  }
}

async function searchedText(name: string): Promise<string | undefined> {
  if (!isThere(name)) return undefined;
  try {
    return await readTextFile(name, {
      maxBytes: LIMITS.organizationBytes,
      check(opened) {
        requireTrusted(name, opened, false);
        if (!opened.isFile()) throw new UnreadableFile("is not a regular file");
      },
    });
  } catch (error) {
    throw isFailure(error) ? error : unreadable(name, reasonOf(error));
  }
}

/** Whoever places a link chooses which of the user's own files holds. One that leads nowhere is there. */
function isThere(name: string): boolean {
  try {
    const found = lstatSync(name);
    requireTrusted(name, found, found.isSymbolicLink());
    return true;
  } catch (error) {
    if (isFailure(error)) throw error;
    if (isAbsence(error)) return false;
    throw unreadable(name, reasonOf(error));
  }
}

function requireTrusted(name: string, found: Stats, isLink: boolean): void {
  const reason = whyNotTrusted(found, isLink, currentUser());
  if (reason !== undefined) throw foreign(name, reason);
}

/** Who runs irsa; `undefined` on Windows, where files have no such owner. */
export interface FileUser {
  readonly uid: number;
  /** Of whoever used sudo. */
  readonly sudoUid?: number;
}

/** Whoever runs irsa; `undefined` where the system has no numbers for users. */
export function currentUser(): FileUser | undefined {
  const uid = process.geteuid?.();
  if (uid === undefined) return undefined;
  const sudoUid = Number(process.env["SUDO_UID"] ?? "");
  return uid === 0 && sudoUid > 0 ? { uid, sudoUid } : { uid };
}

/**
 * Why a file's rules must not hold: it is another user's, or others can write to it; `undefined` where they may hold.
 * Source: git-config, `safe.directory` (the owner, also whoever used sudo); the mode as ssh looks at its own files.
 */
export function whyNotTrusted(
  { uid, mode }: Pick<Stats, "uid" | "mode">,
  isLink: boolean,
  user: FileUser | undefined,
): string | undefined {
  if (user === undefined) return undefined;
  if (![0, user.uid, user.sudoUid].includes(uid)) return `it belongs to another user (uid ${uid})`;
  // A link has no mode of its own.
  return !isLink && (mode & 0o022) !== 0 ? "others can write to it" : undefined;
}

function isAbsence(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

function unreadable(name: string, reason: string): Failure {
  return new Failure("input", "invalid-input", `organization policy '${name}' can't be read: ${reason}`);
}

function foreign(name: string, reason: string): Failure {
  return new Failure(
    "input",
    "untrusted-rules",
    `organization policy '${name}' can't be trusted: ${reason}`,
    {
      advice: "Make the file yours and writable only by you (chmod go-w), remove it, or set the file to use:",
      command: ["export", `IRSA_CONFIG=${name}`],
    },
  );
}
