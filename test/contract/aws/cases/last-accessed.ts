import { expect } from "vitest";
import { createRole, motoLacks, noSuchEntity, refused, type Case } from "../case.ts";

const UNKNOWN = "00000000-0000-0000-0000-000000000000";

/** The reports of what a role used. */
export const LAST_ACCESSED_CASES: readonly Case[] = [
  {
    name: "a report of what a role used is made for roles that exist",
    source: "IAM API Reference, GenerateServiceLastAccessedDetails",
    steps: [
      createRole(),
      ...motoLacks("GenerateServiceLastAccessedDetails", [
        {
          call: "iam:GenerateServiceLastAccessedDetails",
          input: { Arn: "arn:aws:iam::{account}:role/app", Granularity: "ACTION_LEVEL" },
          answer: { JobId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        },
        {
          call: "iam:GenerateServiceLastAccessedDetails",
          input: { Arn: "arn:aws:iam::{account}:role/none" },
          ...noSuchEntity(expect.any(String)),
        },
        {
          call: "iam:GenerateServiceLastAccessedDetails",
          input: { Arn: "arn:aws:s3:::bucket-of-someone" },
          ...refused(400, "InvalidInputException", expect.any(String)),
        },
      ]),
    ],
  },
  {
    name: "a report that was not asked for does not exist",
    source: "IAM API Reference, GetServiceLastAccessedDetails",
    steps: motoLacks("GetServiceLastAccessedDetails", [
      {
        call: "iam:GetServiceLastAccessedDetails",
        input: { JobId: UNKNOWN },
        ...noSuchEntity(expect.any(String)),
      },
    ]),
  },
];
