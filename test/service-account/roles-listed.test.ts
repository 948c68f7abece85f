import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { IamPort } from "../../src/aws/port.ts";
import type { RoleListing, RolesInFull } from "../../src/model/iam-objects.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import { MANY_ROLES, rolesListed } from "../../src/service-account/role/roles-listed.ts";
import { worldFacts, worldFrom } from "../fakes/arbitrary.ts";
import { aDesire, aServiceAccount, INLINE, managed, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

type Reads = Awaited<ReturnType<typeof rolesListed>>;

async function allOf(reads: Reads, names: readonly string[]): Promise<unknown> {
  const read = async (name: string) => [
    await reads.getRole(name),
    await reads.listAttachedPolicies(name),
    await reads.listInlinePolicies(name),
    await reads.getInlinePolicy(name, "irsa"),
    await reads.getInlinePolicy(name, "theirs"),
  ];
  return Promise.all(names.map(read));
}

/** Names as they are and in another case, and one that there is not. */
const namesIn = ({ iam }: World): string[] =>
  [...iam.roles.values()].flatMap(({ role: { name } }) => [name, name.toUpperCase()]).concat("nobody");

const namesOfCalls = ({ log }: World): string[] => log.calls.map(({ name }) => name);

type Lists = Pick<IamPort, "listRoles" | "listRolesInFull">;

/** What the lists may be like beside the roles themselves; none of it is a reason for another answer. */
const LISTS: readonly (readonly [string, (iam: IamPort) => Partial<Lists>])[] = [
  ["whole", () => ({})],
  ["without session durations", (iam) => ({ listRoles: async () => (await iam.listRoles()).map(bare) })],
  ["the first role in one alone", (iam) => ({ listRoles: async () => (await iam.listRoles()).slice(1) })],
  [
    "with trust policies that are none",
    (iam) => ({ listRolesInFull: async (also) => untrusting(await iam.listRolesInFull(also)) }),
  ],
];

const bare = ({ arn, id, trust }: RoleListing): RoleListing => ({ arn, id, trust });
const untrusting = ({ roles, policies }: RolesInFull): RolesInFull => ({
  policies,
  roles: roles.map((role) => ({ ...role, trust: undefined })),
});

describe("roles from lists", () => {
  it.each(LISTS)("are what they are when each is read by itself: lists %s", async (_, listsOf) => {
    const law = fc.asyncProperty(worldFacts, async (facts) => {
      const world = worldFrom(facts);
      const iam = { ...world.aws.iam, ...listsOf(world.aws.iam) };
      const names = namesIn(world);
      expect(await allOf(await rolesListed(iam), names)).toEqual(await allOf(world.aws.iam, names));
    });
    await fc.assert(law, { numRuns: 50 });
  });

  it("take the two lists alone", async () => {
    const world = aWorld().withRole(ownRole("one"), {}, { attached: [S3_READ], inline: { irsa: INLINE } });
    await allOf(await rolesListed(world.aws.iam), namesIn(world));
    expect(namesOfCalls(world)).toEqual(["iam.listRoles", "iam.listRolesInFull"]);
  });

  it.each(["iam.listRoles", "iam.listRolesInFull"])(
    "where %s is denied, are read one by one",
    async (name) => {
      const world = aWorld().withRole(ownRole("one"), {}, { attached: [S3_READ] });
      world.log.deny(name);
      const reads = await rolesListed(world.aws.iam);
      expect(await reads.getRole("one")).toMatchObject({ arn: ownRole("one") });
      expect(namesOfCalls(world)).toContain("iam.getRole");
    },
  );
});

test.each([
  ["many ServiceAccounts are observed by lists", MANY_ROLES, 0],
  ["few are not", MANY_ROLES - 1, MANY_ROLES - 1],
])("%s", async (_, count, reads) => {
  const world = aWorld().withProvider().withPolicy(ownPolicy("edge"));
  const role = managed({ exclusivePolicies: true, boundary: ownPolicy("edge") });
  const desires = Array.from({ length: count }, (_unused, at) =>
    aDesire({ serviceAccount: aServiceAccount(`shop/service-${at}`), role }),
  );
  const { aws, cluster, kubernetes } = world;
  await observeServiceAccounts(desires, cluster, { aws, kubernetes }, () => undefined);
  const calls = namesOfCalls(world);
  for (const name of ["iam.getRole", "iam.listAttachedPolicies", "iam.listInlinePolicies"])
    expect(calls.filter((one) => one === name)).toHaveLength(reads);
  expect(calls.filter((one) => one === "iam.listRolesInFull")).toHaveLength(reads === 0 ? 1 : 0);
  // Every one of them would have to be made: whether it has a role under another name is looked up in one list.
  expect(calls.filter((one) => one === "iam.listRoles")).toHaveLength(1);
});
