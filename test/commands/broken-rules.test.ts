import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/command-list.ts";
import { Failure, isFailure } from "../../src/model/failure.ts";
import { buildProgram } from "../../src/program.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { networkOf } from "../fakes/command-line.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

const CLUSTER = "--cluster eks-work-cluster --region ap-northeast-2";

const FILE = fileOf("broken-rules.yaml", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
  iam: {
    serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }],
  },
});

/** What reaches a cluster or an AWS account, in a form each. */
const LINES = [
  `associate-oidc ${CLUSTER}`,
  `disassociate-oidc ${CLUSTER}`,
  `associate-agent ${CLUSTER}`,
  `disassociate-agent ${CLUSTER}`,
  `create-sa -n shop --name cart --policy-arn ${CLOUDWATCH} ${CLUSTER}`,
  `get-sa ${CLUSTER}`,
  `update-sa -n shop --name cart --add-policy-arn ${CLOUDWATCH} ${CLUSTER}`,
  `delete-sa -n shop --name cart ${CLUSTER}`,
  `adopt shop/cart ${CLUSTER}`,
  `adopt --all ${CLUSTER}`,
  `plan -f ${FILE}`,
  `apply -f ${FILE}`,
  `export -f ${FILE} --to cloudformation`,
  `export --live --to cloudformation ${CLUSTER}`,
  "migrate-trust --from one --to other --region ap-northeast-2",
  `migrate-pod-identity --all ${CLUSTER}`,
  `use-sa deployment/cart -n shop --name cart ${CLUSTER}`,
  `stale-pods ${CLUSTER}`,
  `verify --all ${CLUSTER}`,
  `verify shop/cart ${CLUSTER}`,
  `audit ${CLUSTER}`,
  `audit ${CLUSTER} --cluster second`,
  `watch ${CLUSTER}`,
  `who-can reader ${CLUSTER}`,
  `what-can shop/cart ${CLUSTER}`,
  `narrow shop/cart ${CLUSTER}`,
  "narrow reader",
  `move-off-node -n shop ${CLUSTER}`,
  "guardrails",
  `graph ${CLUSTER}`,
  `graph ${CLUSTER} --cluster second`,
  `policies --outdated ${CLUSTER}`,
  `doctor ${CLUSTER}`,
  "doctor",
];

/** What does not look for the rules (docs/organization.md). */
const EXEMPT = ["sdk-check", "explain", "permissions", "completion", "sandbox", "demo", "version"];

const BROKEN = new Failure("input", "invalid-input", "the organization's rules '.irsa.yaml' can't be read");

async function runWithBrokenRules(world: World, text: string): Promise<unknown> {
  const { context } = listeningContext();
  const args = text.split(" ");
  const organization = () => Promise.reject(BROKEN);
  const program = await buildProgram(
    args,
    { ...context, organization, network: networkOf(world), clock: NO_WAITING },
    "0",
  );
  return program.parseAsync(args, { from: "user" }).then(
    () => "it ran",
    (error: unknown) => error,
  );
}

describe("rules of the organization that can't be read stop, before anything is called", () => {
  it.each(LINES)("%s", async (text) => {
    const world = aWorld().withProvider();
    const ended = await runWithBrokenRules(world, text);
    expect(isFailure(ended) ? ended : String(ended)).toBe(BROKEN);
    expect(world.log.calls).toEqual([]);
  });

  it("every command is tried that does not leave them alone", () => {
    const tried = new Set(LINES.map((text) => text.split(" ")[0]));
    expect(new Set([...tried, ...EXEMPT])).toEqual(new Set(COMMANDS.map(({ name }) => name)));
  });
});
