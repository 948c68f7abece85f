import { digestOf } from "../../src/model/digest.ts";
import type { RoleArn } from "../../src/model/arn.ts";

/** The id of a role of the fakes: the same for a role that is made again, so that two runs can be compared. */
export function roleIdOf(arn: RoleArn): string {
  return `AROA${digestOf(arn).slice(0, 17).toUpperCase()}`;
}
