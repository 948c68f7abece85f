import { describe, expect, it } from "vitest";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { aServiceAccount, OLD_ISSUER, ownRole } from "../fakes/values.ts";
import { manifestOf, type PodManifest } from "../fakes/pods.ts";
import type { World } from "../fakes/world.ts";
import {
  associate,
  associatedShop,
  changePod,
  podsTrust,
  TARGET,
  targetingShop,
  targetTrust,
  trusting,
  withoutAgent,
} from "./associated.ts";
import {
  aShop,
  annotate,
  CART,
  clearPods,
  inChina,
  inPartition,
  ourShop,
  ROLE,
  ROLE_KEY,
  run,
  verified,
} from "./healthy.ts";

interface HealthyWorld {
  readonly name: string;
  readonly build: () => World;
  readonly subject?: string;
  /** The links that remain unknown, and leave it unproven; none by default. */
  readonly unproven?: readonly string[];
}

function changed(change: (world: World) => void, make = aShop): () => World {
  return () => {
    const world = make();
    change(world);
    return world;
  };
}

function withTrust(world: World, ...statements: readonly ReturnType<typeof webIdentityStatement>[]): void {
  world.editRole(ROLE, ({ role }) => ({ role: { ...role, trust: trustPolicy(statements) } }));
}

function grant(world: World, serviceAccount = CART) {
  return world.grantOf({ serviceAccount: aServiceAccount(serviceAccount) });
}

