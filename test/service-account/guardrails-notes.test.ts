import { expect, it } from "vitest";
import { known, unknown } from "../../src/model/known.ts";
import { Failure } from "../../src/model/failure.ts";
import { fromOperator } from "../../src/model/source.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { checkPermissions } from "../../src/service-account/role/guardrails.ts";
import type { ObservedPolicy } from "../../src/service-account/create/observed.ts";
import { ownPolicy } from "../fakes/values.ts";

const arn = ownPolicy("edge");
const DENIED = unknown(new Failure("denied", "access-denied", "not permitted: iam:GetPolicy"));
const notesOf = (policy: ObservedPolicy) =>
  checkPermissions({ policies: [arn], allowAdministrator: false }, [policy]);

it("a policy that can't be read is told to be unread, and a boundary as one", () => {
  const policy = notesOf({ arn, found: DENIED });
  expect(policy).toMatchObject([{ level: "warning", code: "policy-unreadable" }]);
  expect(policy[0]?.message).toContain("iam:GetPolicyVersion");
  expect(policy[0]?.message).not.toContain("boundary");
  const boundary = notesOf({ arn, found: DENIED, isBoundary: true });
  expect(boundary).toMatchObject([{ level: "warning", code: "policy-unreadable" }]);
  expect(boundary[0]?.message).toContain("permissions boundary");
  expect(notesOf({ arn, found: known({}) })).toEqual([]);
});

it.each([
  [["<bucket>"], /an unresolved placeholder: .*<bucket>.*Resource/],
  [["<bucket>", "<other>"], /unresolved placeholders: .*<bucket>[^,]*, .*<other>/],
])("placeholders of the inline policy are told with where they are: %j", (names, text) => {
  const inline = fromOperator<PolicyDocument>({
    Version: "2012-10-17",
    Statement: names.map((name) => ({
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${name}/*`,
    })),
  });
  const [note, ...more] = checkPermissions({ policies: [], inline, allowAdministrator: false }, []);
  expect(more).toEqual([]);
  expect(note).toMatchObject({ level: "warning", code: "placeholder" });
  expect(note?.message).toMatch(text);
});
