import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import { readOrganizationPolicy } from "../../src/config/organization.ts";
import { checkWithinOrganization, withinOrganization } from "../../src/config/within-organization.ts";
import { Failure } from "../../src/model/failure.ts";
import type { DesiredUpdate } from "../../src/service-account/update/desired.ts";
import { aDesire, aServiceAccount, awsPolicy, existing, managed, ownPolicy } from "../fakes/values.ts";
import { textOf } from "../fakes/walk.ts";

const RULES = `permissionsBoundary: ${ownPolicy("edge")}
rolePrefix: corp-
rolePath: /irsa/
tags: { cost-centre: 42 }
forbiddenPolicies: ["*FullAccess", "arn:aws:iam::aws:policy/job-function/*"]
auditIgnore:
  - { rule: sub-wildcard, subject: "legacy-*", reason: being replaced, until: 2027-03-01 }
`;
const organization = readOrganizationPolicy({ name: "/repo/.irsa.yaml", text: RULES });

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the test expected a failure");
}

describe("an organization policy", () => {
  it("are read", () => {
    expect(organization).toEqual({
      file: "/repo/.irsa.yaml",
      boundary: ownPolicy("edge"),
      rolePrefix: "corp-",
      rolePath: "/irsa/",
      tags: { "cost-centre": "42" },
      auditIgnore: [
        { rule: "sub-wildcard", subject: "legacy-*", reason: "being replaced", until: "2027-03-01" },
      ],
      forbiddenPolicies: ["*FullAccess", "arn:aws:iam::aws:policy/job-function/*"],
    });
    expect(readOrganizationPolicy({ name: "f", text: "# none\n" })).toMatchObject({
      tags: {},
      forbiddenPolicies: [],
      auditIgnore: [],
    });
  });

  it.each([
    [
      "permissionBoundary: x",
      "f:1:1 'permissionBoundary' is not a field of an organization policy; did you mean 'permissionsBoundary'?",
    ],
    ["rolePath: irsa", "f:1:11 'irsa' is not a valid role path"],
    ["tags: { aws:x: y }", "begins with aws:"],
    ["forbiddenPolicies: AdministratorAccess", "forbiddenPolicies must be a list"],
  ])("are judged: %s", (text, expected) => {
    const failure = failureOf(() => readOrganizationPolicy({ name: "f", text }));
    expect(failure.kind).toBe("input");
    expect(textOf(failure)).toContain(expected);
  });
});

describe("an ask within them", () => {
  it("is filled in", () => {
    expect(withinOrganization(aDesire(), organization).role).toMatchObject({
      boundary: ownPolicy("edge"),
      prefix: "corp-",
      path: "/irsa/",
      tags: { "cost-centre": "42" },
    });
  });

  it.each([
    ["a longer prefix", { prefix: "corp-team-" }],
    ["a folder below the path", { path: "/irsa/team/" }],
    ["a name with the prefix", { name: "corp-agent" as never }],
    ["the boundary itself", { boundary: ownPolicy("edge") }],
    ["the tag itself", { tags: { "cost-centre": "42" } }],
  ])("may be narrower: %s", (_what, changes) => {
    const desired = aDesire({ role: managed(changes) });
    expect(withinOrganization(desired, organization).role).toMatchObject(changes);
  });

  it("leaves a role alone that exists, and any where there are no rules", () => {
    const desired = aDesire({ role: existing("arn:aws:iam::111122223333:role/theirs") });
    expect(withinOrganization(desired, organization)).toBe(desired);
    expect(withinOrganization(aDesire(), undefined)).toEqual(aDesire());
  });

  it.each([
    [
      "another boundary",
      managed({ boundary: ownPolicy("other") }),
      "it must be arn:aws:iam::111122223333:policy/edge",
    ],
    ["another prefix", managed({ prefix: "mine-" }), "'mine-'; it must begin with 'corp-'"],
    ["a name without the prefix", managed({ name: "agent" as never }), "'agent'; it must begin with 'corp-'"],
    ["another path", managed({ path: "/" }), "'/'; it must be /irsa/ or below it"],
    [
      "another value of a tag, whatever its case",
      managed({ tags: { "Cost-Centre": "1" } }),
      "Cost-Centre=1; it must be cost-centre=42",
    ],
    [
      "a forbidden policy, by its name",
      managed({ policies: [awsPolicy("AmazonS3FullAccess")] }),
      "AmazonS3FullAccess is forbidden (*FullAccess)",
    ],
    [
      "a forbidden policy, by its ARN",
      managed({ policies: [awsPolicy("job-function/ViewOnlyAccess")] }),
      "ViewOnlyAccess is forbidden",
    ],
  ])("is refused with %s", (_what, role, expected) => {
    const failure = failureOf(() => withinOrganization(aDesire({ role }), organization));
    expect(failure).toMatchObject({ kind: "refused", code: "organization" });
    expect(textOf(failure)).toContain(expected);
    expect(textOf(failure)).toContain("/repo/.irsa.yaml");
  });

  it("is refused with all that goes against them together", () => {
    const role = managed({ prefix: "x-", path: "/", policies: [awsPolicy("AmazonS3FullAccess")] });
    const { message } = failureOf(() => withinOrganization(aDesire({ role }), organization));
    expect(message.split("; it must")).toHaveLength(3);
    expect(message).toContain("AmazonS3FullAccess is forbidden");
  });
});

describe("a change of a role that is there", () => {
  const update = (changes: Partial<DesiredUpdate>): DesiredUpdate => ({
    serviceAccount: aServiceAccount("a/b"),
    policies: { kind: "some", add: [], remove: [] },
    setTags: {},
    unsetTags: [],
    setLabels: {},
    unsetLabels: [],
    allowAdministrator: false,
    ...changes,
  });

  it.each<[string, Partial<DesiredUpdate>, string]>([
    [
      "takes no boundary off",
      { boundary: { remove: fromOperator(true) } },
      "must remain arn:aws:iam::111122223333:policy/edge",
    ],
    ["takes no tag off", { unsetTags: ["Cost-Centre"] }, "cost-centre must remain"],
    [
      "attaches nothing that is forbidden",
      { policies: { kind: "exactly", policies: [awsPolicy("AmazonS3FullAccess")] } },
      "is forbidden",
    ],
  ])("%s", (_what, changes, expected) => {
    expect(textOf(failureOf(() => checkWithinOrganization(update(changes), organization)))).toContain(
      expected,
    );
  });

  it("may do all else", () => {
    const right = update({ boundary: { set: ownPolicy("edge") }, setTags: { team: "a" } });
    expect(() => checkWithinOrganization(right, organization)).not.toThrow();
  });
});