const OWN_IDENTITY = [
  { name: "AWS_ROLE_ARN", value: ownRole("proxy") },
  { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/var/run/proxy/token" },
];

function withEnvFrom(
  world: World,
  envFrom: NonNullable<PodManifest["spec"]["containers"][number]["envFrom"]>,
  metadata: PodManifest["metadata"] = {},
): void {
  run(world, manifestOf("cart", { containers: [{ name: "app", envFrom }] }, metadata));
}

/** The pods as a webhook makes them that was started without a region. */
function withoutRegion(world: World): void {
  for (const [at, pod] of world.api.pods.entries()) {
    const containers = pod.spec.containers.map((one) => {
      const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = one.env;
      return { ...one, env };
    });
    world.api.pods[at] = { ...pod, spec: { ...pod.spec, containers } };
  }
}

/** A volume with the webhook's name and a token of the workload's choice. */
function ownToken(audience: string, path: string) {
  return { name: "aws-iam-token", projected: { sources: [{ serviceAccountToken: { audience, path } }] } };
}

/** The agent's address in IPv6 clusters, as the webhook gives it. */
function onIpv6(world: World): void {
  for (const [at, pod] of world.api.pods.entries()) {
    const containers = pod.spec.containers.map((one) =>
      "AWS_CONTAINER_CREDENTIALS_FULL_URI" in one.env
        ? {
            ...one,
            env: { ...one.env, AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://[fd00:ec2::23]/v1/credentials" },
          }
        : one,
    );
    world.api.pods[at] = { ...pod, spec: { ...pod.spec, containers } };
  }
  world.log.deny("kubernetes.tryPod");
}

const WORLDS: readonly HealthyWorld[] = [
  { name: "a role of its owner's, with a path", build: aShop },
  { name: "a role that irsa keeps", build: ourShop },
  {
    name: "a role shared by three ServiceAccounts",
    build: changed((world) => {
      const serviceAccounts = ["a/one", CART, "b/two"].map((serviceAccount) =>
        webIdentityStatement(grant(world, serviceAccount)),
      );
      withTrust(world, ...serviceAccounts);
    }),
  },
  {
    name: "a role shared by two clusters",
    build: changed((world) => {
      const there = OLD_ISSUER.slice("https://".length);
      const arn = providerArn(world.cluster, world.cluster.issuer).replace(
        hostPath(world.cluster.issuer),
        there,
      );
      const other = { ...grant(world), providerArn: arn, issuerHostPath: there };
      withTrust(world, webIdentityStatement(other), webIdentityStatement(grant(world)));
    }),
  },
  {
    name: "a wildcard on purpose: every ServiceAccount of the namespace",
    build: changed((world) => {
      const { Condition: _, ...rest } = webIdentityStatement(grant(world));
      const issuer = hostPath(world.cluster.issuer);
      withTrust(world, {
        ...rest,
        Condition: {
          StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
          StringLike: { [`${issuer}:sub`]: "system:serviceaccount:shop:*" },
        },
      });
    }),
  },
  {
    name: "a trust policy that a service and people may use too",
    build: changed((world) =>
      withTrust(
        world,
        { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" },
        webIdentityStatement(grant(world)),
      ),
    ),
  },
  {
    name: "a Deny for others",
    build: changed((world) =>
      withTrust(world, webIdentityStatement(grant(world)), {
        Effect: "Deny",
        Principal: "*",
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringNotLike: { [`${hostPath(world.cluster.issuer)}:sub`]: "system:serviceaccount:shop:*" },
        },
      }),
    ),
  },
  { name: "Pod Identity", build: associatedShop },
  { name: "Pod Identity, asked about by workload", build: associatedShop, subject: "deploy/shop/cart" },
  { name: "Pod Identity, asked about by pod", build: associatedShop, subject: "pod/shop/cart-5d9c-x1" },
  { name: "Pod Identity with a target role", build: targetingShop },
  {
    name: "Pod Identity beside the annotation, with the same role",
    build: changed((world) => annotate(world, { [ROLE_KEY]: ROLE }), associatedShop),
  },
  {
    name: "Pod Identity with conditions in the trust policy",
    build: changed(
      (world) =>
        trusting(
          world,
          podsTrust({
            "aws:SourceAccount": world.cluster.awsAccount,
            "aws:RequestTag/eks-cluster-name": world.cluster.name,
            "aws:RequestTag/kubernetes-namespace": "shop",
            "aws:RequestTag/kubernetes-service-account": "cart",
          }),
        ),
      associatedShop,
    ),
  },
  {
    name: "Pod Identity without session tags, and with a session policy",
    build: changed((world) => {
      trusting(world, podsTrust({}, ["sts:AssumeRole"]));
      const policy = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:Get*", Resource: "*" } });
      associate(world, { withoutSessionTags: true, policy });
    }, associatedShop),
  },
  {
    name: "Pod Identity with an external ID for the target role",
    build: changed((world) => {
      trusting(world, targetTrust({ "sts:ExternalId": "now" }, ["sts:AssumeRole"]), TARGET);
      associate(world, { withoutSessionTags: true, externalId: "now" });
    }, targetingShop),
  },
  {
    name: "Pod Identity with a target role that trusts the AWS account, and a role that is allowed to",
    build: changed((world) => {
      const trust = JSON.stringify(targetTrust()).replace(ROLE, "arn:aws:iam::111122223333:root");
      trusting(world, JSON.parse(trust) as ReturnType<typeof targetTrust>, TARGET);
      const Action = ["sts:AssumeRole", "sts:TagSession"];
      const Statement = [{ Effect: "Allow" as const, Action, Resource: TARGET }];
      world.editRole(ROLE, () => ({ inline: { own: { Version: "2012-10-17", Statement } } }));
    }, targetingShop),
  },
  {
    name: "Pod Identity by an association that an add-on owns",
    build: changed(
      (world) =>
        void associate(world, {
          ownerArn: "arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/adot/1c2d",
        }),
      associatedShop,
    ),
  },
  {
    name: "Pod Identity with an association that was changed long ago",
    build: changed(
      (world) => void associate(world, { modifiedAt: new Date("2026-11-02T00:00:00Z") }),
      associatedShop,
    ),
  },
  {
    name: "Pod Identity with a pod that was created in the same second as the association",
    build: changed((world) => {
      const second = Math.floor(Date.now() / 1000) * 1000;
      changePod(world, { createdAt: new Date(second).toISOString() });
      associate(world, { modifiedAt: new Date(second + 700) });
    }, associatedShop),
  },
  {
    name: "Pod Identity behind a proxy that leaves the agent out",
    subject: "deploy/shop/cart",
    build: changed((world) => {
      const env = [
        { name: "HTTP_PROXY", value: "http://proxy:3128" },
        { name: "NO_PROXY", value: "10.0.0.0/8,169.254.170.23,[fd00:ec2::23]" },
      ];
      run(world, manifestOf("cart", { containers: [{ name: "app", env }] }));
    }, associatedShop),
  },
  {
    name: "Pod Identity on IPv6, behind a proxy",
    subject: "deploy/shop/cart",
    build: changed((world) => {
      const env = [
        { name: "http_proxy", value: "http://proxy:3128" },
        { name: "no_proxy", value: "[fd00:ec2::23]" },
      ];
      run(world, manifestOf("cart", { containers: [{ name: "app", env }] }));
      onIpv6(world);
    }, associatedShop),
  },
  {
    name: "Pod Identity on a node of EKS Auto Mode",
    build: changed((world) => {
      withoutAgent(world);
      world.api.nodes.set("auto-1", { "eks.amazonaws.com/compute-type": "auto" });
      changePod(world, { node: "auto-1" });
      Object.assign(world.cluster, { autoMode: true });
    }, associatedShop),
  },
  {
    name: "Pod Identity with an agent that a chart has installed elsewhere",
    build: changed((world) => {
      world.addons.clear();
      for (const [at, pod] of world.api.pods.entries())
        if (pod.namespace === "kube-system") world.api.pods[at] = { ...pod, namespace: "platform" };
    }, associatedShop),
    // A tenant's pod may have the agent's label, too.
    unproven: ["agent"],
  },
  {
    name: "Pod Identity without pods",
    build: changed(clearPods, associatedShop),
    unproven: ["exchange"],
  },
  {
    name: "Pod Identity beside, for another ServiceAccount",
    build: changed((world) => world.associations.set("shop/till", ownRole("till"))),
  },
  { name: "China", build: () => aShop(inChina()) },
  { name: "GovCloud", build: () => aShop(inPartition("aws-us-gov", "us-gov-west-1", "amazonaws.com")) },
  {
    name: "the European Sovereign Cloud",
    build: () => aShop(inPartition("aws-eusc", "eusc-de-east-1", "amazonaws.eu")),
  },
  {
    name: "a custom audience",
    build: changed((world) => {
      world.withProvider({ clientIds: ["sts.amazonaws.com", "vault"] });
      annotate(world, { "eks.amazonaws.com/audience": "vault" });
      withTrust(world, webIdentityStatement({ ...grant(world), audience: "vault" }));
      run(world, manifestOf("cart"));
    }),
  },
  {
    name: "a ServiceAccount that Helm keeps, annotated by its values",
    build: changed((world) => annotate(world, { "meta.helm.sh/release-name": "cart" })),
  },
  {
    name: "well-formed annotations for endpoints and expiry",
    build: changed((world) =>
      annotate(world, {
        "eks.amazonaws.com/sts-regional-endpoints": "0",
        "eks.amazonaws.com/token-expiration": "60",
      }),
    ),
  },
  {
    name: "a side-car that is skipped, with a role of its own",
    subject: "deploy/shop/cart",
    build: changed((world) =>
      run(
        world,
        manifestOf(
          "cart",
          { containers: [{ name: "app" }, { name: "proxy", env: [...OWN_IDENTITY] }] },
          { annotations: { "eks.amazonaws.com/skip-containers": "proxy" } },
        ),
      ),
    ),
  },
  {
    name: "variables from a ConfigMap and a Secret, without access keys",
    subject: "deploy/shop/cart",
    build: changed((world) => {
      world.api.keys.set("configmap/shop/settings", ["LOG_LEVEL", "ACCESS_KEY_ID"]);
      world.api.keys.set("secret/shop/database", ["PASSWORD"]);
      withEnvFrom(world, [
        { configMapRef: { name: "settings" } },
        { configMapRef: { name: "not-there" } },
        { secretRef: { name: "database" } },
      ]);
    }),
  },
  {
    name: "a region from a ConfigMap on Fargate",
    subject: "pod/shop/cart-5d9c-x1",
    build: changed((world) => {
      world.api.keys.set("configmap/shop/settings", ["AWS_REGION"]);
      withEnvFrom(world, [{ configMapRef: { name: "settings" } }], {
        labels: { "eks.amazonaws.com/fargate-profile": "fp" },
      });
      withoutRegion(world);
    }),
  },
  {
    name: "a volume of the workload's own with the webhook's name, and the right token",
    subject: "deploy/shop/cart",
    build: changed((world) =>
      run(world, manifestOf("cart", { volumes: [ownToken("sts.amazonaws.com", "token")] })),
    ),
  },
  {
    name: "both variables and a token volume of the workload's own",
    subject: "deploy/shop/cart",
    build: changed((world) => {
      const mount = { name: "aws", mountPath: "/var/run/aws/" };
      const env = [
        { name: "AWS_ROLE_ARN", value: ROLE },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/var/run/aws/jwt" },
      ];
      const volumes = [{ ...ownToken("sts.amazonaws.com", "jwt"), name: "aws" }];
      run(world, manifestOf("cart", { containers: [{ name: "app", env, volumeMounts: [mount] }], volumes }));
    }),
  },
  {
    name: "both variables set by hand, and rightly",
    subject: "deploy/shop/cart",
    build: changed((world) =>
      run(
        world,
        manifestOf("cart", {
          containers: [
            {
              name: "app",
              env: [
                { name: "AWS_ROLE_ARN", value: ROLE },
                {
                  name: "AWS_WEB_IDENTITY_TOKEN_FILE",
                  value: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
                },
              ],
            },
          ],
        }),
      ),
    ),
  },
  {
    name: "Windows by nodeSelector",
    subject: "deploy/shop/cart",
    build: changed((world) =>
      run(
        world,
        manifestOf("cart", { os: { name: "windows" }, nodeSelector: { "kubernetes.io/os": "windows" } }),
      ),
    ),
  },
  {
    name: "a webhook of one's own, under another authority",
    build: changed((world) => {
      const { webhook } = world.api;
      const target = "kube-system/pod-identity-webhook";
      world.api.webhookCa = "-----OWN-----";
      world.api.webhook = webhook && {
        ...webhook,
        webhooks: webhook.webhooks.map((one) => ({ ...one, target, caPem: "-----OWN-----" })),
      };
    }),
  },
  {
    name: "pods that have ended without a role",
    build: changed((world) => {
      const [pod] = world.api.pods;
      if (pod !== undefined) {
        const containers = [{ name: "app", env: {}, envFrom: [], mounts: [] }];
        world.withPod({ ...pod, name: "done", phase: "Succeeded", spec: { ...pod.spec, containers } });
      }
    }),
  },
  { name: "no pods yet", build: changed((world) => (world.api.pods.length = 0)) },
  {
    name: "a role with an inline policy alone",
    build: changed((world) =>
      world.editRole(ROLE, () => ({ attached: [], inline: { own: { Statement: [] } } })),
    ),
  },
];

describe("a healthy world has nothing that a sane person would want to be warned of", () => {
  it.each(WORLDS)("$name", async ({ build, subject, unproven = [] }) => {
    const report = await verified(build(), subject);
    const odd = report.links.filter(({ status }) => ["FAIL", "WARN", "UNKNOWN"].includes(status));
    expect(odd.filter(({ status }) => status !== "UNKNOWN")).toEqual([]);
    expect(odd.map(({ link }) => link)).toEqual(unproven);
    expect(report.verdict).toBe(unproven.length === 0 ? "works" : "unproven");
  });
});

describe("what works by Pod Identity, but should not stay so, is a warning", () => {
  const proxy = [
    { name: "HTTPS_PROXY", value: "http://p" },
    { name: "http_proxy", value: "http://p" },
  ];
  it.each([
    [
      "an annotation with another role",
      "pod-identity-wins",
      CART,
      (world: World) => annotate(world, { [ROLE_KEY]: ownRole("other") }),
    ],
    [
      "a proxy that does not leave the agent out",
      "agent-by-proxy",
      "deploy/shop/cart",
      (world: World) => run(world, manifestOf("cart", { containers: [{ name: "app", env: proxy }] })),
    ],
    [
      "an association that was changed a minute ago",
      "credentials-cached",
      CART,
      (world: World) => associate(world, { modifiedAt: new Date(Date.now() - 60_000) }),
    ],
    [
      "a pod that has the same role by IRSA still",
      "pod-before-association",
      CART,
      (world: World) => {
        world.associations.clear();
        annotate(world, { [ROLE_KEY]: ROLE });
        run(world, manifestOf("cart"));
        world.associations.set(CART, ROLE);
      },
    ],
  ] as const)("%s", async (_name, code, subject, change) => {
    const world = associatedShop();
    change(world);
    const report = await verified(world, subject);
    expect(report).toMatchObject({ way: "pod-identity", verdict: "works" });
    const codes = report.links.flatMap(({ findings }) => findings.map((one) => one.code));
    expect(new Set(codes)).toEqual(new Set([code]));
  });
});

it.each<readonly [string, (world: World) => unknown]>([
  ["none at all", clearPods],
  [
    "one by IRSA",
    (world) => {
      world.associations.clear();
      annotate(world, { [ROLE_KEY]: ROLE });
      run(world, manifestOf("cart"));
      world.associations.set(CART, ROLE);
    },
  ],
])("of an agent that no pod of the ServiceAccount uses, that alone is said: %s", async (_name, change) => {
  const world = associatedShop();
  change(world);
  const { links } = await verified(world);
  expect(links.find(({ link }) => link === "agent")).toMatchObject({
    status: "PASS",
    message: "ready on 1 of 1 nodes; no running pod of the ServiceAccount uses it",
  });
});

describe("what works, but should not stay so, is a warning", () => {
  it.each([
    ["no audience pinned", "trust-policy", "B8", (world: World) => withTrust(world, unpinned(world, ":aud"))],
    ["no subject pinned", "trust-policy", "B9", (world: World) => withTrust(world, unpinned(world, ":sub"))],
    ["no policy", "permissions", "B13", (world: World) => world.editRole(ROLE, () => ({ attached: [] }))],
    [
      "an expiry that is no number",
      "service-account",
      "C9",
      (world: World) => annotate(world, { "eks.amazonaws.com/token-expiration": "1h" }),
    ],
  ] as const)("%s", async (_name, link, row, change) => {
    const world = aShop();
    change(world);
    const report = await verified(world);
    expect(report.verdict).toBe("works");
    const warned = report.links.filter(({ status }) => status === "WARN");
    expect(warned).toMatchObject([{ link, findings: [{ row, level: "warn" }] }]);
  });

  it.each([
    [
      "a container that is skipped beside others",
      "container-skipped",
      (world: World) =>
        run(
          world,
          manifestOf(
            "cart",
            { containers: [{ name: "app" }, { name: "uploader" }] },
            { annotations: { "eks.amazonaws.com/skip-containers": "uploader" } },
          ),
        ),
    ],
    [
      "a token file that a process writes",
      "token-unseen",
      (world: World) => {
        const mount = { name: "spiffe", mountPath: "/spiffe" };
        const env = [
          { name: "AWS_ROLE_ARN", value: ROLE },
          { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/spiffe/jwt" },
        ];
        const containers = [{ name: "app", env, volumeMounts: [mount] }];
        run(world, manifestOf("cart", { containers, volumes: [{ name: "spiffe" }] }));
      },
    ],
    [
      "a Secret in envFrom that may not be read",
      "keys-unseen",
      (world: World) => {
        world.log.deny("kubernetes.getKeyNames");
        withEnvFrom(world, [{ secretRef: { name: "database" } }]);
      },
    ],
  ] as const)("%s", async (_name, code, change) => {
    for (const subject of ["shop/cart", "deploy/shop/cart", "pod/shop/cart-5d9c-x1"]) {
      const world = aShop();
      change(world);
      const report = await verified(world, subject);
      expect(report.verdict).toBe("works");
      const warned = report.links.filter(({ status }) => status === "WARN");
      expect(new Set(warned.flatMap(({ findings }) => findings.map((one) => one.code)))).toEqual(
        new Set([code]),
      );
    }
  });

  it("a prefix that rules access keys out leaves nothing to warn of", async () => {
    const world = aShop();
    world.log.deny("kubernetes.getKeyNames");
    withEnvFrom(world, [{ prefix: "DB_", secretRef: { name: "database" } }]);
    const report = await verified(world, "deploy/shop/cart");
    expect(report.links.filter(({ status }) => status === "WARN")).toEqual([]);
  });

  it("a space in skip-containers, which counts", async () => {
    const world = aShop();
    const containers = [{ name: "app" }, { name: "proxy" }, { name: "log" }];
    const annotations = { "eks.amazonaws.com/skip-containers": "proxy, log" };
    run(world, manifestOf("cart", { containers }, { annotations }));
    const report = await verified(world, "deploy/shop/cart");
    expect(report.links.find(({ link }) => link === "workload")).toMatchObject({
      status: "WARN",
      findings: [
        { row: "D5", code: "skip-unmatched" },
        { row: "D5", code: "container-skipped", evidence: { container: "proxy" } },
      ],
    });
  });
});

function unpinned(world: World, claim: string) {
  const statement = webIdentityStatement(grant(world));
  const pins = Object.entries(statement.Condition?.["StringEquals"] ?? {}).filter(
    ([key]) => !key.endsWith(claim),
  );
  return { ...statement, Condition: { StringEquals: Object.fromEntries(pins) } };
}

it("a condition that only the pod's place meets leaves the chain unproven, not broken", async () => {
  const world = aShop();
  const statement = webIdentityStatement(grant(world));
  withTrust(world, {
    ...statement,
    Condition: { ...statement.Condition, StringLike: { "aws:SourceVpc": "vpc-1" } },
  });
  const report = await verified(world);
  expect(report.verdict).toBe("unproven");
  expect(report.links.filter(({ status }) => status === "UNKNOWN").map(({ link }) => link)).toEqual([
    "trust-policy",
    "sts",
  ]);
});
