import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { RIGHTS } from "../../src/permissions/commands.ts";
import { runIn } from "../fakes/command-line.ts";
import { aWorld } from "../fakes/world.ts";

const ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster";
const IMAGE = "registry.example/irsa:0.1.0";

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly rules?: readonly Rule[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

const textOf = async (flags: string): Promise<string> => {
  const { failure, heard } = await runIn(aWorld(), `export in-cluster --cluster ${ARN} ${flags}`);
  expect(failure).toBeUndefined();
  return heard.out.join("\n");
};
const documentsOf = async (flags = ""): Promise<readonly Document[]> => {
  const text = await textOf(`--image ${IMAGE} ${flags}`);
  return parseAllDocuments(text, { version: "1.1" }).map((one) => one.toJS() as Document);
};
const rights = (documents: readonly Document[], kind: string): readonly string[] =>
  documents
    .filter((one) => one.kind === kind)
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ verbs, resources = [] }) =>
      verbs.flatMap((verb) => resources.map((one) => `${verb} ${one}`)),
    );

describe("export in-cluster", () => {
  it("prints all that runs two replicas of watch, in the order in which it is applied", async () => {
    const documents = await documentsOf();
    expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      "Namespace irsa",
      "ServiceAccount irsa",
      "ClusterRole irsa:irsa:irsa",
      "ClusterRoleBinding irsa:irsa:irsa",
      "Role irsa",
      "RoleBinding irsa",
      "NetworkPolicy irsa",
      "PodDisruptionBudget irsa",
      "Service irsa",
      "Deployment irsa",
    ]);
    expect(documents[1]?.metadata.annotations).toEqual({
      "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/my-cluster-irsa-irsa-fh6lt5oamp",
    });
  });

  it("leaves a namespace that others have, too, as it is", async () => {
    const documents = await documentsOf("--namespace monitoring");
    expect(documents.map(({ kind }) => kind)).not.toContain("Namespace");
    expect(documents[0]).toMatchObject({ kind: "ServiceAccount", metadata: { namespace: "monitoring" } });
  });

  it("prints a CronJob for --schedule, which needs no Lease", async () => {
    const documents = await documentsOf("--schedule @daily --watch-namespace shop,pay");
    expect(documents.map(({ kind }) => kind)).not.toContain("Role");
    expect(documents.at(-1)).toMatchObject({
      kind: "CronJob",
      spec: { schedule: "@daily", concurrencyPolicy: "Forbid" },
    });
    const { jobTemplate } = documents.at(-1)?.spec ?? {};
    expect(jobTemplate).toHaveProperty("spec.template.spec.containers.0.args", [
      "audit",
      "--cluster",
      ARN,
      "--context",
      "in-cluster",
      "--output",
      "json",
      "--namespace",
      "shop",
      "--namespace",
      "pay",
    ]);
  });

  it.each([
    ["", "watch"],
    ["--schedule @daily", "audit"],
  ] as const)(
    "allows what irsa permissions says, less what amounts to every ServiceAccount: %s",
    async (flags, command) => {
      const allowed = rights(await documentsOf(flags), "ClusterRole");
      const all: ReadonlySet<string> = new Set(
        RIGHTS[command].cluster.map(({ verb, resource }) => `${verb} ${resource}`),
      );
      expect(allowed.length).toBeGreaterThan(2);
      expect(allowed.filter((one) => !all.has(one))).toEqual([]);
      expect(allowed.filter((one) => /^(?!get|list|watch)/.test(one))).toEqual([]);
      expect(allowed).not.toContain("get secrets");
    },
  );

  it("allows tokens and dry-run pods only with --proofs, and credentials of Pod Identity only then", async () => {
    const allowed = rights(await documentsOf("--proofs"), "ClusterRole");
    expect(allowed).toEqual(expect.arrayContaining(["create pods", "create serviceaccounts/token"]));
    expect(await textOf("--role")).not.toContain("eks-auth:AssumeRoleForPodIdentity");
    expect(await textOf("--role --proofs")).toContain("eks-auth:AssumeRoleForPodIdentity");
  });

  it("allows Events only with --events", async () => {
    expect(rights(await documentsOf(), "ClusterRole")).not.toContain("create events");
    expect(rights(await documentsOf("--events"), "ClusterRole")).toEqual(
      expect.arrayContaining(["get serviceaccounts", "create events", "get events", "patch events"]),
    );
  });

  it("may read and update its own Lease alone", async () => {
    const role = (await documentsOf("--name probe")).find(({ kind }) => kind === "Role");
    expect(role?.rules).toEqual([
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
      {
        apiGroups: ["coordination.k8s.io"],
        resources: ["leases"],
        verbs: ["get", "update"],
        resourceNames: ["probe"],
      },
    ]);
  });

  it("prints a file for apply, narrowed to the cluster, with the prefix and path of the role in the manifests", async () => {
    const file = parse(await textOf("--role --namespace ops")) as {
      readonly iam: { readonly serviceAccounts: readonly [{ readonly attachPolicy: object }] };
    };
    expect(file).toMatchObject({
      kind: "ClusterConfig",
      metadata: { name: "my-cluster", region: "eu-west-1" },
      iam: { withOIDC: true, serviceAccounts: [{ metadata: { namespace: "ops", name: "irsa" } }] },
    });
    expect(JSON.stringify(file.iam.serviceAccounts[0].attachPolicy)).not.toMatch(
      /"[a-z]+:(?!Get|List|Describe)[A-Z]/,
    );
    const [, account] = await documentsOf("--role-prefix p- --role-path /irsa/");
    expect(account?.metadata.annotations?.["eks.amazonaws.com/role-arn"]).toMatch(
      /:role\/irsa\/p-my-cluster-irsa-irsa-/,
    );
  });

  it.each([
    [`--cluster my-cluster --image ${IMAGE}`, "--cluster 'my-cluster' is not"],
    [`--cluster ${ARN}`, "--image is required"],
    [`--cluster ${ARN} --image Nope:`, "--image 'Nope:' is not a valid image"],
    [`--cluster ${ARN} --image ${IMAGE} --schedule daily`, "--schedule 'daily' is not a valid schedule"],
    [`--cluster ${ARN} --image ${IMAGE} --name 1st`, "--name '1st' is not a valid name"],
    [`--cluster ${ARN} --image ${IMAGE} --namespace A`, "--namespace 'A' is not a valid namespace"],
  ])("refuses %s", async (flags, message) => {
    const { failure, heard } = await runIn(aWorld(), `export in-cluster ${flags}`);
    expect(failure?.kind).toBe("input");
    expect(failure?.message).toContain(message);
    expect(heard.out).toEqual([]);
  });

  it("is told from an export without an engine", async () => {
    const { failure } = await runIn(aWorld(), "export --live");
    expect(failure?.message).toContain("--to is required: cloudformation, ");
  });
});
