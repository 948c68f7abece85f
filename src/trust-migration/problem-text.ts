import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import type { MoveProblem } from "../model/trust-policy/move-issuer.ts";
import type { Move } from "./move.ts";

/** The refusal to move one role's trust, which its owner has to look at. */
export function cannotMove(problem: MoveProblem, { arn }: Role, { way }: Move): Failure {
  const advice = `Its owner has to change it by hand${way === "beside" ? ", or take the old issuer out: --replace" : ""}`;
  const facts = [["role", arn] as const];
  switch (problem.code) {
    case "unreadable":
      return new Failure(
        "refused",
        "trust-unreadable",
        `statement ${problem.statement + 1} of the trust policy names the old issuer, and can't be read`,
        { facts, advice },
      );
    case "entangled":
      return new Failure(
        "refused",
        "trust-entangled",
        `statement ${problem.statement + 1} of the trust policy names issuers in a way that no rule takes apart`,
        { facts, advice },
      );
    case "spelled-otherwise":
      return new Failure(
        "refused",
        "trust-spelled-otherwise",
        `statement ${problem.statement + 1} of the trust policy spells an issuer's provider in other upper and lower case`,
        {
          facts,
          advice: `IAM tells the two apart. Name the issuer, by --from or --to, as the trust policy does: ${problem.spelling}`,
        },
      );
    case "too-complex":
      return new Failure("refused", "trust-too-complex", "the trust policy is too complex to judge", {
        facts,
        advice: `It has more subjects, audiences and conditions than can be tried one with another. ${advice}`,
      });
    case "lets-in":
    case "shuts-out": {
      const { issuer, subject, audience } = problem;
      const whose = issuer === "other" ? "" : ` of the ${issuer} issuer`;
      const who = `'${subject}'${whose}${audience === undefined ? "" : `, audience '${audience}'`}`;
      const verb = problem.code === "lets-in" ? "let in" : "keep out";
      return new Failure(
        "refused",
        "trust-would-differ",
        `by rule, the move would ${verb} ${who}, which another statement decides otherwise`,
        { facts, advice },
      );
    }
  }
}
