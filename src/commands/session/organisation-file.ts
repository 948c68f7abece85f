import { dirname, join, resolve } from "node:path";
import { readOrganisation, type Organisation } from "../../config/organisation.ts";
import { readTextFile } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { Failure } from "../../model/failure.ts";
import { LIMITS } from "../../model/limits.ts";

const NAME = ".irsa.yaml";

/**
 * The organisation's rules: the file that IRSA_CONFIG names, or the first `.irsa.yaml` from the working folder upwards;
 * `undefined` if there is none.
 * @throws Failure of kind `input` when it can't be read or is wrong: rules that can't be read are not taken for none
 */
export async function findOrganisation(
  folder: string = process.cwd(),
  named: string | undefined = process.env["IRSA_CONFIG"],
): Promise<Organisation | undefined> {
  if (named !== undefined && named !== "") {
    const text = await textOf(named);
    if (text === undefined) throw unreadable(named, "there is no such file");
    return readOrganisation({ name: named, text });
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const name = join(at, NAME);
    const text = await textOf(name);
    if (text !== undefined) return readOrganisation({ name, text });
    if (at === dirname(at)) return undefined;
  }
}

async function textOf(name: string): Promise<string | undefined> {
  try {
    return await readTextFile(name, { maxBytes: LIMITS.organizationBytes });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unreadable(name, reasonOf(error));
  }
}

function unreadable(name: string, reason: string): Failure {
  return new Failure("input", "invalid-input", `the organisation's rules '${name}' can't be read: ${reason}`);
}
