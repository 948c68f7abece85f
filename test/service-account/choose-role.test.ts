import { describe, expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { computedRoleName, parseRoleName } from "../../src/model/role-name.ts";
import { ownedRole } from "../../src/service-account/role/ownership.ts";
import {
  aDesire,
  aRoleName,
  existing,
  managed,
  OLD_ISSUER,
  ownRole,
  aCluster,
  right,
} from "../fakes/values.ts";
import { bringAbout, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const { serviceAccount } = aDesire();
const PATH = "amazon-cloudwatch/cloudwatch-agent";
const COMPUTED = aWorld().roleOf({ serviceAccount });
const [, NAME = ""] = COMPUTED.split("/");
const NAME_BOTH = "To use another role: --role-name NAME (irsa creates it) or --attach-role-arn ARN";
const IN_FILE = "To use another role: roleName (irsa creates it) or attachRoleARN in the file";
const GONE = ownRole("team/gone");
const FIX = ["irsa", "verify", PATH, "--cluster", "eks-work-cluster", "--fix", "--approve"];

const annotatedWith = (world: World, annotation: string): World =>
  world.withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: annotation } });
const withOurs = (world: World): World =>
  world.withRole(COMPUTED, { tags: world.ownershipTagsOf({ serviceAccount }) });
const proofIn = (world: World) => ownedRole(world.role(COMPUTED).role, world.cluster, serviceAccount);

type Stop = readonly [code: string, message: string, detail: object];

describe("a role that can't be chosen is reported with its values and the way on", () => {
  it.each<readonly [string, (world: World) => World, Parameters<typeof aDesire>[0], Stop]>([
    [
      "of another AWS account",
      (world) => world,
      { role: existing("arn:aws:iam::999988887777:role/theirs") },
      [
        "other-aws-account",
        "the role is in AWS account 999988887777, the cluster in 111122223333",
        {
          facts: [["role", "arn:aws:iam::999988887777:role/theirs"]],
          advice:
            "To check or create a role and its OIDC provider in another AWS account, add --role-profile NAME with a profile of it",
        },
      ],
    ],
    [
      "that does not exist",
      (world) => world,
      { role: existing(GONE) },
      ["no-role", "role 'gone' not found", { facts: [["requested", GONE]] }],
    ],
    [
      "under another path",
      (world) => world.withRole(ownRole("gone")),
      { role: existing(GONE) },
      [
        "role-path",
        "role 'gone' has a different path",
        {
          facts: [
            ["requested", GONE],
            ["found", ownRole("gone")],
          ],
          advice: "A role's path can't be changed. Use the role's actual ARN",
        },
      ],
    ],
    [
      "of that name, which is nobody's",
      (world) => world.withRole(COMPUTED),
      {},
      [
        "role-exists",
        `role '${NAME}' exists and is not managed by irsa for ${PATH}`,
        {
          facts: [["role", COMPUTED]],
          advice:
            "Choose another name with --role-name, or use this role unchanged with --attach-role-arn (add --add-trust to change only its trust policy)",
        },
      ],
    ],
    [
      "of that name, whose tags alone name the ServiceAccount",
      (world) => world.withRole(ownRole("mine"), { tags: world.ownershipTagsOf({ serviceAccount }) }),
      { role: managed({ name: aRoleName("mine") }) },
      [
        "role-exists",
        `role 'mine' exists and is not managed by irsa for ${PATH}`,
        {
          facts: [
            ["role", ownRole("mine")],
            ["why", `its ownership tags are for ${PATH}, but neither its name nor its trust policy matches`],
          ],
          advice:
            "Choose another name with --role-name, or use this role unchanged with --attach-role-arn (add --add-trust to change only its trust policy)",
        },
      ],
    ],
    [
      "that trusts the ServiceAccount of another issuer",
      (world) =>
        world.withRole(ownRole("mine"), {
          tags: world.ownershipTagsOf({ serviceAccount }),
          trust: aWorld(aCluster({ issuer: OLD_ISSUER })).trustOf({ serviceAccount }),
        }),
      { role: managed({ name: aRoleName("mine") }) },
      [
        "trust-move",
        `role 'mine' trusts ${PATH} of a different issuer`,
        {
          facts: [
            ["role", ownRole("mine")],
            ["trusts", OLD_ISSUER.replace("https://", "")],
          ],
          advice:
            "The role may be from a deleted or rebuilt cluster of the same name. To allow this cluster too: --add-trust. To plan it for all roles that trust that issuer:",
          command: expect.arrayContaining([expect.stringContaining(OLD_ISSUER.slice(-32))]),
        },
      ],
    ],
    [
      "by an annotation that is none",
      (world) => annotatedWith(world, "gone"),
      { adopt: true },
      [
        "bad-annotation",
        `${PATH} is annotated with 'gone', which is not a valid role ARN`,
        { advice: NAME_BOTH },
      ],
    ],
    [
      "by an annotation whose role is gone",
      (world) => annotatedWith(world, GONE),
      { adopt: true },
      [
        "annotated-role",
        `${PATH} is annotated with a role that does not exist`,
        {
          facts: [["annotation", GONE]],
          advice: [NAME_BOTH, "To create that role again, add this flag:"],
          flags: ["--role-name", "gone"],
        },
      ],
    ],
    [
      "by an annotation whose role is gone, of an entry in a file",
      (world) => annotatedWith(world, GONE),
      { adopt: true, byFile: true },
      [
        "annotated-role",
        `${PATH} is annotated with a role that does not exist`,
        {
          facts: [["annotation", GONE]],
          advice: `To create that role again: roleName gone. ${IN_FILE}`,
        },
      ],
    ],
    [
      "of that name, which is nobody's, in a file",
      (world) => world.withRole(COMPUTED),
      { byFile: true },
      [
        "role-exists",
        `role '${NAME}' exists and is not managed by irsa for ${PATH}`,
        {
          facts: [["role", COMPUTED]],
          advice: "Choose another roleName in the file, or use this role unchanged with attachRoleARN",
        },
      ],
    ],
    [
      "by an annotation of another AWS account",
      (world) => annotatedWith(world, "arn:aws:iam::999988887777:role/theirs"),
      { adopt: true },
      [
        "annotated-role",
        `${PATH} is annotated with a role in another AWS account, which can't be checked`,
        { facts: [["annotation", "arn:aws:iam::999988887777:role/theirs"]], advice: NAME_BOTH },
      ],
    ],
    [
      "by an annotation whose role is gone, beside irsa's own role",
      (world) => annotatedWith(withOurs(world), GONE),
      { adopt: true },
      [
        "annotated-role",
        `${PATH} is annotated with a role that does not exist`,
        {
          facts: [
            ["annotation", GONE],
            ["irsa's role", COMPUTED],
          ],
          advice: `${NAME_BOTH}. To use irsa's role:`,
          command: FIX,
        },
      ],
    ],
    [
      "by an annotation whose role is gone, beside a role of the computed name that is nobody's",
      (world) => annotatedWith(world.withRole(COMPUTED), GONE),
      { adopt: true },
      [
        "annotated-role",
        `${PATH} is annotated with a role that does not exist`,
        {
          facts: [["annotation", GONE]],
          advice: [NAME_BOTH, "To create that role again, add this flag:"],
          flags: ["--role-name", "gone"],
        },
      ],
    ],
  ])("%s", async (_name, setUp, desired, [code, message, detail]) => {
    const stop = await stopOf(planIn(setUp(aWorld().withProvider()), aDesire(desired)));
    expect([stop.kind, stop.code, stop.message, stop.detail]).toEqual(["refused", code, message, detail]);
  });
});

