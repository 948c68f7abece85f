import { readTextFile, withoutByteOrderMark } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { Failure } from "../../model/failure.ts";
import { LIMITS } from "../../model/limits.ts";
import { fromOperator } from "../../model/source.ts";
import { parsePolicyDocument } from "../../model/trust-policy/parse.ts";
import type { GivenDocument } from "../../service-account/create/given-document.ts";

/** A file given by `--policy-file`, as it was read. */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads the file that `--policy-file`, or another flag, names; or stdin for `-`.
 * @throws Failure of kind `input`
 */
export async function readPolicyFile(
  name: string | undefined,
  flag = "--policy-file",
): Promise<PolicyFile | undefined> {
  if (name === undefined) return undefined;
  try {
    return { name, text: withoutByteOrderMark(await readTextFile(name, { maxBytes: LIMITS.policyBytes })) };
  } catch (error) {
    const message = `${flag} '${name}' can't be read: ${reasonOf(error)}`;
    throw new Failure("input", "invalid-input", message, { cause: error });
  }
}

/** The policy in it, not yet validated. */
export function documentIn({ name, text }: PolicyFile, flag = "--policy-file"): GivenDocument {
  const parsed = parsePolicyDocument(text, "identity");
  return {
    text: name,
    where: () => flag,
    parsed: parsed.ok ? { ok: true, document: fromOperator(parsed.document) } : parsed,
  };
}
