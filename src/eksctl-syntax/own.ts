import type { FailureCode } from "../model/failure-codes.ts";
import type { Words } from "./words.ts";

/** What a command line translates to: our command line, and failures that eksctl ignores. */
export interface Own {
  readonly args: readonly string[];
  readonly toleratedCodes?: readonly FailureCode[];
}

/**
 * Translates the words of one command.
 * @param prefixGiven whether a prefix for the names of roles is set (IRSA_ROLE_PREFIX)
 */
export type Translate = (words: Words, prefixGiven: boolean) => Own;

/** Beside eksctl's stacks stand roles whose names begin so; what CI may touch is often just these. */
const ROLE_PREFIX = "eksctl-";

/** The prefix of generated names, unless the user has one of their own or nothing is generated. */
export function prefixWords(isNamed: boolean, prefixGiven: boolean): readonly string[] {
  return isNamed || prefixGiven ? [] : ["--role-prefix", ROLE_PREFIX];
}
