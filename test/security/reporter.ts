import type { Reporter, TestModule } from "vitest/node";
import { ATTACKERS, type SecurityMeta } from "./attack.ts";

/** Prints for each attacker of the threat model how many attacks were tried and withstood, and how their twins fared. */
export default class SecurityReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const trials = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => {
        const { security } = test.meta();
        return security === undefined ? [] : [{ ...security, passed: test.result().state === "passed" }];
      }),
    );
    console.log("\nattacker                        tried / withstood   honest twins / work");
    for (const attacker of [...ATTACKERS, undefined]) {
      const own = trials.filter((trial) => attacker === undefined || trial.attacker === attacker);
      const count = (part: SecurityMeta["part"], passed?: true): string =>
        String(own.filter((one) => one.part === part && (passed === undefined || one.passed)).length);
      const attacks = `${count("attack")} / ${count("attack", true)}`;
      const twins = `${count("twin")} / ${count("twin", true)}`;
      console.log(`${(attacker ?? "all").padEnd(32)}${attacks.padEnd(20)}${twins}`);
    }
  }
}
