import type { Statement } from "../../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../../src/model/trust-policy/grant.ts";
import { advised, type BreaksByCode, type PodIdentityBreak } from "./break.ts";
import { BOTH_ACTIONS, type WhichRole } from "./roles.ts";
import type { PodIdentityShop } from "./shop.ts";

const EC2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

/** The trust policy that a role should have, with conditions and actions as given. */
function trusting(
  which: WhichRole,
  conditions?: Readonly<Record<string, string>>,
  actions?: readonly string[],
): PodIdentityBreak["breaks"] {
  return ({ roles }) => roles.trust(which, roles.trustOf(which, conditions, actions));
}

/** The trust policy as it should be, by its owner. */
function restoring(which: WhichRole): PodIdentityBreak["breaks"] {
  return ({ roles }) => roles.trust(which);
}

function denying(Action: string): PodIdentityBreak["breaks"] {
  return async ({ roles }) => {
    const { Statement } = roles.trustOf("first");
    await roles.trust(
      "first",
      trustPolicy([Statement, { Effect: "Deny", Principal: "*", Action }].flat() as readonly Statement[]),
    );
  };
}

const allowTarget = ({ roles }: PodIdentityShop): Promise<void> =>
  roles.allow("first", { Effect: "Allow", Action: BOTH_ACTIONS, Resource: roles.target });

/** Of both roles and their trust policies, seen from IAM. */
export const ROLE_BREAKS: BreaksByCode<
  | "associated-role-missing"
  | "pods-not-trusted"
  | "tag-session-missing"
  | "pods-condition-unmet"
  | "pods-denied"
  | "target-role-missing"
  | "target-role-refuses"
  | "target-tag-session-missing"
  | "target-external-id"
  | "target-role-not-allowed"
> = {
  "associated-role-missing": [
    {
      name: "the role was deleted",
      breaks: ({ roles }) => roles.remove("first"),
      fix: advised(/create the role again/i, ({ roles }) => roles.create("first")),
    },
  ],
  "pods-not-trusted": [
    {
      name: "the role trusts EC2",
      breaks: ({ roles }) => roles.trust("first", trustPolicy([EC2])),
      fix: "command",
    },
    {
      name: "TagSession alone",
      breaks: trusting("first", {}, ["sts:TagSession"]),
      fix: "command",
    },
  ],
  "tag-session-missing": [
    {
      name: "AssumeRole alone",
      breaks: trusting("first", {}, ["sts:AssumeRole"]),
      fix: "command",
    },
  ],
  "pods-condition-unmet": [
    {
      name: "another AWS account",
      breaks: trusting("first", { "aws:SourceAccount": "999999999999" }),
      fix: "command",
    },
    {
      name: "another namespace",
      breaks: trusting("first", { "aws:RequestTag/kubernetes-namespace": "shopping" }),
      fix: "command",
    },
    {
      name: "a request tag that the association leaves out",
      opens: { association: { disableSessionTags: true } },
      breaks: trusting("first", { "aws:RequestTag/kubernetes-service-account": "cart" }),
      fix: "command",
    },
  ],
  "pods-denied": [
    {
      name: "a Deny of the tags",
      breaks: denying("sts:TagSession"),
      fix: advised(/change that statement/, restoring("first")),
    },
    {
      name: "a Deny of AssumeRole",
      breaks: denying("sts:AssumeRole"),
      fix: advised(/change that statement/, restoring("first")),
    },
  ],
  "target-role-missing": [
    {
      name: "the target role was deleted",
      opens: { target: {} },
      breaks: ({ roles }) => roles.remove("target"),
      fix: advised(/create this one again/, ({ roles }) => roles.create("target")),
    },
  ],
  "target-role-refuses": [
    {
      name: "the target role trusts another role",
      opens: { target: {} },
      breaks: ({ roles }) =>
        roles.trust(
          "target",
          trustPolicy([
            { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: BOTH_ACTIONS },
          ]),
        ),
      fix: advised(/allow sts:AssumeRole to role/, restoring("target")),
    },
    {
      name: "the target role trusts another cluster's sessions",
      opens: { target: {} },
      breaks: trusting("target", { "aws:PrincipalTag/eks-cluster-name": "another" }),
      fix: advised(/allow sts:AssumeRole to role/, restoring("target")),
    },
  ],
  "target-tag-session-missing": [
    {
      name: "the target role trusts without tags",
      opens: { target: {} },
      breaks: trusting("target", {}, ["sts:AssumeRole"]),
      fix: advised(/allow sts:TagSession to role/, restoring("target")),
    },
  ],
  "target-external-id": [
    {
      name: "the external ID of an association before",
      opens: { target: {}, association: { disableSessionTags: true } },
      breaks: trusting("target", { "sts:ExternalId": "before" }),
      fix: advised(/require the association's external ID/, async ({ roles, association }) => {
        const { externalId = "" } = await association();
        await roles.trust("target", roles.trustOf("target", { "sts:ExternalId": externalId }));
      }),
    },
  ],
  "target-role-not-allowed": [
    {
      name: "the target role leaves it to the AWS account",
      opens: { target: {} },
      breaks: ({ roles, world }) =>
        roles.trust(
          "target",
          trustPolicy([
            {
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${world.aws.awsAccount}:root` },
              Action: BOTH_ACTIONS,
            },
          ]),
        ),
      fix: advised(/sts:AssumeRole and sts:TagSession on role .* in a policy of its own/, allowTarget),
    },
    {
      name: "a Deny in the role's own policy",
      opens: { target: {} },
      breaks: ({ roles }) =>
        roles.allow("first", { Effect: "Deny", Action: "sts:TagSession", Resource: "*" }),
      fix: advised(/in a policy of its own/, allowTarget),
    },
  ],
};
