import { describe, expect, it } from "vitest";
import { createdRole } from "../../src/model/authority.ts";
import { effectOfAll } from "../../src/model/change-facts.ts";
import type { Change } from "../../src/model/change.ts";
import { prerequisites } from "../../src/model/order.ts";
import { countTargets } from "../../src/model/plan.ts";
import { aServiceAccount, CLOUDWATCH, INLINE, ownRole, S3_READ } from "../fakes/values.ts";

const role = createdRole({ arn: ownRole("agent") });
const serviceAccount = aServiceAccount("monitoring/agent");
const observed = "digest";

const edit: Change = { kind: "edit-role", arn: role, observed };
const attach: Change = { kind: "attach-policy", role, policy: S3_READ };
const detach: Change = { kind: "detach-policy", role, policy: CLOUDWATCH };
const put: Change = { kind: "put-inline-policy", role, name: "irsa", after: INLINE, observed };
const drop: Change = { kind: "delete-inline-policy", role, name: "irsa" };
const leave: Change = { kind: "leave-instance-profile", role, profile: "nodes" };
const gone: Change = { kind: "delete-role", arn: role, observed };
const goneServiceAccount: Change = {
  kind: "delete-service-account",
  role,
  serviceAccount,
  observed,
  resourceVersion: "7",
};
const editServiceAccount: Change = {
  kind: "edit-service-account",
  role,
  serviceAccount,
  setLabels: {},
  setAnnotations: {},
  before: { labels: {}, annotations: {} },
  observed,
  resourceVersion: "7",
};
const namespace: Change = { kind: "create-namespace", role, namespace: serviceAccount.namespace };
const otherNamespace: Change = {
  kind: "create-namespace",
  role,
  namespace: aServiceAccount("web/agent").namespace,
};
const newServiceAccount: Change = {
  kind: "create-service-account",
  role,
  serviceAccount,
  labels: {},
  annotations: {},
};
const provider = "arn:aws:iam::111122223333:oidc-provider/host/id" as never;
const goneProvider: Change = { kind: "delete-provider", arn: provider, observed };
const other = createdRole({ arn: ownRole("other") });
const otherAccount: Change = {
  ...goneServiceAccount,
  serviceAccount: aServiceAccount("web/agent"),
  role: other,
};
const goneOther: Change = { kind: "delete-role", arn: other, observed };
const elsewhere: Change = { kind: "detach-policy", role: other, policy: CLOUDWATCH };

const stack = { name: "eksctl-agent", id: "arn:aws:cloudformation:::stack/eksctl-agent/1" };
const retain: Change = {
  kind: "retain-stack",
  stack,
  role,
  resources: [],
  template: "",
  parameters: [],
  capabilities: [],
  observed,
};
const goneStack: Change = {
  kind: "delete-stack",
  stack,
  role,
  resources: [],
  isProtected: false,
  before: "",
};
const confirm: Change = { kind: "confirm-release", role, before: "" };

/** For each change, the places of those that it waits for. */
function waits(...changes: readonly Change[]): number[][] {
  return prerequisites(changes);
}

describe("what waits for what", () => {
  it.each<readonly [string, readonly Change[], readonly number[][]]>([
    [
      "a role is taken down from the ServiceAccount inwards",
      [goneServiceAccount, detach, drop, leave, gone],
      [[], [0], [0], [0], [0, 1, 2, 3]],
    ],
    [
      "a stack goes after the marks of role and ServiceAccount, and the role is looked at last",
      [edit, editServiceAccount, retain, goneStack, confirm],
      [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]],
    ],
    [
      "stacks of several ServiceAccounts go side by side",
      [goneStack, { ...goneStack, stack: { name: "x", id: "x" }, role: other }],
      [[], []],
    ],
    ["what hangs on a role goes side by side", [detach, drop, leave], [[], [], []]],
    [
      "marks stand before what they mark and fall after it",
      [edit, attach, detach, edit],
      [[], [0], [0, 1], [0, 1, 2]],
    ],
    ["what is given first is given first", [attach, put, detach, drop], [[], [], [0, 1], [0, 1]]],
    ["what is taken first is taken first", [detach, attach], [[], [0]]],
    ["roles do not wait for each other", [edit, elsewhere, gone], [[], [], [0]]],
    [
      "a ServiceAccount waits for its namespace alone",
      [otherNamespace, namespace, newServiceAccount],
      [[], [], [1]],
    ],
    [
      "a ServiceAccount that is annotated waits for IAM",
      [edit, attach, editServiceAccount],
      [[], [0], [0, 1]],
    ],
    [
      "a new ServiceAccount waits for its role and its namespace, not for what the role is given",
      [edit, attach, put, namespace, newServiceAccount],
      [[], [0], [0], [], [0, 3]],
    ],
    [
      "a new ServiceAccount waits for what is taken from its role",
      [edit, detach, drop, newServiceAccount],
      [[], [0], [0], [0, 1, 2]],
    ],
    ["accounts do not wait for each other's roles", [edit, otherAccount, goneOther], [[], [], [1]]],
    ["a provider goes when the roles are done", [edit, detach, goneProvider], [[], [0], [0, 1]]],
  ])("%s", (_name, changes, expected) => {
    expect(waits(...changes)).toEqual(expected);
  });
});

it("counts what is made, changed and removed by thing, whatever is attached to it", () => {
  expect(countTargets([goneServiceAccount, detach, drop, gone, elsewhere, namespace])).toEqual({
    create: 1,
    change: 1,
    remove: 2,
  });
  expect(effectOfAll([detach, edit])).toBe("change");
});
