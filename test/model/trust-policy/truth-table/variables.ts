import { allow, AUD, AUDIENCE, ISSUER, PROVIDER, SUB, SUBJECT } from "../fixtures.ts";
import { given, PAGE, under } from "./case.ts";

const NAME = "sts:RoleSessionName";

/** Policy variables. */
export const variables = [
  under(
    "a variable takes the key's value",
    PAGE.variables,
    { StringEquals: { [NAME]: `\${${SUB}}` } },
    "allow",
    { [NAME]: SUBJECT },
  ),
  under("a variable within text", PAGE.variables, { StringLike: { [NAME]: `*-\${${AUD}}` } }, "allow", {
    [NAME]: `x-${AUDIENCE}`,
  }),
  under(
    "the variable's key is not case-sensitive",
    PAGE.variables,
    { StringEquals: { [NAME]: `\${${SUB.toUpperCase()}}` } },
    "allow",
    { [NAME]: SUBJECT },
  ),
  under("a variable that differs", PAGE.variables, { StringEquals: { [NAME]: `\${${SUB}}` } }, "deny", {
    [NAME]: "x",
  }),
  under(
    "a variable without value does not match",
    PAGE.variables,
    { StringLike: { [SUB]: "*${aws:username}" } },
    "deny",
  ),
  under(
    "a variable without value matches a negated operator",
    PAGE.variables,
    { StringNotEquals: { [SUB]: "${aws:username}" } },
    "allow",
  ),
  under(
    "a default value",
    PAGE.variables,
    { StringEquals: { [SUB]: `\${aws:PrincipalTag/team, '${SUBJECT}'}` } },
    "allow",
  ),
  under(
    "a default value is not used where there is a value",
    PAGE.variables,
    { StringEquals: { [SUB]: `\${aws:PrincipalTag/team, '${SUBJECT}'}` } },
    "deny",
    { "aws:PrincipalTag/team": "x" },
  ),
  under("an unknown variable", PAGE.variables, { StringEquals: { [SUB]: "${aws:userid}" } }, ["aws:userid"]),
  under(
    "an unknown variable beside a value that matches",
    PAGE.variables,
    { StringEquals: { [SUB]: ["${aws:userid}", SUBJECT] } },
    "allow",
  ),
  under("${*} is an asterisk", PAGE.variables, { StringLike: { [NAME]: "a${*}" } }, "allow", {
    [NAME]: "a*",
  }),
  under("${*} is no wildcard", PAGE.variables, { StringLike: { [NAME]: "a${*}" } }, "deny", { [NAME]: "ab" }),
  under("${?} is a question mark", PAGE.variables, { StringLike: { [NAME]: "a${?}" } }, "deny", {
    [NAME]: "ab",
  }),
  under("${$} is a dollar", PAGE.variables, { StringEquals: { [NAME]: "${$}{x}" } }, "allow", {
    [NAME]: "${x}",
  }),
  under(
    "no variables under Bool",
    PAGE.checks,
    { Bool: { "aws:SecureTransport": "${aws:SecureTransport}" } },
    "deny",
  ),
  under(
    "variables under ArnLike",
    PAGE.variables,
    { ArnLike: { "aws:SourceArn": `arn:aws:x:::\${${AUD}}` } },
    "allow",
    { "aws:SourceArn": `arn:aws:x:::${AUDIENCE}` },
  ),
  given(
    "without Version a variable is text",
    PAGE.version,
    { Statement: allow({ StringEquals: { [SUB]: `\${${SUB}}` } }) },
    "deny",
  ),
  given(
    "in Version 2008-10-17 too",
    PAGE.version,
    { Version: "2008-10-17", Statement: allow({ StringEquals: { [NAME]: "${x}" } }) },
    "allow",
    { facts: { [NAME]: "${x}" } },
  ),
  given(
    "in Version 2012-10-17 it is none",
    PAGE.version,
    { Version: "2012-10-17", Statement: allow({ StringEquals: { [AUD]: `\${${ISSUER}:aud}` } }) },
    "allow",
  ),
  under(
    "a variable whose key has several values",
    PAGE.variables,
    { StringEquals: { [NAME]: `\${${AUD}}` } },
    [AUD],
    { [NAME]: "a", [AUD]: ["a", "b"] },
  ),
  under(
    "a variable that is a whole ARN",
    PAGE.variables,
    { ArnEquals: { "aws:SourceArn": "${aws:PrincipalArn}" } },
    "allow",
    { "aws:SourceArn": PROVIDER, "aws:PrincipalArn": PROVIDER },
  ),
  under(
    "a variable among other values",
    PAGE.variables,
    { StringEquals: { [NAME]: ["x", `\${${SUB}}`] } },
    "allow",
    { [NAME]: SUBJECT },
  ),
  under(
    "a variable among other values of a negated operator",
    PAGE.variables,
    { StringNotEquals: { [NAME]: ["x", `\${${SUB}}`] } },
    "deny",
    { [NAME]: SUBJECT },
  ),
  under(
    "a default value without a blank before it, and with one after it",
    PAGE.variables,
    { StringEquals: { [SUB]: `\${aws:PrincipalTag/team,'${SUBJECT}' }` } },
    "allow",
  ),
  under(
    "a default value after two blanks",
    PAGE.variables,
    { StringEquals: { [SUB]: `\${aws:PrincipalTag/team,  '${SUBJECT}'}` } },
    "allow",
  ),
  under(
    "what goes on after a default value makes it no variable",
    PAGE.variables,
    { StringEquals: { [SUB]: `\${aws:PrincipalTag/team, '${SUBJECT}'x}` } },
    "deny",
  ),
];
