import { PAGE, under } from "./case.ts";

const REGION = { "aws:RequestedRegion": "eu-west-1" };
const AGE = "aws:MultiFactorAuthAge";
const NOW = "aws:CurrentTime";
const IP = "aws:SourceIp";

/** Numeric, date, Boolean, binary and address operators. */
export const scalars = [
  under(
    "NumericEquals, another way of writing",
    PAGE.operators,
    { NumericEquals: { [AGE]: "10.0" } },
    "allow",
    { [AGE]: "10" },
  ),
  under("NumericEquals of a JSON number", PAGE.grammar, { NumericEquals: { [AGE]: 10 } }, "allow", {
    [AGE]: "10",
  }),
  under("NumericNotEquals", PAGE.operators, { NumericNotEquals: { [AGE]: "10" } }, "deny", { [AGE]: "10" }),
  under("NumericLessThan of the same", PAGE.operators, { NumericLessThan: { [AGE]: "10" } }, "deny", {
    [AGE]: "10",
  }),
  under(
    "NumericLessThan by number, not by text",
    PAGE.operators,
    { NumericLessThan: { [AGE]: "10" } },
    "allow",
    { [AGE]: "9" },
  ),
  under(
    "NumericLessThanEquals of the same",
    PAGE.operators,
    { NumericLessThanEquals: { [AGE]: "10" } },
    "allow",
    { [AGE]: "10" },
  ),
  under("NumericGreaterThan of the same", PAGE.operators, { NumericGreaterThan: { [AGE]: "10" } }, "deny", {
    [AGE]: "10",
  }),
  under("NumericGreaterThan of less", PAGE.operators, { NumericGreaterThan: { [AGE]: "9.5" } }, "allow", {
    [AGE]: "10",
  }),
  under(
    "NumericGreaterThanEquals of the same",
    PAGE.operators,
    { NumericGreaterThanEquals: { [AGE]: "10" } },
    "allow",
    { [AGE]: "10" },
  ),
  under(
    "DateEquals, ISO 8601 against epoch seconds",
    PAGE.operators,
    { DateEquals: { [NOW]: "1577836801" } },
    "allow",
    { [NOW]: "2020-01-01T00:00:01Z" },
  ),
  under(
    "DateNotEquals of another time zone's same moment",
    PAGE.operators,
    { DateNotEquals: { [NOW]: "2020-01-01T01:00:01+01:00" } },
    "deny",
    { [NOW]: "2020-01-01T00:00:01Z" },
  ),
  under("DateLessThan", PAGE.operators, { DateLessThan: { [NOW]: "2020-01-02" } }, "allow", {
    [NOW]: "2020-01-01T23:59:59Z",
  }),
  under(
    "DateLessThan of the same",
    PAGE.operators,
    { DateLessThan: { [NOW]: "2020-01-02T00:00:00Z" } },
    "deny",
    { [NOW]: "2020-01-02T00:00:00Z" },
  ),
  under(
    "DateLessThanEquals of the same",
    PAGE.operators,
    { DateLessThanEquals: { [NOW]: "2020-01-02" } },
    "allow",
    { [NOW]: "2020-01-02T00:00Z" },
  ),
  under("DateGreaterThan", PAGE.operators, { DateGreaterThan: { [NOW]: "2020-01-01T00:00:01Z" } }, "allow", {
    [NOW]: "2020-01-01T00:00:01.5Z",
  }),
  under(
    "DateGreaterThanEquals of an earlier time",
    PAGE.operators,
    { DateGreaterThanEquals: { [NOW]: "2021" } },
    "deny",
    { [NOW]: "2020-12-31T23:59:59Z" },
  ),
  under(
    "a date window in the future, time unknown",
    PAGE.globalKeys,
    { DateGreaterThan: { [NOW]: "2020-01-01" } },
    [NOW],
  ),
  under("Bool", PAGE.operators, { Bool: { "aws:SecureTransport": "true" } }, "allow"),
  under("Bool as JSON Boolean", PAGE.grammar, { Bool: { "aws:SecureTransport": true } }, "allow"),
  under(
    "Bool as JSON Boolean, the other one",
    PAGE.grammar,
    { Bool: { "aws:SecureTransport": false } },
    "deny",
  ),
  under("Bool of an absent key", PAGE.operators, { Bool: { "aws:MultiFactorAuthPresent": "true" } }, "deny"),
  under(
    "BoolIfExists of an absent key",
    PAGE.operators,
    { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
    "allow",
  ),
  under(
    "BinaryEquals",
    PAGE.operators,
    { BinaryEquals: { "sts:Thing": "QmluYXJ5VmFsdWVJbkJhc2U2NA==" } },
    "allow",
    { "sts:Thing": "QmluYXJ5VmFsdWVJbkJhc2U2NA==" },
  ),
  under("BinaryEquals of other bytes", PAGE.operators, { BinaryEquals: { "sts:Thing": "QUJD" } }, "deny", {
    "sts:Thing": "QUJE",
  }),
  under("IpAddress in the range", PAGE.operators, { IpAddress: { [IP]: "203.0.113.0/24" } }, "allow", {
    [IP]: "203.0.113.255",
  }),
  under("IpAddress outside the range", PAGE.operators, { IpAddress: { [IP]: "203.0.113.0/24" } }, "deny", {
    [IP]: "203.0.114.0",
  }),
  under(
    "IpAddress without a prefix is one address",
    PAGE.operators,
    { IpAddress: { [IP]: "203.0.113.7" } },
    "deny",
    { [IP]: "203.0.113.8" },
  ),
  under(
    "IpAddress of IPv6, written differently",
    PAGE.operators,
    { IpAddress: { [IP]: ["203.0.113.0/24", "2001:DB8:1234:5678::/64"] } },
    "allow",
    { [IP]: "2001:db8:1234:5678:0:0:0:1" },
  ),
  under(
    "NotIpAddress in one of the ranges",
    PAGE.operators,
    { NotIpAddress: { [IP]: ["10.0.0.0/8", "203.0.113.0/24"] } },
    "deny",
    { [IP]: "10.1.2.3" },
  ),
  under(
    "NotIpAddress outside the ranges",
    PAGE.operators,
    { NotIpAddress: { [IP]: "10.0.0.0/8" } },
    "allow",
    { [IP]: "11.0.0.1" },
  ),
  under("IpAddress, address unknown", PAGE.globalKeys, { IpAddress: { [IP]: "203.0.113.0/24" } }, [IP]),
  under(
    "through a VPC endpoint there is no SourceIp",
    PAGE.globalKeys,
    { IpAddress: { [IP]: "203.0.113.0/24" } },
    "deny",
    { [IP]: [] },
  ),
  under(
    "RequestedRegion unknown",
    PAGE.globalKeys,
    { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
    ["aws:RequestedRegion"],
  ),
  under(
    "RequestedRegion known",
    PAGE.globalKeys,
    { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
    "allow",
    REGION,
  ),
  under(
    "RequestedRegion known to be another",
    PAGE.globalKeys,
    { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
    "deny",
    REGION,
  ),
  under("IpAddress of the other family", PAGE.operators, { IpAddress: { [IP]: "0.0.0.0/0" } }, "deny", {
    [IP]: "2001:db8::1",
  }),
  under(
    "a pod's call comes through no service",
    PAGE.globalKeys,
    { Bool: { "aws:ViaAWSService": "false" } },
    "allow",
  ),
];
