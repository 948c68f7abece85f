import type { Caller } from "../../../aws/port.ts";
import { readTargets } from "../../../config/targets.ts";
import { readTextFile } from "../../../files/read-file.ts";
import { reasonOf } from "../../../files/reason.ts";
import { Failure } from "../../../model/failure.ts";
import { LIMITS } from "../../../model/limits.ts";
import { Problems } from "../../../model/problems.ts";
import { parseRegion } from "../../../model/region.ts";
import type { ClusterSelector, Target } from "../../../model/target.ts";

/** The targets in a file. @throws Failure of kind `input` */
export async function targetsIn(file: string): Promise<readonly Target[]> {
  return readTargets({ name: file, text: await readFile(file) });
}

async function readFile(file: string): Promise<string> {
  try {
    return await readTextFile(file, { maxBytes: LIMITS.targetsBytes });
  } catch (error) {
    throw new Failure("input", "invalid-input", `--targets '${file}' can't be read: ${reasonOf(error)}`);
  }
}

/** The caller's own AWS account as the only target. */
export function ownTarget(
  { awsAccount }: Caller,
  regions: readonly string[],
  clusters: ClusterSelector,
): Target {
  return { name: awsAccount, awsAccount, access: { roles: [] }, regions, clusters };
}

/** The regions in `--region`, several with commas. @throws Failure of kind `input` */
export function regionsIn(flag: string | undefined): readonly string[] {
  const problems = new Problems();
  const regions = problems.all(
    "--region",
    (flag ?? "").split(",").filter((text) => text !== ""),
    parseRegion,
  );
  problems.throwIfAny();
  return [...new Set(regions)];
}
