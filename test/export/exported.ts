import { desiredOf } from "../../src/config/desired.ts";
import { exportOfFile, type Exported } from "../../src/export/from-file.ts";
import { exportOfLive, rolesWithInline } from "../../src/export/from-live.ts";
import type { ExportModel, Resource } from "../../src/export/model.ts";
import { observeBlank } from "../../src/export/observe-blank.ts";
import type { GlobSelection } from "../../src/model/glob-selection.ts";
import { known } from "../../src/model/known.ts";
import { Problems } from "../../src/model/problems.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import { read } from "../config/read.ts";
import type { World } from "../fakes/world.ts";

/** What `irsa export -f` makes of a file in a world. */
export async function exportOf(text: string, { aws, cluster }: World): Promise<Exported> {
  const file = read(text);
  const problems = new Problems();
  const terms = {
    adopt: false,
    associate: file.withOidc,
    addTrust: false,
    clusterFlags: [],
    allowDefaultServiceAccount: false,
    allowAdministrator: false,
    prefix: "",
  };
  const desires = file.serviceAccounts.map((one) => desiredOf(one, cluster, terms, problems));
  problems.throwIfAny();
  return exportOfFile(await observeBlank(desires, cluster, aws), cluster, file.withOidc);
}

/** What `irsa export --live` makes of a world. */
export async function exportLive(world: World, selection: GlobSelection = {}): Promise<Exported> {
  const { aws, cluster, kubernetes } = world;
  const observed = await observeListing({}, cluster, { iam: aws.iam, eks: aws.eks, kubernetes });
  const documents = rolesWithInline(observed).map(
    (name) => [name, known(world.iam.roles.get(name.toLowerCase())?.inline ?? {})] as const,
  );
  return exportOfLive(observed, new Map(documents), selection);
}

/** The resources without what EKS calls the associations. */
export function withoutIds({ resources }: ExportModel): readonly Resource[] {
  return resources.map((resource) => {
    if (resource.kind !== "association") return resource;
    const { existing: _, ...rest } = resource;
    return rest;
  });
}
