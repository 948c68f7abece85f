import { describe, expect, it } from "vitest";
import { readTargets } from "../../src/config/targets.ts";
import { isFailure } from "../../src/model/failure.ts";
import { selectsCluster } from "../../src/model/target.ts";

const read = (text: string) => readTargets({ name: "accounts.yml", text });

/** The example of c7n-org's documentation, in our words. */
const C7N = `
vars: { owner: platform }
accounts:
- account_id: '123123123123'
  name: account-1
  email: root@example.com
  org_id: o-1
  regions: [us-east-1, us-west-2]
  role: arn:aws:iam::123123123123:role/Custodian
  external_id: 3f9c-42
  vars: { charge_code: xyz }
  tags: ["type:prod", "scope:pci"]
- account_id: 111122223333
  role: [arn:aws:iam::444455556666:role/hub, arn:aws:iam::111122223333:role/path/Audit]
- account_id: "444455556666"
  profile: data
`;

describe("a targets file", () => {
  it("is c7n-org's accounts file as it is", () => {
    expect(read(C7N)).toEqual([
      {
        name: "account-1",
        awsAccount: "123123123123",
        access: { roles: ["arn:aws:iam::123123123123:role/Custodian"], externalId: "3f9c-42" },
        regions: ["us-east-1", "us-west-2"],
        clusters: {},
      },
      {
        name: "111122223333",
        awsAccount: "111122223333",
        access: {
          roles: ["arn:aws:iam::444455556666:role/hub", "arn:aws:iam::111122223333:role/path/Audit"],
        },
        regions: [],
        clusters: {},
      },
      {
        name: "444455556666",
        awsAccount: "444455556666",
        access: { roles: [], profile: "data" },
        regions: [],
        clusters: {},
      },
    ]);
  });

  it.each([
    ["clusters: [blue, green]", { names: ["blue", "green"] }],
    ["clusters: { names: [blue], tags: { env: prod } }", { names: ["blue"], tags: { env: "prod" } }],
    ["clusters: { tags: { __proto__: x, env: prod } }", { tags: { ["__proto__"]: "x", env: "prod" } }],
  ])("has, beyond that, clusters: %s", (line, clusters) => {
    const [target] = read(`accounts:\n- account_id: "111122223333"\n  profile: a\n  ${line}\n`);
    expect(target?.clusters).toEqual(clusters);
  });

  it.each([
    ["", "is empty; it needs a list 'accounts'"],
    ["accounts: []", "has no accounts"],
    ["subscriptions: []", "is not a field of a targets file; it has vars, accounts"],
    ["accounts: [{ name: a, profile: p }]", "accounts[0].account_id must be set"],
    ["accounts: [{ account_id: '12', profile: p }]", "'12' is not a valid AWS account ID"],
    ["accounts: [{ account_id: 012312312312, profile: p }]", "account_id must be a string; write"],
    ["accounts: [{ account_id: '111122223333' }]", "must have a role or a profile"],
    [
      "accounts: [{ account_id: '111122223333', role: 'arn:aws:iam::444455556666:role/a' }]",
      "'arn:aws:iam::444455556666:role/a' is not a role of AWS account 111122223333",
    ],
    ["accounts: [{ account_id: '111122223333', role: audit }]", "'audit' is not a valid role ARN"],
    ["accounts: [{ account_id: '111122223333', profile: p, regions: [all] }]", "'all' is not supported"],
    [
      "accounts: [{ account_id: '111122223333', profile: p, regions: ['a/b'] }]",
      "'a/b' is not a valid AWS region",
    ],
    ["accounts: [{ account_id: '111122223333', profile: p, clusters: [a b] }]", "'a b' is not a valid EKS"],
    ["accounts: [{ account_id: '111122223333', profile: p, clusters: all }]", "clusters must be a mapping"],
    ["accounts: [{ account_id: '111122223333', profile: p, clusters: { tag: {} } }]", "did you mean 'tags'?"],
    ["{a: 1}\n---\n{b: 2}", "is a second document"],
  ])("is refused with what is wrong: %s", (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });

  it.each(["0123456789", "no spaces", `"'"`, "[secret-in-a-list]", "{ k: secret-in-a-map }", "'semi;colon'"])(
    "does not quote an external ID that is wrong: %s",
    (value) => {
      const told = problemsOf(
        `accounts: [{ account_id: '111122223333', profile: p, external_id: ${value} }]`,
      );
      expect(told).toContain("external_id must be a string of 2 to 1,224");
      for (const part of ["0123456789", "no spaces", "secret", "semi"]) expect(told).not.toContain(part);
    },
  );
});

function problemsOf(text: string): string {
  try {
    read(text);
    return "";
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [error.message, ...(error.detail.facts ?? []).flat(2)].join("\n");
  }
}

describe("a selector of clusters", () => {
  const cluster = { name: "blue", tags: { env: "prod", team: "a" } };
  it.each([
    [{}, true],
    [{ names: ["blue"] }, true],
    [{ names: ["green"] }, false],
    [{ names: [] }, false],
    [{ tags: { env: "prod" } }, true],
    [{ tags: { env: "prod", team: "b" } }, false],
    [{ tags: { toString: "x" } }, false],
    [{ names: ["blue"], tags: { team: "a" } }, true],
  ])("%j selects it: %s", (selector, selected) => {
    expect(selectsCluster(selector, cluster)).toBe(selected);
  });

  it("takes no cluster without tags for one that has them", () => {
    expect(selectsCluster({ tags: { env: "prod" } }, { name: "blue" })).toBe(false);
  });
});
