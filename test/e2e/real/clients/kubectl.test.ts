import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { said, succeeds, useClients, words, type Client } from "./clients.ts";

const clients = useClients();

const APPLIED = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: 2
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      serviceAccountName: app
      containers: [{ name: main, image: "registry.invalid/api:1", env: [{ name: A, value: "1" }] }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { a: "1" }
`;

describe("kubectl on the emulated cluster", () => {
  const ROLE = "arn:aws:iam::111122223333:role/app";
  const annotation = String.raw`{.metadata.annotations.eks\.amazonaws\.com/role-arn}`;
  const variables = "jsonpath={.items[0].spec.containers[0].env[*].name}";
  const file = () => join(clients().folder, "applied.yaml");
  const kubectl: Client = (args, more) => clients().kubectl(args, more);

  beforeAll(async () => {
    await writeFile(file(), APPLIED);
    await succeeds(kubectl, words("create namespace team"), "namespace/team created");
    await succeeds(kubectl, words("config set-context --current --namespace team"), "modified");
  });

  it("makes a ServiceAccount, annotates it and shows it", async () => {
    await succeeds(kubectl, words("create serviceaccount app"), "serviceaccount/app created");
    await succeeds(
      kubectl,
      words(`annotate serviceaccount app eks.amazonaws.com/role-arn=${ROLE}`),
      "annotated",
    );
    await succeeds(kubectl, words("get serviceaccount app -o", `jsonpath=${annotation}`), ROLE);
    await succeeds(kubectl, words("get serviceaccounts"), /^NAME +SECRETS +AGE\napp +0 /);
    await succeeds(kubectl, words("describe serviceaccount app"), `eks.amazonaws.com/role-arn: ${ROLE}`);
  });

  it("makes tokens for audiences", async () => {
    const { stdout } = await kubectl(words("create token app --audience sts.amazonaws.com --duration 15m"));
    const claims: unknown = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ aud: ["sts.amazonaws.com"], sub: "system:serviceaccount:team:app" });
  });

  it("rolls a Deployment out, whose pods get the role", async () => {
    await succeeds(
      kubectl,
      words("create deployment web --image registry.invalid/web:1 --replicas 2 --port 80"),
      "created",
    );
    await succeeds(kubectl, words("set serviceaccount deployment web app"), "serviceaccount updated");
    await succeeds(kubectl, words("rollout status deployment web --timeout 200s"), "successfully rolled out");
    await succeeds(
      kubectl,
      words("get pods -l app=web -o", variables),
      "AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE",
    );
    await succeeds(kubectl, words("rollout restart deployment web"), "restarted");
    await succeeds(kubectl, words("rollout status deployment web --timeout 200s"), "successfully rolled out");
    await succeeds(
      kubectl,
      words("wait deployment/web --for condition=Available --timeout 200s"),
      "condition met",
    );
    await succeeds(kubectl, words("rollout history deployment web"), /\n1 .*\n2 .*\n3 /);
    await succeeds(kubectl, words("get deployments,replicasets,pods"), /deployment\.apps\/web +2\/2 /);
  });

  it("scales", async () => {
    await succeeds(kubectl, words("create deployment small --image registry.invalid/small:1"), "created");
    await succeeds(kubectl, words("scale deployment small --replicas 3"), "scaled");
    await succeeds(
      kubectl,
      words("rollout status deployment small --timeout 200s"),
      "successfully rolled out",
    );
    await succeeds(kubectl, words("get deployment small"), /small +3\/3 /);
  });

  it("applies, from its own side and the server's, and sees what would change", async () => {
    await succeeds(
      kubectl,
      words(`apply -f ${file()}`),
      "deployment.apps/api created\nconfigmap/settings created",
    );
    await succeeds(
      kubectl,
      words(`apply -f ${file()}`),
      "deployment.apps/api unchanged\nconfigmap/settings unchanged",
    );
    await succeeds(kubectl, words(`diff -f ${file()}`), /^$/);
    await succeeds(
      kubectl,
      words(`apply --server-side -f ${file()}`),
      "deployment.apps/api serverside-applied",
    );
    await succeeds(
      kubectl,
      words("label configmap settings a=b --dry-run=server"),
      "labeled (server dry run)",
    );
    await writeFile(file(), APPLIED.replace('a: "1" }', 'a: "2" }'));
    expect(await kubectl(words(`diff -f ${file()}`))).toMatchObject({ code: 1, stdout: said('+  a: "2"') });
    await succeeds(kubectl, words(`apply -f ${file()}`), "configmap/settings configured");
    await succeeds(kubectl, words("rollout status deployment api --timeout 200s"), "successfully rolled out");
  });

  it("patches in three forms", async () => {
    const get = words("get deployment api -o", "jsonpath={.spec.template.spec.containers[0].env[*].name}");
    const patch = (type: string, body: unknown) =>
      words(`patch deployment api --type ${type} -p`, JSON.stringify(body));
    const env = [{ name: "B", value: "2" }];
    const container = { containers: [{ name: "main", env }] };
    await succeeds(kubectl, patch("strategic", { spec: { template: { spec: container } } }), "patched");
    await succeeds(kubectl, get, /^(A B|B A)$/);
    await succeeds(kubectl, patch("merge", { metadata: { labels: { x: "y" } } }), "patched");
    await succeeds(kubectl, patch("json", [{ op: "remove", path: "/metadata/labels/x" }]), "patched");
  });

  it("runs a Job to its end", async () => {
    await succeeds(
      kubectl,
      words("create job once --image registry.invalid/once:1"),
      "job.batch/once created",
    );
    await succeeds(kubectl, words("wait job/once --for condition=complete --timeout 200s"), "condition met");
    await succeeds(kubectl, words("get pods -l job-name=once"), /once-\w+ +0\/1 +Completed /);
  });

  it("grants by RBAC, and asks who may what", async () => {
    const app = "system:serviceaccount:team:app";
    await succeeds(kubectl, words("create role reader --verb get,list --resource pods"), "created");
    await succeeds(
      kubectl,
      words("create rolebinding reader --role reader --serviceaccount team:app"),
      "created",
    );
    await succeeds(kubectl, words(`auth can-i list pods --as ${app}`), "yes");
    expect(await kubectl(words(`auth can-i list secrets --as ${app}`))).toMatchObject({
      code: 1,
      stdout: "no\n",
    });
    await succeeds(kubectl, words(`auth can-i --list --as ${app}`), /pods +\[\] +\[\] +\[get list\]/);
    await succeeds(kubectl, words("auth whoami -o", "jsonpath={.status.userInfo.username}"), "admin");
    expect(await kubectl(words(`get secrets --as ${app}`))).toMatchObject({
      code: 1,
      stderr: said(
        `Error from server (Forbidden): secrets is forbidden: User "${app}" cannot list resource "secrets"`,
      ),
    });
  });

  it("keeps settings and secrets", async () => {
    await succeeds(kubectl, words("create configmap m --from-literal a=b"), "configmap/m created");
    await succeeds(kubectl, words("create secret generic s --from-literal a=b"), "secret/s created");
    await succeeds(
      kubectl,
      words("get secret s -o", "jsonpath={.data.a}"),
      Buffer.from("b").toString("base64"),
    );
    await succeeds(kubectl, words("get configmaps"), /\nm +1 /);
  });

  it("lists what there is", async () => {
    await succeeds(kubectl, words("version"), "Server Version: v1.");
    await succeeds(kubectl, words("get nodes"), " Ready ");
    await succeeds(kubectl, words("api-resources"), /serviceaccounts +sa +v1 +true +ServiceAccount/);
    await succeeds(
      kubectl,
      words("get events --field-selector reason=SuccessfulCreate"),
      "Created pod: web-",
    );
    await succeeds(kubectl, words("get mutatingwebhookconfigurations"), "pod-identity-webhook");
  });

  it("says what is not there, and what is wrong", async () => {
    for (const [command, message] of [
      ["get serviceaccount none", 'Error from server (NotFound): serviceaccounts "none" not found'],
      ["create serviceaccount No_Good", 'ServiceAccount "No_Good" is invalid: metadata.name: Invalid value'],
      ["create serviceaccount app", 'serviceaccounts "app" already exists'],
      ["create token app --duration 1m", "may not specify a duration less than 10 minutes"],
    ] as const) {
      expect(await kubectl(words(command)), command).toMatchObject({ code: 1, stderr: said(message) });
    }
  });

  it("deletes, and waits until it is done", async () => {
    await succeeds(kubectl, words("delete deployment web small api"), '"web" deleted');
    await succeeds(kubectl, words("delete namespace team --timeout 200s"), 'namespace "team" deleted');
    expect(await kubectl(words("get namespace team"))).toMatchObject({ code: 1, stderr: said("NotFound") });
  });
});
