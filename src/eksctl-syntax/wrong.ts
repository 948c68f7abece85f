import { Failure } from "../model/failure.ts";

/** What eksctl refuses, or irsa has nothing like. */
export function wrong(message: string): Failure {
  return new Failure("input", "invalid-input", message);
}
