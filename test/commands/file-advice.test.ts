import { describe, expect, it } from "vitest";
import { applyFile } from "../../src/commands/apply/command.ts";
import { parseRoleArn } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Role } from "../../src/model/iam-objects.ts";
import { annotatedRoleGone, badAnnotation } from "../../src/service-account/role/annotation-refusals.ts";
import { grantFor, trustMove, trustRefuses } from "../../src/service-account/role/trust.ts";
import { roleIdOf } from "../fakes/role-id.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aCluster, aServiceAccount, right } from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";

const SERVICE_ACCOUNT = aServiceAccount("shop/cart");
const REACH = ["--cluster", "prod", "--region", "eu-west-1"];
const ARN = right(parseRoleArn("arn:aws:iam::111122223333:role/team/reader"));
const role: Role = {
  arn: ARN,
  id: roleIdOf(ARN),
  name: "reader",
  trust: { Version: "2012-10-17", Statement: [] },
  tags: {},
  maxSessionSeconds: 3600,
};
const byFile = { serviceAccount: SERVICE_ACCOUNT, clusterFlags: REACH, byFile: true };
const grant = grantFor(aCluster(), SERVICE_ACCOUNT, "sts.amazonaws.com");

const REFUSALS: readonly (readonly [string, Failure])[] = [
  ["a role that does not trust it", trustRefuses(role, byFile, grant)],
  ["a role of another issuer", trustMove(role, byFile, "https://oidc.example/id/OLD")],
  ["an annotation that is not an ARN", badAnnotation(byFile, "nothing")],
  ["an annotation of a role that is gone", annotatedRoleGone(byFile, ARN, aCluster())],
];

describe("what `apply -f` advises it can do", () => {
  const own = new Set(applyFile(listeningContext().context).options.map(({ long }) => long));

  it.each(REFUSALS)("%s", (_what, failure) => {
    const { command: _, ...detail } = failure.detail;
    const advised = new Failure(failure.kind, failure.code, failure.message, detail);
    const flags = textOf(advised).match(/--[a-z][a-z-]+/g) ?? [];
    expect(flags.filter((flag) => !own.has(flag))).toEqual([]);
  });
});

describe("the command for a role that does not trust the ServiceAccount", () => {
  it("is whole: it names the cluster, the ServiceAccount and the role", () => {
    const { command } = trustRefuses(role, byFile, grant).detail;
    const where = ["--cluster", "prod", "--region", "eu-west-1", "-n", "shop", "--name", "cart"];
    expect(command).toEqual(["irsa", "create-sa", ...where, "--attach-role-arn", ARN, "--add-trust"]);
  });

  it("has the audience and --role-only where they were asked for", () => {
    const other = grantFor(aCluster(), SERVICE_ACCOUNT, "other.example");
    const { command } = trustRefuses(role, { ...byFile, roleOnly: true }, other).detail;
    expect(command?.slice(-4)).toEqual(["--audience", "other.example", "--role-only", "--add-trust"]);
  });
});