describe("a role that irsa kept is judged again", () => {
  const planKept = (change: (world: World) => void) => {
    const world = withOurs(aWorld().withProvider());
    const proof = proofIn(world);
    if (proof === undefined) throw new Error("the test's role is not irsa's");
    change(world);
    const name = right(parseRoleName(computedRoleName(world.cluster, serviceAccount, "")));
    return planIn(world, aDesire({ role: { kind: "kept", name, proof } }));
  };

  it("and used while it is irsa's", async () => {
    expect((await planKept(() => undefined)).role).toBe(COMPUTED);
  });

  it.each<readonly [string, (world: World) => void]>([
    ["was deleted", ({ iam }) => iam.roles.clear()],
    [
      "lost its tags",
      (world) => {
        world.editRole(COMPUTED, ({ role }) => ({ role: { ...role, tags: {} } }));
      },
    ],
  ])("and refused where it %s", async (_name, change) => {
    expect(await stopOf(planKept(change))).toMatchObject({
      kind: "refused",
      code: "no-role",
      message: `the role that irsa managed for ${PATH} no longer exists or is no longer managed by irsa`,
      detail: { advice: "Run irsa verify again" },
    });
  });
});

describe("a role of irsa's", () => {
  it("is kept under the path that is asked for again", async () => {
    const world = aWorld().withProvider();
    const desired = aDesire({ role: managed({ path: "/irsa/" }) });
    const { role } = await bringAbout(world, desired);
    expect(await planIn(world, desired)).toMatchObject({ changes: [], role });
    expect(role).toBe(`arn:aws:iam::111122223333:role/irsa/${NAME}` as RoleArn);
  });
});
