import { describe, expect, it } from "vitest";
import {
  serviceAccountListLines as serviceAccountListLinesOf,
  serviceAccountListResult,
  type ServiceAccountList,
  type ListedServiceAccount,
} from "../../src/output/service-account-list.ts";
import { CLOUDWATCH, ownRole, S3_READ } from "../fakes/values.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";

const serviceAccountListLines = shownLines(serviceAccountListLinesOf);

const agent: ListedServiceAccount = {
  namespace: "monitoring",
  name: "agent",
  origin: "created",
  role: ownRole("team/agent"),
  managedBy: "irsa",
  roleOrigin: "created",
  roleEngine: null,
  serviceAccountManager: null,
  way: "irsa",
  audience: "sts.amazonaws.com",
  policies: [CLOUDWATCH, S3_READ],
  inlinePolicies: ["irsa"],
  permissionsBoundary: null,
  maxSessionDuration: 3600,
  description: null,
  state: "in-sync",
  drift: [],
  unknown: null,
};
const broken: ListedServiceAccount = {
  ...agent,
  name: "broken",
  role: null,
  managedBy: null,
  roleOrigin: null,
  policies: [],
  inlinePolicies: [],
  state: "drifted",
  drift: [
    { code: "a", message: "one thing" },
    { code: "b", message: "another" },
  ],
};
const dark: ListedServiceAccount = {
  ...broken,
  name: "dark",
  state: "unknown",
  drift: [],
  unknown: "not permitted",
};
const LIST: ServiceAccountList = { serviceAccounts: [agent, broken, dark], notes: [] };

describe("a list of ServiceAccounts", () => {
  it("as a table", () => {
    expect(serviceAccountListLines(LIST, "table", PLAIN)).toEqual([
      "NAMESPACE   NAME    ROLE   WAY   POLICIES                        MANAGED BY  STATE",
      "monitoring  agent   agent  IRSA  CloudWatchAgentServerPolicy +2  irsa        in sync",
      "monitoring  broken  none   –     none                            –           drifted: one thing; another",
      "monitoring  dark    none   –     none                            –           unknown: not permitted",
    ]);
  });

  it("wide", () => {
    const [, row = ""] = serviceAccountListLines(LIST, "wide", PLAIN);
    expect(row.split(/ {2,}/)).toEqual([
      "monitoring",
      "agent",
      "created",
      ownRole("team/agent"),
      "IRSA",
      "irsa",
      "sts.amazonaws.com",
      `${CLOUDWATCH},${S3_READ},inline:irsa`,
      "–",
      "in sync",
    ]);
  });

  it("without headers", () => {
    const lines = serviceAccountListLines(LIST, "table", PLAIN);
    expect(serviceAccountListLines(LIST, "table", PLAIN, false)).toEqual(lines.slice(1));
  });

  it("the same as JSON", () => {
    const { namespace, name, managedBy, ...rest } = agent;
    expect(serviceAccountListResult({ serviceAccounts: [agent], notes: [] })).toEqual({
      serviceAccounts: [{ ...rest, serviceAccount: { namespace, name }, managedBy, state: "inSync" }],
      notes: [],
    });
  });
});
