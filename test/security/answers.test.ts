import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, vi } from "vitest";
import { connectAws } from "../../src/aws/clients.ts";
import type { Aws } from "../../src/aws/clients.ts";
import { kubernetesAdapter } from "../../src/kubernetes/client.ts";
import { connect } from "../../src/kubernetes/connection.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import type { NamespaceName, ServiceAccountName } from "../../src/model/service-account-ref.ts";
import { readBody } from "../../src/network/bounded-body.ts";
import { Readable } from "node:stream";
import { stopOf } from "../fakes/walk.ts";
import { accessTo, startApiServer } from "../kubernetes/api-server.ts";
import { attack } from "./attack.ts";

const shop = "shop" as NamespaceName;
const ref = { namespace: shop, name: "app" as ServiceAccountName };
const workload = { kind: "deployment", namespace: shop, name: "app" } as const;

/** The API of a cluster that answers everything alike. */
async function cluster(body: unknown): Promise<KubernetesPort> {
  const server = await startApiServer(() => ({ status: 200, body }));
  const connection = connect(accessTo(server.url, server.caPem));
  onTestFinished(async () => {
    connection.close();
    await server.stop();
  });
  return kubernetesAdapter(connection);
}

/** Every read of a cluster, and what it needs of an answer. */
const READS: Readonly<Record<string, (api: KubernetesPort) => Promise<unknown>>> = {
  getNamespace: (api) => api.getNamespace(shop),
  getServiceAccount: (api) => api.getServiceAccount(ref),
  listServiceAccounts: (api) => api.listServiceAccounts(undefined),
  listPods: (api) => api.listPods({}),
  listPodSummaries: (api) => api.listPodSummaries(undefined),
  getPod: (api) => api.getPod(shop, "app"),
  getNode: (api) => api.getNode("n1"),
  listNodes: (api) => api.listNodes(),
  listNodeClasses: (api) => api.listNodeClasses("EC2NodeClass"),
  getWorkload: (api) => api.getWorkload(workload),
  getKeyNames: (api) => api.getKeyNames({ kind: "secret", namespace: shop, name: "keys" }),
  getWebhook: (api) => api.getWebhook("pod-identity-webhook"),
  tryPod: (api) => api.tryPod(ref),
  discoverIssuer: (api) => api.discoverIssuer(),
  requestToken: (api) => api.requestToken(ref, undefined, 600),
  may: (api) => api.may({ verb: "get", group: "", resource: "pods" }),
};

const DEEP = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
/** What no API server answers. */
const ODD: readonly unknown[] = [
  null,
  5,
  "<html>",
  [],
  {},
  DEEP,
  { items: null },
  { items: {}, metadata: {} },
  { items: [null], metadata: {} },
  { items: [{ metadata: { name: 5, namespace: "shop" } }], metadata: {} },
  { items: [], metadata: { continue: 5 } },
  { items: [] },
  { metadata: [], spec: [], status: [], issuer: {} },
  { metadata: { labels: { a: 5 } }, spec: { containers: {} }, status: { token: 5, allowed: "yes" } },
  { metadata: { annotations: ["a"] }, spec: { template: { spec: {} } } },
  { metadata: { name: "a", labels: [] }, webhooks: [{ name: "a", clientConfig: { caBundle: 5 } }] },
];

attack("malicious cluster", "L2: an answer without its items, or of other types, ends in a bug of irsa", {
  attack: async () => {
    for (const body of ODD) {
      const api = await cluster(body);
      for (const [name, read] of Object.entries(READS)) {
        const outcome = await read(api).then(
          () => "known",
          (error: unknown) => error,
        );
        // An empty object is a namespace, a node or a ServiceAccount without labels; a list or a token is never taken from one.
        if (outcome === "known")
          expect(["getNamespace", "getServiceAccount", "getWorkload", "getNode"]).toContain(name);
        else
          expect(outcome, `${name} of ${JSON.stringify(body).slice(0, 80)}`).toMatchObject({
            // Names are not known either where the answer has no record of who wrote which field.
            code: expect.stringMatching(
              name === "getKeyNames" ? /^(unexpected-answer|keys-untracked)$/ : /^unexpected-answer$/,
            ) as string,
          });
      }
    }
  },
  twin: async () => {
    const metadata = {
      name: "app",
      namespace: "shop",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: null,
    };
    const pod = { metadata, spec: { containers: [{ name: "a", env: null }], volumes: null } };
    const api = await cluster({ items: [pod], metadata: { continue: "" } });
    expect(await api.listPods({})).toMatchObject([
      { name: "app", spec: { containers: [{ name: "a", env: {} }] } },
    ]);
    expect(await api.listServiceAccounts(undefined)).toMatchObject([{ ref: { name: "app" }, labels: {} }]);
  },
});

attack("malicious cluster", "L2 variant: an answer without end, and a list without a last page", {
  attack: async () => {
    const endless = new Readable({
      read: function () {
        this.push(Buffer.alloc(65_536));
      },
    });
    await expect(readBody(endless, { maxBytes: 1024 * 1024 })).rejects.toThrow(
      "the response is larger than 1 MiB",
    );
    expect(endless.destroyed).toBe(true);
    const silent = new Readable({ read: () => undefined });
    await expect(readBody(silent, { maxBytes: 10, milliseconds: 50 })).rejects.toThrow(
      "was not complete within",
    );
    const broken = new Readable({ read: () => undefined });
    const reading = readBody(broken, { maxBytes: 10 });
    broken.destroy();
    await expect(reading).rejects.toThrow("the response was incomplete");
    const api = await cluster({ items: [], metadata: { continue: "again" } });
    expect(await stopOf(api.listPods({}))).toMatchObject({ code: "unexpected-answer" });
  },
  twin: async () => {
    const text = "x".repeat(1024 * 1024);
    expect((await readBody(Readable.from([Buffer.from(text)]), { maxBytes: 1024 * 1024 })).toString()).toBe(
      text,
    );
    expect((await readBody(Readable.from([]), { maxBytes: 1 })).length).toBe(0);
  },
});

