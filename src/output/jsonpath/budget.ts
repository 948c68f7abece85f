import { Failure } from "../../model/failure.ts";
import { LIMITS } from "../../model/limits.ts";

/** What a template may still visit and write: unions and ranges multiply. */
export class Budget {
  #values: number = LIMITS.templateValues;
  #characters: number = LIMITS.templateCharacters;

  /** @throws Failure of kind `input` at too many values */
  visit(count: number): void {
    this.#values -= count;
    if (this.#values < 0) throw over("visits", LIMITS.templateValues, "values");
  }

  /** The text again. @throws Failure of kind `input` at too much of it */
  write(text: string): string {
    this.#characters -= text.length;
    if (this.#characters < 0) throw over("writes", LIMITS.templateCharacters, "characters");
    return text;
  }
}

function over(does: string, limit: number, what: string): Failure {
  const most = `${limit.toLocaleString("en-US")} ${what}`;
  return new Failure("input", "invalid-input", `the output template ${does} more than ${most}`);
}
