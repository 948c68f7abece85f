import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { aDesire, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { bringAbout, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import type { AssignableRole } from "../../src/model/authority.ts";

const TARGET = ownRole("target");
const asking = (withoutSessionTags = false, targetRole = TARGET) =>
  aDesire({ podIdentity: { targetRole: targetRole as AssignableRole, withoutSessionTags } });
const first = aWorld().roleOf(aDesire());
const BOTH = ["sts:AssumeRole", "sts:TagSession"];
const { region, awsAccount } = aWorld().cluster;
const EXTERNAL_ID = `${region}/${awsAccount}/eks-work-cluster/amazon-cloudwatch/cloudwatch-agent`;

const allow = (Action: string[], Condition?: Statement["Condition"], AWS: string = first): Statement => ({
  Effect: "Allow",
  Principal: { AWS },
  Action,
  ...(Condition !== undefined && { Condition }),
});
const deny = (Action: string[]): Statement => ({ Effect: "Deny", Principal: "*", Action });
const externalId = (id: string) => ({ StringEquals: { "sts:ExternalId": id } });

function withTarget(...Statement: Statement[]): World {
  return aWorld()
    .withPolicy(CLOUDWATCH)
    .withRole(TARGET, { trust: { Version: "2012-10-17", Statement } });
}

/** The notes about the target role's trust, beside the one about its permissions. */
async function notesIn(world: World, desired = asking()) {
  const { notes } = await planIn(world, desired);
  return notes.filter(({ code }) => code.startsWith("target-role-") && code !== "target-role-unchecked");
}

describe("the trust policy of a target role in the same AWS account is judged in the plan", () => {
  it.each<readonly [string, readonly Statement[], boolean]>([
    ["the first role", [allow(BOTH)], false],
    ["the AWS account", [allow(BOTH, undefined, `arn:aws:iam::${awsAccount}:root`)], false],
    ["the first role without session tags", [allow(["sts:AssumeRole"])], true],
    ["the external ID without session tags", [allow(["sts:AssumeRole"], externalId(EXTERNAL_ID))], true],
    [
      "the session tags of the ServiceAccount",
      [allow(BOTH, { StringEquals: { "aws:RequestTag/kubernetes-namespace": "amazon-cloudwatch" } })],
      false,
    ],
  ])("and nothing is said if it allows %s", async (_, statements, withoutSessionTags) => {
    expect(await notesIn(withTarget(...statements), asking(withoutSessionTags))).toEqual([]);
  });

  it.each<readonly [string, readonly Statement[], boolean, RegExp]>([
    ["nobody", [], false, /does not allow role '\S+' sts:AssumeRole; pods get no credentials/],
    ["another role", [allow(BOTH, undefined, ownRole("other"))], false, /sts:AssumeRole; pods/],
    ["no session tags", [allow(["sts:AssumeRole"])], false, /sts:TagSession; pods get no/],
    [
      "another external ID",
      [allow(["sts:AssumeRole"], externalId("other"))],
      true,
      new RegExp(`sts:AssumeRole with external ID ${EXTERNAL_ID}; pods`),
    ],
    [
      "another namespace",
      [allow(BOTH, { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } })],
      false,
      /it requires another value of aws:RequestTag\/kubernetes-namespace/,
    ],
    ["it and denies all", [allow(BOTH), deny(["sts:*"])], false, /a Deny statement applies/],
  ])("and a warning is given if it allows %s", async (_, statements, withoutSessionTags, message) => {
    const notes = await notesIn(withTarget(...statements), asking(withoutSessionTags));
    expect(notes).toEqual([
      {
        level: "warning",
        code: "target-role-refuses",
        message: expect.stringMatching(message) as string,
      },
    ]);
  });

  it.each<readonly [string, NonNullable<Statement["Condition"]>]>([
    ["aws:SourceIp", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }],
    // That EKS sends none with session tags is not documented.
    ["sts:ExternalId", externalId(EXTERNAL_ID)],
  ])("and what depends on %s is neither allowed nor refused", async (key, condition) => {
    const notes = await notesIn(withTarget(allow(BOTH, condition)));
    expect(notes.map(({ code }) => code)).toEqual(["target-role-conditional"]);
    expect(notes[0]?.message.toLowerCase()).toContain(`depends on ${key.toLowerCase()}`);
  });

  it("and one that does not exist is missing", async () => {
    const notes = await notesIn(aWorld().withPolicy(CLOUDWATCH));
    expect(notes.map(({ code }) => code)).toEqual(["target-role-missing"]);
  });

  it("and one by another path is named with its ARN", async () => {
    const pathed = TARGET.replace(":role/", ":role/team/") as typeof TARGET;
    const [note] = await notesIn(withTarget(allow(BOTH)), asking(false, pathed));
    expect(note?.message).toContain(TARGET);
    expect(note?.code).toBe("target-role-missing");
  });

  it("also of an association that is up to date, and the plan then still has no changes", async () => {
    const world = withTarget(allow(BOTH));
    await bringAbout(world, asking());
    world.editRole(TARGET, ({ role }) => ({ role: { ...role, trust: { Statement: [] } } }));
    const plan = await planIn(world, asking());
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ code }) => code)).toContain("target-role-refuses");
  });

  it("and one that may not be read is unknown, not missing; the plan goes on", async () => {
    const world = withTarget(allow(BOTH));
    const { iam } = world.aws;
    const getRole: typeof iam.getRole = async (name) => {
      if (name === "target") throw new Failure("denied", "access-denied", "not permitted: iam:GetRole");
      return iam.getRole(name);
    };
    Object.assign(world.aws, { iam: { ...iam, getRole } });
    const plan = await planIn(world, asking());
    expect(plan.changes.map(({ kind }) => kind)).toContain("create-pod-identity");
    expect(plan.notes.map(({ code }) => code)).toEqual(["target-role-unchecked", "target-role-unread"]);
  });

  it("but not of one in another AWS account, where nothing is read", async () => {
    const other = TARGET.replace(awsAccount, "999999999999") as typeof TARGET;
    const world = aWorld().withPolicy(CLOUDWATCH);
    expect(await notesIn(world, asking(false, other))).toEqual([]);
    expect(world.log.calls.filter(({ args }) => args[0] === "target")).toEqual([]);
  });
});