/** AWS, where everything is answered by that. */
async function awsThat(answer: (response: ServerResponse) => void): Promise<Aws> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  const aws = await connectAws({ region: "eu-west-1" });
  onTestFinished(() => {
    aws.close();
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  return aws;
}

const xml = (name: string, inner: string): string =>
  `<${name}Response><${name}Result>${inner}</${name}Result></${name}Response>`;

attack(
  "malicious proxy",
  "L2 variant: answers of AWS that are too large, too deep, endless, or of other types",
  {
    attack: async () => {
      const unexpected = { code: "unexpected-answer" };
      const large = await awsThat((response) => {
        response.writeHead(200, { "content-type": "text/xml" });
        const part = Buffer.alloc(1024 * 1024, " ");
        const more = (): void => {
          while (!response.destroyed && response.write(part));
        };
        response.on("drain", more);
        more();
      });
      expect(await stopOf(large.iam.getRole("a"))).toMatchObject(unexpected);
      const deep = await awsThat((response) => response.end(`<a>${"<b>".repeat(100_000)}`));
      expect(await stopOf(deep.iam.getRole("a"))).toMatchObject({ kind: "failed" });
      const endless = await awsThat((response) =>
        response.end(xml("ListRoles", "<Roles/><IsTruncated>true</IsTruncated><Marker>again</Marker>")),
      );
      expect(await stopOf(endless.iam.listRoles())).toMatchObject(unexpected);
      for (const cluster of [
        5,
        [],
        { arn: 5 },
        { arn: "a", identity: [] },
        { resourcesVpcConfig: { publicAccessCidrs: "a" } },
      ]) {
        const odd = await awsThat((response) =>
          response.end(JSON.stringify({ cluster, clusters: [5], associations: 5 })),
        );
        expect(await stopOf(odd.eks.describeCluster("demo"))).toMatchObject(unexpected);
        expect(await stopOf(odd.eks.listClusters())).toMatchObject(unexpected);
        expect(await stopOf(odd.eks.listPodIdentityAssociations("demo", ref))).toMatchObject(unexpected);
      }
    },
    twin: async () => {
      const aws = await awsThat((response) =>
        response.end(JSON.stringify({ clusters: ["demo"], nextToken: null })),
      );
      expect(await aws.eks.listClusters()).toEqual(["demo"]);
      const iam = await awsThat((response) =>
        response.end(xml("ListRoles", "<Roles/><IsTruncated>false</IsTruncated>")),
      );
      expect(await iam.iam.listRoles()).toEqual([]);
    },
  },
);

const ASSOCIATION = {
  associationId: "a-1",
  associationArn: "arn:aws:eks:eu-west-1:111122223333:podidentityassociation/demo/a-1",
  namespace: "shop",
  serviceAccount: ref.name,
  roleArn: "arn:aws:iam::111122223333:role/cart",
};

/** AWS with one association, of which the answers say this. */
const awsWith = (association: object | undefined, listed: object = ASSOCIATION) =>
  awsThat((response) => response.end(JSON.stringify({ associations: [listed], association })));

attack("malicious proxy", "L2 variant: an association that is left out of an answer in part counts as none", {
  attack: async () => {
    const unexpected = { code: "unexpected-answer" };
    const parts = Object.keys(ASSOCIATION).map((key) => ({ ...ASSOCIATION, [key]: undefined }));
    for (const association of [undefined, {}, ...parts]) {
      const { eks } = await awsWith(association);
      expect(await stopOf(eks.describePodIdentities("demo", undefined))).toMatchObject(unexpected);
    }
    const { eks } = await awsWith(ASSOCIATION, {});
    expect(await stopOf(eks.describePodIdentities("demo", undefined))).toMatchObject(unexpected);
    expect(await stopOf(eks.listPodIdentityAssociations("demo", ref))).toMatchObject(unexpected);
  },
  twin: async () => {
    const { eks } = await awsWith(ASSOCIATION);
    expect(await eks.describePodIdentities("demo", undefined)).toMatchObject([
      { id: "a-1", serviceAccount: ref },
    ]);
  },
});

/** The paths that are requested for the keys of these Secrets, and for nodes of these names. */
async function requested(names: readonly string[]): Promise<readonly string[]> {
  const metadata = { managedFields: [{ fieldsV1: { "f:data": { "f:COLOR": {} } } }] };
  const server = await startApiServer(() => ({ status: 200, body: { metadata } }));
  const connection = connect(accessTo(server.url, server.caPem));
  onTestFinished(async () => {
    connection.close();
    await server.stop();
  });
  const api = kubernetesAdapter(connection);
  for (const name of names) {
    await api.getKeyNames({ kind: "secret", namespace: shop, name });
    await api.getNode(name);
  }
  return server.received.map(({ url }) => url);
}

attack(
  "cluster tenant",
  "refer from a pod to a Secret or a node whose name leads to another path of the API",
  {
    attack: async () =>
      expect(await requested(["..", ".", "../../x", "a/b", "a?b=c", "a#b", "A", ""])).toEqual([]),
    twin: async () =>
      expect(await requested(["settings"])).toEqual([
        "/api/v1/namespaces/shop/secrets/settings",
        "/api/v1/nodes/settings",
      ]),
  },
);
