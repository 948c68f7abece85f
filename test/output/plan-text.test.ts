import { stylesOf } from "../../src/output/line.ts";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { providerArn } from "../../src/model/issuer.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { aligned as alignedOf } from "../../src/output/columns.ts";
import { serviceAccountManifest as serviceAccountManifestOf } from "../../src/output/manifest.ts";
import {
  noteLines as noteLinesOf,
  planLines as planLinesOf,
  headerLines as headerLinesOf,
} from "../../src/output/plan-text.ts";
import { fromOperator } from "../../src/model/source.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { aDesire, aServiceAccount, INLINE, managed } from "../fakes/values.ts";
import { bringAbout, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { PLAIN, shownLines, shownText } from "../fakes/shown.ts";

const aligned = shownLines(alignedOf);
const serviceAccountManifest = shownText(serviceAccountManifestOf);
const noteLines = shownLines(noteLinesOf);
const planLines = shownLines(planLinesOf);
const headerLines = shownLines(headerLinesOf);

async function shown(world: World, desired: DesiredServiceAccount, withDocuments = false): Promise<string> {
  const plan = { cluster: world.cluster, ...(await planIn(world, desired)) };
  return planLines(plan, PLAIN, withDocuments).join("\n");
}

describe("a plan", () => {
  it("reads object by object, with totals and digest", async () => {
    const text = await shown(aWorld(), aDesire({ associate: true, labels: { team: "payments" } }));
    expect(text.replace(/digest [0-9a-f]{16}$/, "digest DIGEST")).toBe(
      `  + Provider        https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001
      + audience    sts.amazonaws.com
  + Role            eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
      + trusts       system:serviceaccount:amazon-cloudwatch:cloudwatch-agent, audience sts.amazonaws.com
      + description  "IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster"
      + policy       CloudWatchAgentServerPolicy (AWS managed)
  + Namespace       amazon-cloudwatch
  + ServiceAccount  amazon-cloudwatch/cloudwatch-agent
      + role-arn    arn:aws:iam::111122223333:role/eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
      + label       team = "payments"

  Plan: 4 to create, 0 to change, 0 to delete.     digest DIGEST`,
    );
  });

  it("shows every label and annotation that was asked for, and leaves out irsa's own two alone", async () => {
    const ask = aDesire({
      labels: { team: "irsa", "irsa/tier": "back" },
      annotations: { owner: "irsa" },
      audience: fromOperator("irsa"),
    });
    const text = await shown(aWorld().withProvider({ clientIds: ["irsa"] }), ask);
    for (const part of [
      '+ label       team = "irsa"',
      '+ label       irsa/tier = "back"',
      '+ annotation  owner = "irsa"',
      '+ annotation  eks.amazonaws.com/audience = "irsa"',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/managed-by|irsa\/account/);
  });

  it("shows the value of a tag that it replaces, whoever set it", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({
      role: { ...role, tags: { ...role.tags, Team: "security" } },
    }));
    const role = managed({ tags: { team: "payments", tier: "back" } });
    const text = await shown(world, aDesire({ role }));
    expect(text).toContain('      ~ tag         team = "security" → "payments"\n');
    expect(text).toContain('      + tag         tier = "back"\n');
  });

  it("shows the value of a provider's tag that it replaces", () => {
    const { cluster } = aWorld();
    const arn = providerArn(cluster, cluster.issuer);
    const set = {
      setTags: { team: "payments", constructor: "us" },
      tagsBefore: { team: "security" },
    };
    const change = { kind: "edit-provider", arn, addClientIds: [], ...set, observed: "" } as const;
    const text = planLines({ cluster, changes: [change], notes: [] }, PLAIN, false).join("\n");
    expect(text).toContain('~ tag         team = "security" → "payments"\n');
    expect(text).toContain('+ tag         constructor = "us"\n');
  });

  it("shows that irsa's own tags change where nothing else does", () => {
    const { cluster } = aWorld();
    const arn = providerArn(cluster, cluster.issuer);
    const set = { addClientIds: [], setTags: { [TAG.clusterArn]: cluster.arn } };
    const change = { kind: "edit-provider", arn, ...set, observed: "" } as const;
    const text = planLines({ cluster, changes: [change], notes: [] }, PLAIN, false).join("\n");
    expect(text).toContain(`  ~ Provider        ${arn}\n      ~ tags        ownership tags\n`);
  });

  it("shows a label and an annotation of one key each with its own former value, and quotes escaped", () => {
    const change: Change = {
      kind: "edit-service-account",
      serviceAccount: aServiceAccount("shop/cart"),
      role: undefined,
      setLabels: { owner: "new" },
      setAnnotations: { owner: 'say "hi" → \\' },
      before: { labels: { owner: "team" }, annotations: { owner: 'a" = "b' } },
      observed: "",
      resourceVersion: "1",
    };
    const text = planLines({ cluster: aWorld().cluster, changes: [change], notes: [] }, PLAIN, false).join(
      "\n",
    );
    expect(text).toContain('~ label       owner = "team" → "new"');
    expect(text).toContain(String.raw`~ annotation  owner = "a\" = \"b" → "say \"hi\" → \\"`);
  });

  it("shows whose pods are to run with which ServiceAccount", () => {
    const workload = { kind: "daemonset", namespace: "shop", name: "agent" } as const;
    const change = {
      kind: "bind-workload",
      workload,
      serviceAccount: aServiceAccount("shop/cart"),
      before: "default",
    } as const;
    const text = planLines({ cluster: aWorld().cluster, changes: [change], notes: [] }, PLAIN, false).join(
      "\n",
    );
    expect(text).toContain("  ~ DaemonSet       shop/agent\n      ~ ServiceAccount  default → cart\n");
    expect(text).toContain("0 to create, 1 to change, 0 to delete");
  });

  it("shows new documents where they are asked for", async () => {
    const ask = aDesire({ role: managed({ inline: INLINE }) });
    const [without, withThem] = [false, true].map((wanted) => shown(aWorld().withProvider(), ask, wanted));
    expect(await without).not.toContain('"Statement"');
    expect(await withThem).toContain('"Federated": "arn:aws:iam::111122223333:oidc-provider/');
    expect(await withThem).toContain('"s3:GetObject"');
  });

  it("says the same in color", async () => {
    const world = aWorld();
    const plan = { cluster: world.cluster, ...(await planIn(world, aDesire({ associate: true }))) };
    const colored = planLines(plan, stylesOf(1), true).join("\n");
    expect(colored).not.toBe(planLines(plan, PLAIN, true).join("\n"));
    // oxlint's rule against control characters in patterns leaves no shorter way.
    const stripped = colored
      .split("\u001b")
      .map((part, at) => (at === 0 ? part : part.replace(/^\[\d+m/, "")));
    expect(stripped.join("")).toBe(planLines(plan, PLAIN, true).join("\n"));
  });
});

it("warnings and remarks stand below, distinguished without color", () => {
  const notes = [
    { level: "warning", code: "a", message: "mind this" },
    { level: "info", code: "b", message: "know this" },
    { level: "warning", code: "c", message: "to see it:", command: ["irsa", "verify", "my cart"] },
  ] as const;
  expect(noteLines(notes, PLAIN)).toEqual([
    "  warning  mind this",
    "  note     know this",
    "  warning  to see it:",
    "               irsa verify 'my cart'",
  ]);
});

it("the surroundings name caller, cluster, connection and every endpoint that is not AWS's own", () => {
  const about = {
    caller: "arn:aws:iam::111122223333:user/ci",
    profile: "work",
    cluster: { name: "arn:aws:eks:eu-west-1:111122223333:cluster/c", chosenBy: "--cluster" },
    connection: "~/.kube/config, current context",
    overrides: { eks: "http://a", iam: "http://b", sts: "http://a" },
  };
  expect(headerLines(about, PLAIN)).toEqual([
    "  Caller      arn:aws:iam::111122223333:user/ci     (profile work)",
    "  Cluster     arn:aws:eks:eu-west-1:111122223333:cluster/c     (--cluster)",
    "  Connection  ~/.kube/config, current context",
    "  Endpoint    http://a     (eks, sts; not an AWS endpoint)",
    "  Endpoint    http://b     (iam; not an AWS endpoint)",
  ]);
});

it("the surroundings of what is about no cluster name what it is about", () => {
  const about = {
    caller: "arn:aws:iam::111122223333:user/ci",
    about: {
      from: { name: "https://old", chosenBy: "--from" },
      to: { name: "https://new", chosenBy: "--to" },
    },
    overrides: {},
  };
  expect(headerLines(about, PLAIN)).toEqual([
    "  Caller  arn:aws:iam::111122223333:user/ci",
    "  From    https://old     (--from)",
    "  To      https://new     (--to)",
  ]);
});

it("columns are aligned behind the longest label, further lines below the first", () => {
  expect(
    aligned([
      ["a", ["1", "2"]],
      ["long", "3"],
    ]),
  ).toEqual(["  a     1", "        2", "  long  3"]);
  expect(aligned([])).toEqual([]);
});

it("a manifest is the ServiceAccount alone, as YAML that keeps long ARNs on one line", () => {
  const role = `arn:aws:iam::111122223333:role/${"x".repeat(64)}`;
  expect(
    serviceAccountManifest(
      aServiceAccount("shop/cart"),
      { "eks.amazonaws.com/role-arn": role },
      { team: "1" },
    ),
  ).toBe(
    `apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: shop
  name: cart
  labels:
    team: "1"
  annotations:
    eks.amazonaws.com/role-arn: ${role}`,
  );
  expect(serviceAccountManifest(aServiceAccount("shop/cart"), {}, {})).not.toContain("labels");
});
