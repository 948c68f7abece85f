import { describe, it, type TaskMeta } from "vitest";

/** Who might lead irsa's hand: the rows of the threat model in SECURITY.md. */
export const ATTACKERS = [
  "cluster tenant",
  "pull-request author",
  "other IAM user",
  "owner of another AWS account",
  "malicious cluster",
  "malicious proxy",
  "local user",
] as const;

/** An attacker of the threat model. */
export type Attacker = (typeof ATTACKERS)[number];

/** What the reporter reads from a test of this suite. */
export interface SecurityMeta {
  readonly attacker: Attacker;
  readonly part: "attack" | "twin";
}

declare module "vitest" {
  interface TaskMeta {
    security?: SecurityMeta;
  }
}

/** What is tried, and the honest use that looks most like it. */
export interface Trial {
  /** Fails unless the attack is withstood: nothing is written, nothing is printed that should not be. */
  readonly attack: () => Promise<void> | void;
  /** The honest twin. It must still work, so that a tool that refuses everything does not pass. */
  readonly twin: () => Promise<void> | void;
}

/**
 * Registers one attack with its honest twin; `npm run test:security` counts both by attacker.
 * @param title what is tried, with the code of the finding in front where there is one, as `C1: …`
 */
export function attack(attacker: Attacker, title: string, trial: Trial): void {
  describe(`${attacker}: ${title}`, () => {
    it("is withstood", marked({ attacker, part: "attack" }, trial.attack));
    it("its honest twin works", marked({ attacker, part: "twin" }, trial.twin));
  });
}

function marked(security: SecurityMeta, run: () => Promise<void> | void) {
  return async ({ task }: { readonly task: { meta: TaskMeta } }): Promise<void> => {
    task.meta.security = security;
    await run();
  };
}
