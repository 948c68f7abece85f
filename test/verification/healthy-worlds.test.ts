import { describe, expect, it } from "vitest";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { aServiceAccount, OLD_ISSUER, ownRole } from "../fakes/values.ts";
import { manifestOf } from "../fakes/pods.ts";
import type { World } from "../fakes/world.ts";
import { aShop, annotate, CART, inChina, ourShop, ROLE, ROLE_KEY, run, verified } from "./healthy.ts";

interface HealthyWorld {
  readonly name: string;
  readonly build: () => World;
  readonly subject?: string;
  /** `works` unless told otherwise. */
  readonly verdict?: string;
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
  {
    name: "Pod Identity beside, with the same role",
    build: changed((world) => {
      world.associations.set(CART, ROLE);
      run(world, manifestOf("cart"));
    }),
  },
  {
    name: "Pod Identity beside, for another ServiceAccount",
    build: changed((world) => world.associations.set("shop/till", ownRole("till"))),
  },
  {
    name: "Pod Identity alone",
    build: changed((world) => {
      annotate(world, { [ROLE_KEY]: undefined });
      world.associations.set(CART, ROLE);
      run(world, manifestOf("cart"));
    }),
    verdict: "unproven",
  },
  { name: "China", build: () => aShop(inChina()) },
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
    name: "a side-car that is skipped on purpose",
    subject: "deploy/shop/cart",
    build: changed((world) =>
      run(
        world,
        manifestOf(
          "cart",
          { containers: [{ name: "app" }, { name: "proxy" }] },
          { annotations: { "eks.amazonaws.com/skip-containers": "proxy" } },
        ),
      ),
    ),
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
        const containers = [{ name: "app", env: {}, mounts: {} }];
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
  it.each(WORLDS)("$name", async ({ build, subject, verdict = "works" }) => {
    const report = await verified(build(), subject);
    const odd = report.links.filter(({ status }) => ["FAIL", "WARN", "UNKNOWN"].includes(status));
    expect(odd).toEqual([]);
    expect(report.verdict).toBe(verdict);
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

  it("a space in skip-containers, which counts", async () => {
    const world = aShop();
    const containers = [{ name: "app" }, { name: "proxy" }, { name: "log" }];
    const annotations = { "eks.amazonaws.com/skip-containers": "proxy, log" };
    run(world, manifestOf("cart", { containers }, { annotations }));
    const report = await verified(world, "deploy/shop/cart");
    expect(report.links.find(({ link }) => link === "workload")).toMatchObject({
      status: "WARN",
      findings: [{ row: "D5", code: "skip-unmatched" }],
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
