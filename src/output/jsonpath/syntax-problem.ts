import { invalid, valid, type Parsed } from "../../model/problems.ts";

/** What is wrong with a template. Not a failure yet: only the flag's parser knows what to call it. */
export class SyntaxProblem extends Error {}

/** What a parser makes of a text, or its problem. */
export function judged<T>(parse: () => T): Parsed<T> {
  try {
    return valid(parse());
  } catch (error) {
    if (error instanceof SyntaxProblem) return invalid(error.message);
    throw error;
  }
}
