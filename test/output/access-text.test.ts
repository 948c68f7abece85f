import { describe, expect, it } from "vitest";
import type { WhatCan, WhoCan } from "../../src/model/access-answers.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import { whatCanLines as whatCanLinesOf } from "../../src/output/access-text.ts";
import { whoCanLines as whoCanLinesOf } from "../../src/output/who-can-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";

const whatCanLines = shownLines(whatCanLinesOf);
const whoCanLines = shownLines(whoCanLinesOf);

const ROLE = {
  role: "arn:aws:iam::111122223333:role/orders" as RoleArn,
  annotated: false,
  via: "irsa",
  verdict: "allow",
  unknownKeys: [],
  statements: [{ index: 0 }],
} as const;
const NOT_READ = [{ what: "roles", message: "permission denied" }] as unknown as WhatCan["notRead"];
const ABSENT = "This ServiceAccount does not exist";

describe("what a ServiceAccount can become", () => {
  it.each<[string, Partial<WhatCan>, string]>([
    ["nothing", { exists: true }, "  It can't assume any role."],
    [
      "nothing that could be read",
      { exists: true, notRead: NOT_READ },
      "  No role was found that it can assume.",
    ],
    ["nothing, for it is not there", { exists: false }, `  ${ABSENT}, and no role would allow it.`],
    [
      "nothing that could be read, for it is not there",
      { exists: false, notRead: NOT_READ },
      `  ${ABSENT}, and no role was found that would allow it.`,
    ],
    [
      "what whoever makes it can become",
      { exists: false, roles: [ROLE] },
      `  ! ${ABSENT}; whoever creates it can assume:`,
    ],
  ])("is %s", (_, some, line) => {
    const answer = {
      cluster: "work",
      namespace: "shop",
      serviceAccount: "orders",
      annotatedRole: null,
      audience: "sts.amazonaws.com",
      roles: [],
      notJudged: [],
      chains: [],
      notRead: [],
      ...some,
    } as unknown as WhatCan;
    const lines = whatCanLines(answer, PLAIN);
    expect(lines).toContain(line);
    expect(lines.includes(`  ${ROLE.role}`)).toBe(some.roles !== undefined);
  });

  it("by a token that the webhook does not ask for, is reported with its audience", () => {
    const way = { ...ROLE, annotated: true, audience: "vault", chosen: true } as const;
    const answer = {
      roles: [way],
      exists: true,
      audience: "sts.amazonaws.com",
      annotatedRole: ROLE.role,
      notJudged: [],
      chains: [],
      notRead: [],
    };
    const lines = whatCanLines(
      {
        cluster: { name: "work" },
        serviceAccount: { namespace: "shop", name: "orders" },
        ...answer,
      } as unknown as WhatCan,
      PLAIN,
    ).join("\n");
    expect(lines).toContain("token for audience 'vault'");
    expect(lines).not.toContain("as annotated");
    expect(lines).toContain(
      "The annotated role does not allow this ServiceAccount with the audience 'sts.amazonaws.com' of its tokens.",
    );
  });

  it("does not say that a role of another AWS account refuses", () => {
    const far = "arn:aws:iam::999988887777:role/far" as RoleArn;
    const answer = {
      cluster: { name: "work" },
      serviceAccount: { namespace: "shop", name: "orders" },
      exists: true,
      annotatedRole: far,
      audience: "sts.amazonaws.com",
      roles: [],
      notJudged: [
        { role: far, via: "irsa" },
        { role: far, via: "pod-identity", through: ROLE.role },
      ],
      chains: [],
      notRead: [],
    } as unknown as WhatCan;
    const text = whatCanLines(answer, PLAIN).join("\n");
    expect(text).toContain("Not evaluated, in another AWS account:");
    expect(text).toContain(`by Pod Identity through ${ROLE.role}`);
    expect(text).toContain("No role was found that it can assume.");
    expect(text).not.toContain("does not allow");
  });

  it("with a session policy, is told with what that leaves", () => {
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" }],
    };
    const way = {
      ...ROLE,
      via: "pod-identity",
      through: "arn:aws:iam::111122223333:role/first",
      verdict: "conditional",
      permissionUnknown: true,
      sessionPolicy: JSON.stringify(policy),
    } as const;
    const answer = {
      cluster: { name: "work" },
      serviceAccount: { namespace: "shop", name: "orders" },
      exists: true,
      annotatedRole: null,
      audience: "sts.amazonaws.com",
      roles: [way],
      notJudged: [{ role: ROLE.role, via: "pod-identity", sessionPolicy: "{}" }],
      chains: [],
      notRead: [],
    } as unknown as WhatCan;
    const text = whatCanLines(answer, PLAIN).join("\n");
    expect(text).toContain("by          Pod Identity through arn:aws:iam::111122223333:role/first");
    expect(text).toContain("if the policies of first allow it, by statement 1");
    expect(text).toContain("limited to  allows s3:GetObject, s3:ListBucket on *");
    expect(text).toContain("by Pod Identity, with a session policy");
  });

  it("is listed with its session policy and the role before it where a role is asked for", () => {
    const answer = {
      role: ROLE.role,
      clusters: [{ name: "work" }],
      subjects: [
        {
          ...ROLE,
          cluster: { name: "work" },
          serviceAccount: { namespace: "shop", name: "orders" },
          exists: true,
          pods: [],
          via: "pod-identity",
          through: "arn:aws:iam::111122223333:role/first",
          sessionPolicy: "{",
        },
      ],
      open: null,
      openPatterns: [],
      chains: [],
      nextNodes: [],
      notRead: [],
    } as unknown as WhoCan;
    expect(whoCanLines(answer, PLAIN).join("\n")).toContain(
      "Pod Identity through arn:aws:iam::111122223333:role/first, with a session policy",
    );
  });
});
