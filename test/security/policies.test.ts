import { expect } from "vitest";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { runIn } from "../fakes/command-line.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const EARLIER = "irsa 0.1.0, eksctl 0.230";
const ESCAPED = "\u001B[2Kcurrent\u202E";

function written(by: string | undefined): readonly Statement[] {
  const policy = WELL_KNOWN_POLICIES.find(({ field }) => field === "certManager");
  const version = policy && everyVersion(policy).find((one) => one.by === by);
  if (version === undefined) throw new Error("no such version");
  return version.statements;
}

/** A world with one role for cert-manager. */
function worldWith(
  inline: Readonly<Record<string, PolicyDocument>>,
  tags: Readonly<Record<string, string>> = {},
): World {
  return aWorld()
    .withProvider()
    .withRole(ownRole("cert"), { tags }, { inline })
    .withServiceAccount("shop/cert", { annotations: { [ROLE_ANNOTATION]: ownRole("cert") } });
}

const document = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

async function outdated(world: World): Promise<{ readonly code: number; readonly out: string }> {
  const line = "policies --outdated --cluster eks-work-cluster --region ap-northeast-2";
  const { heard } = await runIn(world, line);
  return { code: heard.code, out: [...heard.out, ...heard.err].join("\n") };
}

attack("other IAM user", "tags and names of policies pass an old document as current", {
  async attack() {
    const inline = { "certManager-current": document(...written(EARLIER)) };
    const { code, out } = await outdated(worldWith(inline, { certManager: "current", "irsa/version": "9" }));
    expect(code).toBe(3);
    expect(out).toContain("outdated: allows too much: route53:ChangeResourceRecordSets");
  },
  async twin() {
    const { code, out } = await outdated(worldWith({ "any-name": document(...written(undefined)) }));
    expect(code).toBe(0);
    expect(out).toMatch(/certManager .*current/);
  },
});

attack(
  "other IAM user",
  "a role that was widened is reported as current because the current statements are there",
  {
    async attack() {
      const both = document(...written(undefined), ...written(EARLIER));
      const { code, out } = await outdated(worldWith({ irsa: both }));
      expect(code).toBe(3);
      expect(out).toContain("allows too much");
    },
    async twin() {
      const more: Statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
      const { code } = await outdated(worldWith({ irsa: document(...written(undefined), more) }));
      expect(code).toBe(0);
    },
  },
);

attack("other IAM user", "a condition in a role's policy writes to the terminal", {
  async attack() {
    const statements = written(undefined).map((statement): Statement => ({
      ...statement,
      Condition: { StringEquals: { [ESCAPED]: ESCAPED } },
    }));
    const { out } = await outdated(worldWith({ [ESCAPED]: document(...statements) }));
    expect(out).not.toContain("\u001B");
    expect(out).not.toContain("\u202E");
    expect(out).toContain("unknown: matches no known version");
  },
  async twin() {
    expect((await outdated(worldWith({}))).out).toContain("1 role without a well-known policy.");
  },
});
