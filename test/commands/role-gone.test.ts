import { expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { aDesire, ownRole } from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const CREATE =
  "create-sa --cluster eks-work-cluster --region ap-northeast-2 --namespace amazon-cloudwatch --name cloudwatch-agent --policy-arn arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy --approve --no-wait";

const astray = { [ROLE_ANNOTATION]: ownRole("gone") };

it("an annotation that has come to name a role that is gone: the stop names irsa's own, and the command that fixes it", async () => {
  const world = aWorld().withProvider();
  await runWell(world, CREATE);
  world.editServiceAccount(PATH, ({ annotations }) => ({ annotations: { ...annotations, ...astray } }));
  const { failure } = await runIn(world, CREATE);
  expect(failure).toMatchObject({ code: "annotated-role" });
  expect(failure && textOf(failure)).toContain(`irsa's role ${world.roleOf(aDesire())}`);
  const [program, ...args] = failure?.detail.command ?? [];
  expect([program, args[0], args[1], ...args.slice(-2)]).toEqual([
    "irsa",
    "verify",
    PATH,
    "--fix",
    "--approve",
  ]);
  await runWell(world, args.join(" "));
  await runWell(world, CREATE);
  expect(world.serviceAccount(PATH).annotations[ROLE_ANNOTATION]).toBe(world.roleOf(aDesire()));
});

it("where irsa has none for the ServiceAccount, it names the ways to another", async () => {
  const world = aWorld().withProvider().withServiceAccount(PATH, { annotations: astray });
  const { failure } = await runIn(world, CREATE);
  expect(failure).toMatchObject({ code: "annotated-role" });
  expect(failure?.detail.command).toBeUndefined();
  expect(failure && textOf(failure)).toContain("--role-name NAME");
});

it("where irsa has none for the ServiceAccount, what verify and the stop say makes the role again under its name", async () => {
  const world = aWorld().withProvider().withServiceAccount(PATH, { annotations: astray });
  const { failure } = await runIn(world, CREATE);
  expect(failure?.detail.advice).toContain("To create that role again, add this flag:");
  expect(failure?.detail.flags).toEqual(["--role-name", "gone"]);
  const verify = `verify ${PATH} --cluster eks-work-cluster --region ap-northeast-2`;
  const { heard } = await runIn(world, verify);
  const [, line = ""] = /irsa (create-sa .* --policy-arn) ARN/.exec(heard.out.join("\n")) ?? [];
  await runWell(world, `${line} arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy --approve --no-wait`);
  expect(world.serviceAccount(PATH).annotations).toEqual(astray);
  await runWell(world, verify);
});
