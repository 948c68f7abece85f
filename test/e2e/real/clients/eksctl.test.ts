import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildEksctl } from "../../../worlds/eksctl/build.ts";
import { irsa, type Run } from "../../irsa.ts";
import { words } from "./clients.ts";
import { startRunningSandbox, type RunningSandbox } from "./running-sandbox.ts";

const CLUSTER = "--cluster sandbox";
const ACCOUNT = "111122223333";

let eksctlProgram: string;
let sandbox: RunningSandbox;

beforeAll(async () => {
  eksctlProgram = await buildEksctl();
  sandbox = await startRunningSandbox("--issuer-proxy");
});
afterAll(async () => sandbox.stop());

/** Runs eksctl, which waits half a minute before it looks at a stack. */
function eksctl(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const options = { env: { ...sandbox.environment }, timeout: 300_000 };
    execFile(eksctlProgram, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

async function succeeds(run: Promise<Run>): Promise<string> {
  const { code, stdout, stderr } = await run;
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

const ours = (text: string) => succeeds(irsa(words(text), { ...sandbox.environment }));
const listed = async (): Promise<readonly { readonly metadata: object; readonly status: object }[]> =>
  JSON.parse(await succeeds(eksctl(...words(`get iamserviceaccount ${CLUSTER} -o json`))));
const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** The policies of eksctl's and AWS's own examples, attached, inline, well-known, with a boundary, and a role alone. */
const CONFIG = `
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: sandbox, region: eu-west-1 }
iam:
  withOIDC: true
  serviceAccounts:
    - metadata: { name: s3-reader, namespace: backend-apps, labels: { aws-usage: application } }
      roleName: eksctl-s3-reader
      attachPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
      tags: { Owner: John Doe, Team: Some Team }
    - metadata: { name: cache-access, namespace: backend-apps }
      attachPolicyARNs:
        - arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess
        - arn:aws:iam::aws:policy/AmazonElastiCacheFullAccess
      permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
    - metadata: { name: cluster-autoscaler, namespace: kube-system }
      wellKnownPolicies: { autoScaler: true }
    - metadata: { name: ebs-csi-controller-sa, namespace: kube-system }
      wellKnownPolicies: { ebsCSIController: true }
      roleOnly: true
    - metadata: { name: build, namespace: ci-cd }
      attachPolicyARNs: [arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser]
    - metadata: { name: autoscaler-service, namespace: kube-system }
      attachPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: ["autoscaling:DescribeAutoScalingGroups", "autoscaling:SetDesiredCapacity"]
            Resource: "*"
`;

describe("eksctl's own program on the sandbox", { timeout: 1_800_000 }, () => {
  it("creates no ServiceAccount without a provider", async () => {
    const { code, stdout, stderr } = await eksctl(
      ...words(`create iamserviceaccount ${CLUSTER} --namespace shop --name cart --approve`),
      "--attach-policy-arn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    );
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("without IAM OIDC provider enabled");
  });

  it("plans the provider, and registers it with the thumbprint of the issuer's certificate", async () => {
    const associate = `utils associate-iam-oidc-provider ${CLUSTER}`;
    expect(await succeeds(eksctl(...words(associate)))).toContain("(plan) would create IAM Open ID Connect");
    expect(await succeeds(eksctl(...words(`${associate} --approve`)))).toContain(
      "created IAM Open ID Connect",
    );
    expect(await succeeds(eksctl(...words(`${associate} --approve`)))).toContain("already associated");
    expect(await ours(`associate-oidc ${CLUSTER} --approve`)).toContain("Nothing to do");
  });

  it("creates all of a ClusterConfig: stacks, roles, namespaces, ServiceAccounts", async () => {
    const file = join(sandbox.folder, "cluster.yaml");
    await writeFile(file, CONFIG);
    await succeeds(eksctl("create", "iamserviceaccount", "--config-file", file, "--approve"));
    const found = await listed();
    expect(found.map(({ metadata }) => metadata)).toEqual(
      expect.arrayContaining([
        { name: "s3-reader", namespace: "backend-apps" },
        { name: "autoscaler-service", namespace: "kube-system" },
        { name: "ebs-csi-controller-sa", namespace: "kube-system" },
      ]),
    );
    expect(found).toHaveLength(6);
    expect(found.find(({ metadata }) => "name" in metadata && metadata.name === "s3-reader")).toMatchObject({
      status: {
        roleARN: arn("eksctl-s3-reader"),
        stackName: "eksctl-sandbox-addon-iamserviceaccount-backend-apps-s3-reader",
      },
    });
  });

  it("is judged by irsa: verify proves what eksctl has created, get-sa says whose it is", async () => {
    expect(await ours(`verify backend-apps/s3-reader ${CLUSTER}`)).toMatch(/✓ role +eksctl-s3-reader exists/);
    for (const subject of ["backend-apps/cache-access", "kube-system/cluster-autoscaler", "ci-cd/build"])
      await ours(`verify ${subject} ${CLUSTER}`);
    const { result } = JSON.parse(await ours(`get-sa ${CLUSTER} -o json`)) as {
      readonly result: { readonly serviceAccounts: readonly object[] };
    };
    expect(result.serviceAccounts).toContainEqual(
      expect.objectContaining({
        serviceAccount: { namespace: "backend-apps", name: "s3-reader" },
        managedBy: "eksctl",
      }),
    );
  });

  it("leaves to irsa what irsa adopts with its stack, and then no longer knows it", async () => {
    await ours(`adopt backend-apps/s3-reader ${CLUSTER} --release-stacks --approve`);
    await ours(`verify backend-apps/s3-reader ${CLUSTER}`);
    expect(JSON.stringify(await listed())).not.toContain("s3-reader");
  });

  it("does not see in its list what irsa creates, and does not replace it", async () => {
    await ours(
      `create-sa ${CLUSTER} -n shop --name cart --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess --approve`,
    );
    expect(JSON.stringify(await listed())).not.toContain("cart");
    const said = await succeeds(
      eksctl(
        ...words(`create iamserviceaccount ${CLUSTER} --namespace shop --name cart --approve`),
        "--attach-policy-arn=arn:aws:iam::aws:policy/AdministratorAccess",
      ),
    );
    expect(said).toContain("1 iamserviceaccount (shop/cart) was excluded");
    await ours(`verify shop/cart ${CLUSTER}`);
  });

  it("deletes a ServiceAccount with its stack and role", async () => {
    await succeeds(
      eksctl(...words(`delete iamserviceaccount ${CLUSTER} --namespace ci-cd --name build --wait`)),
    );
    expect(JSON.stringify(await listed())).not.toContain("ci-cd");
    expect((await irsa(words(`verify ci-cd/build ${CLUSTER}`), { ...sandbox.environment })).code).not.toBe(0);
  });

  it("creates, lists and deletes a Pod Identity association, which irsa lists and writes into a file for both", async () => {
    await ours(`associate-agent ${CLUSTER} --approve`);
    const subject = `${CLUSTER} --namespace till --service-account-name search`;
    const policies = "--permission-policy-arns=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const create = `create podidentityassociation ${subject} --create-service-account`;
    await succeeds(eksctl(...words(create), policies));
    const { result } = JSON.parse(await ours(`get-sa till/search ${CLUSTER} -o json`)) as {
      readonly result: { readonly serviceAccounts: readonly object[] };
    };
    expect(result.serviceAccounts).toMatchObject([
      { way: "podIdentity", managedBy: "eksctl", state: "inSync" },
    ]);
    const file = join(sandbox.folder, "live.yaml");
    await writeFile(file, await ours(`get-sa -A ${CLUSTER} -o clusterconfig`));
    await ours(`plan -f ${file} --way pod-identity --exit-code`);
    const listedThere = await succeeds(eksctl("get", "podidentityassociation", "-f", file, "-o", "json"));
    expect(JSON.parse(listedThere)).toMatchObject([{ Namespace: "till", ServiceAccountName: "search" }]);
    await succeeds(eksctl(...words(`delete podidentityassociation ${subject}`)));
    expect(
      JSON.parse(await succeeds(eksctl(...words(`get podidentityassociation ${CLUSTER} -o json`)))),
    ).toEqual([]);
  });

  it("writes a kubeconfig that leads to the sandbox", async () => {
    const kubeconfig = join(sandbox.folder, "eksctl.kubeconfig");
    await succeeds(eksctl(...words(`utils write-kubeconfig ${CLUSTER} --kubeconfig ${kubeconfig}`)));
    const written = await readFile(kubeconfig, "utf8");
    expect(written).toContain("current-context: admin@sandbox.eu-west-1.eksctl.io");
    expect(written).toMatch(/server: https:\/\/127\.0\.0\.1:\d+/);
  });
});
