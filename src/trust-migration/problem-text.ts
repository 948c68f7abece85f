import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import type { MoveProblem } from "../model/trust-policy/move-issuer.ts";
import type { Move } from "./move.ts";

/** The refusal to move one role's trust, which its owner must review. */
export function cannotMove(problem: MoveProblem, { arn }: Role, { way }: Move): Failure {
  const advice = `Its owner must change it manually${way === "beside" ? ", or pass --replace to remove the old issuer" : ""}`;
  const facts = [["role", arn] as const];
  switch (problem.code) {
    case "unreadable":
      return new Failure(
        "refused",
        "trust-unreadable",
        `statement ${problem.statement + 1} of the trust policy names the old issuer and can't be parsed`,
        { facts, advice },
      );
    case "entangled":
      return new Failure(
        "refused",
        "trust-entangled",
        `statement ${problem.statement + 1} of the trust policy names issuers in a way that can't be converted automatically`,
        { facts, advice },
      );
    case "spelled-otherwise":
      return new Failure(
        "refused",
        "trust-spelled-otherwise",
        `statement ${problem.statement + 1} of the trust policy spells an issuer's provider with different case`,
        {
          facts,
          advice: `IAM is case-sensitive. Pass the issuer to --from or --to as the trust policy spells it: ${problem.spelling}`,
        },
      );
    case "too-complex":
      return new Failure("refused", "trust-too-complex", "the trust policy is too complex to evaluate", {
        facts,
        advice: `It combines too many subjects, audiences and conditions. ${advice}`,
      });
    case "lets-in":
    case "shuts-out": {
      const { issuer, subject, audience } = problem;
      const whose = issuer === "other" ? "" : ` of the ${issuer} issuer`;
      const who = `'${subject}'${whose}${audience === undefined ? "" : `, audience '${audience}'`}`;
      const verb = problem.code === "lets-in" ? "allow" : "deny";
      return new Failure(
        "refused",
        "trust-would-differ",
        `the move would ${verb} ${who}, which another statement decides differently`,
        { facts, advice },
      );
    }
  }
}
