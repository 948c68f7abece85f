import type { Row } from "./row.ts";

/** Problems of the role that EKS assumes with an association's own. */
export const TARGET_ROLE_ROWS = {
  "target-role-missing": {
    row: "P10",
    link: "target-role",
    title: "the association's target role does not exist",
    cause: "The role was deleted, or recreated with another path.",
    evidence: "`iam:GetRole` does not find the target role, or returns another ARN.",
    fix: "Set another target role on the association, or create this one again.",
  },
  "target-role-refuses": {
    row: "P11",
    link: "target-role",
    title: "the target role's trust policy does not allow the association's role",
    cause:
      "The trust policy names another role or AWS account, or has a condition that EKS's request does not meet.",
    evidence: "The target role's trust policy does not allow `sts:AssumeRole` to the association's role.",
    fix: "Allow the association's role in the target role's trust policy, as the owner of the target role.",
  },
  "target-tag-session-missing": {
    row: "P12",
    link: "target-role",
    title: "the target role's trust policy does not allow sts:TagSession",
    cause: "The session tags are passed on to the target role, unless the association disables them.",
    evidence:
      "The target role's trust policy allows the association's role `sts:AssumeRole`, but not `sts:TagSession`.",
    fix: "Add `sts:TagSession` to the statement, or disable session tags on the association.",
  },
  "target-external-id": {
    row: "P13",
    link: "target-role",
    title: "the target role's trust policy requires another external ID",
    cause:
      "EKS passes the association's own external ID, which is read-only and changes when the association is recreated.",
    evidence: "The value of `sts:ExternalId` in the trust policy is not the association's external ID.",
    fix: "Require the association's external ID (`aws eks describe-pod-identity-association`) in the target role's trust policy.",
  },
  "target-role-not-allowed": {
    row: "P24",
    link: "target-role",
    title: "the association's role may not assume the target role",
    cause:
      "Its own policies don't allow it, a Deny in them or its permissions boundary is in the way, or the target role is in another AWS account, where being trusted is not enough.",
    evidence:
      "The policies of the association's role, evaluated for `sts:AssumeRole` and `sts:TagSession` on the target role.",
    fix: "Allow the association's role `sts:AssumeRole` and `sts:TagSession` on the target role in a policy of its own.",
  },
} as const satisfies Readonly<Record<string, Row>>;
