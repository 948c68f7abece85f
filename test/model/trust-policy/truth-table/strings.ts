import { AUD, ISSUER, PROVIDER, SUB, SUBJECT } from "../fixtures.ts";
import { PAGE, under } from "./case.ts";

/** String and ARN operators, wildcards and case. */
export const strings = [
  under("StringEquals of the very value", PAGE.operators, { StringEquals: { [SUB]: SUBJECT } }, "allow"),
  under(
    "StringEquals minds case",
    PAGE.operators,
    { StringEquals: { [SUB]: SUBJECT.toUpperCase() } },
    "deny",
  ),
  under(
    "StringEquals of a prefix",
    PAGE.operators,
    { StringEquals: { [SUB]: "system:serviceaccount:shop:car" } },
    "deny",
  ),
  under(
    "StringEquals takes * literally",
    PAGE.checks,
    { StringEquals: { [SUB]: "system:serviceaccount:shop:*" } },
    "deny",
  ),
  under(
    "StringEquals takes ? literally",
    PAGE.checks,
    { StringEquals: { [SUB]: "system:serviceaccount:shop:car?" } },
    "deny",
  ),
  under("StringNotEquals of another value", PAGE.operators, { StringNotEquals: { [SUB]: "other" } }, "allow"),
  under("StringNotEquals of the very value", PAGE.operators, { StringNotEquals: { [SUB]: SUBJECT } }, "deny"),
  under(
    "StringEqualsIgnoreCase",
    PAGE.operators,
    { StringEqualsIgnoreCase: { [SUB]: SUBJECT.toUpperCase() } },
    "allow",
  ),
  under(
    "StringEqualsIgnoreCase of another",
    PAGE.operators,
    { StringEqualsIgnoreCase: { [SUB]: "OTHER" } },
    "deny",
  ),
  under(
    "StringNotEqualsIgnoreCase of the value in capitals",
    PAGE.operators,
    { StringNotEqualsIgnoreCase: { [SUB]: SUBJECT.toUpperCase() } },
    "deny",
  ),
  under(
    "StringLike with *",
    PAGE.operators,
    { StringLike: { [SUB]: "system:serviceaccount:shop:*" } },
    "allow",
  ),
  under(
    "StringLike: * crosses the colons",
    PAGE.operators,
    { StringLike: { [SUB]: "system:*cart" } },
    "allow",
  ),
  under("StringLike: * crosses slashes", PAGE.operators, { StringLike: { [AUD]: "https://*/c" } }, "allow", {
    [AUD]: "https://a/b/c",
  }),
  under("StringLike: * may be nothing", PAGE.operators, { StringLike: { [SUB]: `${SUBJECT}*` } }, "allow"),
  under(
    "StringLike: ? is one character",
    PAGE.operators,
    { StringLike: { [SUB]: "system:serviceaccount:shop:car?" } },
    "allow",
  ),
  under(
    "StringLike: ? may be a colon",
    PAGE.operators,
    { StringLike: { [SUB]: "system?serviceaccount?shop?cart" } },
    "allow",
  ),
  under("StringLike: ? is never nothing", PAGE.operators, { StringLike: { [SUB]: `${SUBJECT}?` } }, "deny"),
  under("StringLike minds case", PAGE.operators, { StringLike: { [SUB]: "System:*" } }, "deny"),
  under("StringLike without wildcards", PAGE.operators, { StringLike: { [SUB]: SUBJECT } }, "allow"),
  under(
    "StringLike is the whole value, no part of it",
    PAGE.operators,
    { StringLike: { [SUB]: "shop:c*" } },
    "deny",
  ),
  under(
    "[a-z] is no class of characters",
    PAGE.operators,
    { StringLike: { [SUB]: "system:serviceaccount:shop:[a-z]art" } },
    "deny",
  ),
  under("[ is literal", PAGE.operators, { StringLike: { [AUD]: "[a-z]*" } }, "allow", { [AUD]: "[a-z]x" }),
  under("a backslash is literal", PAGE.operators, { StringLike: { [AUD]: String.raw`\*` } }, "allow", {
    [AUD]: String.raw`\x`,
  }),
  under(". is literal", PAGE.operators, { StringLike: { [AUD]: "stsXamazonaws.com" } }, "deny"),
  under(
    "StringNotLike of another namespace",
    PAGE.operators,
    { StringNotLike: { [SUB]: "system:serviceaccount:kube-system:*" } },
    "allow",
  ),
  under(
    "StringNotLike of this namespace",
    PAGE.operators,
    { StringNotLike: { [SUB]: "system:serviceaccount:shop:*" } },
    "deny",
  ),
  under(
    "condition key names in other case",
    PAGE.condition,
    { StringEquals: { [SUB.toLowerCase()]: SUBJECT, [AUD.toUpperCase()]: "sts.amazonaws.com" } },
    "allow",
  ),
  under(
    "several values, one of which matches",
    PAGE.multipleValues,
    { StringEquals: { [SUB]: ["a", SUBJECT] } },
    "allow",
  ),
  under(
    "several values, none of which matches",
    PAGE.multipleValues,
    { StringEquals: { [SUB]: ["a", "b"] } },
    "deny",
  ),
  under(
    "several negated values, one of which matches",
    PAGE.multipleValues,
    { StringNotEquals: { [SUB]: ["a", SUBJECT] } },
    "deny",
  ),
  under(
    "several negated values, none of which matches",
    PAGE.multipleValues,
    { StringNotEquals: { [SUB]: ["a", "b"] } },
    "allow",
  ),
  under(
    "two keys, one of which does not match",
    PAGE.multipleValues,
    { StringEquals: { [SUB]: SUBJECT, [AUD]: "other" } },
    "deny",
  ),
  under(
    "two operators, one of which does not match",
    PAGE.multipleValues,
    { StringEquals: { [SUB]: SUBJECT }, StringLike: { [AUD]: "x*" } },
    "deny",
  ),
  under("no values at all", PAGE.checks, { StringEquals: { [SUB]: [] } }, "deny"),
  under("an empty Condition block", PAGE.checks, {}, "allow"),
  under(
    "ArnLike by components",
    PAGE.operators,
    { ArnLike: { "aws:SourceArn": "arn:aws:iam::*:oidc-provider/*" } },
    "allow",
    { "aws:SourceArn": PROVIDER },
  ),
  under(
    "ArnEquals takes wildcards as ArnLike does",
    PAGE.operators,
    { ArnEquals: { "aws:SourceArn": "arn:aws:iam::11112222333?:*" } },
    "allow",
    { "aws:SourceArn": PROVIDER },
  ),
  under(
    "ArnLike: * does not leave its component",
    PAGE.operators,
    { ArnLike: { "aws:SourceArn": "arn:aws:someservice:*:111122223333:finance/*" } },
    "deny",
    {
      "aws:SourceArn":
        "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
    },
  ),
  under(
    "StringLike: * does",
    PAGE.operators,
    { StringLike: { "aws:SourceArn": "arn:aws:someservice:*:111122223333:finance/*" } },
    "allow",
    {
      "aws:SourceArn":
        "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
    },
  ),
  under(
    "ArnLike minds case",
    PAGE.operators,
    { ArnLike: { "aws:SourceArn": `arn:aws:IAM::111122223333:oidc-provider/${ISSUER}` } },
    "deny",
    { "aws:SourceArn": PROVIDER },
  ),
  under(
    "ArnNotLike of another",
    PAGE.operators,
    { ArnNotLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
    "allow",
    { "aws:SourceArn": PROVIDER },
  ),
  under("ArnNotEquals of the same", PAGE.operators, { ArnNotEquals: { "aws:SourceArn": PROVIDER } }, "deny", {
    "aws:SourceArn": PROVIDER,
  }),
];
