import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION, type ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import { aDesire } from "../fakes/values.ts";
import { bringAbout, changeOf, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const SERVICE_ACCOUNT = "amazon-cloudwatch/cloudwatch-agent";

describe("a ServiceAccount that exists and has no role", () => {
  it("stops without the override, with what to type", async () => {
    const world = aWorld().withProvider().withServiceAccount(SERVICE_ACCOUNT);
    const stop = await stopOf(planIn(world, aDesire()));
    expect(stop).toMatchObject({ kind: "refused", code: "account-exists" });
    expect(textOf(stop)).toContain(SERVICE_ACCOUNT);
    expect(textOf(stop)).toContain("--override-existing-serviceaccounts");
    expect(world.log.writes).toEqual([]);
  });

  it("is adopted with it: annotated and marked so, its labels left", async () => {
    const labels = { "app.kubernetes.io/managed-by": "eksctl", team: "metrics" };
    const world = aWorld()
      .withProvider()
      .withServiceAccount(SERVICE_ACCOUNT, { labels, annotations: { note: "kept" } });
    const { role } = await bringAbout(world, aDesire({ adopt: true }));
    expect(world.serviceAccount()).toMatchObject({
      labels,
      annotations: { note: "kept", [ROLE_ANNOTATION]: role, "irsa/account": "adopted" },
    });
  });

  it("says which values an edit replaces, and what it was planned from", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(SERVICE_ACCOUNT, { labels: { team: "old" } });
    const edit = changeOf(
      await planIn(world, aDesire({ adopt: true, labels: { team: "new" } })),
      "edit-service-account",
    );
    expect(edit).toMatchObject({
      setLabels: { team: "new" },
      before: { labels: { team: "old" }, annotations: { [ROLE_ANNOTATION]: undefined } },
      resourceVersion: world.serviceAccount().resourceVersion,
    });
  });

  it("stops where the cluster forbids to patch it", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(SERVICE_ACCOUNT)
      .forbidding("patch serviceaccounts");
    const stop = await stopOf(planIn(world, aDesire({ adopt: true })));
    expect(stop).toMatchObject({ kind: "denied", code: "forbidden" });
    expect(stop.message).toContain("patch serviceaccounts");
  });

  it("needs no right to patch where there is nothing to patch", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.forbidding("patch serviceaccounts", "create serviceaccounts", "create namespaces");
    expect((await planIn(world, aDesire())).changes).toEqual([]);
  });
});

describe("ownership tags", () => {
  it.each<readonly [string, Partial<ServiceAccount>, string]>([
    ["adopted", { annotations: { "irsa/account": "adopted" } }, "adopted"],
    ["created", { labels: { "app.kubernetes.io/managed-by": "irsa" } }, "created"],
    [
      "adopted, with a forged label",
      { labels: { "app.kubernetes.io/managed-by": "irsa" }, annotations: { "irsa/account": "adopted" } },
      "adopted",
    ],
  ])(
    "let a ServiceAccount be annotated again without override, and stay: %s",
    async (_name, serviceAccount, mark) => {
      const world = aWorld().withProvider().withServiceAccount(SERVICE_ACCOUNT, serviceAccount);
      await bringAbout(world, aDesire());
      expect(world.serviceAccount().annotations["irsa/account"]).toBe(mark);
    },
  );

  it("an annotation 'created' without the label is not proof: the override is asked for, and adopts", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(SERVICE_ACCOUNT, { annotations: { "irsa/account": "created" } });
    expect((await stopOf(planIn(world, aDesire()))).code).toBe("account-exists");
    await bringAbout(world, aDesire({ adopt: true }));
    expect(world.serviceAccount().annotations["irsa/account"]).toBe("adopted");
  });
});

describe("a ServiceAccount that something else keeps", () => {
  const OWNERS: readonly (readonly [string, Partial<ServiceAccount>, readonly string[]])[] = [
    [
      "Helm",
      {
        annotations: { "meta.helm.sh/release-name": "agent" },
        labels: { "app.kubernetes.io/managed-by": "Helm" },
      },
      ["Helm (release agent)", "the chart's values"],
    ],
    ["Helm by its label alone", { labels: { "app.kubernetes.io/managed-by": "Helm" } }, ["Helm"]],
    [
      "Argo CD",
      { annotations: { "argocd.argoproj.io/tracking-id": "metrics:/ServiceAccount:x/y" } },
      ["Argo CD (metrics)"],
    ],
    ["Argo CD by label", { labels: { "argocd.argoproj.io/instance": "metrics" } }, ["Argo CD (metrics)"]],
    ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } }, ["Flux (apps)"]],
    ["Flux's Helm", { labels: { "helm.toolkit.fluxcd.io/name": "apps" } }, ["Flux (apps)"]],
    ["an EKS add-on", { managers: ["eks"] }, ["an EKS add-on", "aws eks update-addon"]],
  ];

  it.each(OWNERS)(
    "stops, override or not, and says where to change it: %s",
    async (_name, serviceAccount, named) => {
      const world = aWorld().withProvider().withServiceAccount(SERVICE_ACCOUNT, serviceAccount);
      const stop = await stopOf(planIn(world, aDesire({ adopt: true })));
      expect(stop).toMatchObject({ kind: "refused", code: "owned-elsewhere" });
      for (const part of [SERVICE_ACCOUNT, "--role-only -o yaml", ...named])
        expect(textOf(stop)).toContain(part);
      expect(world.log.writes).toEqual([]);
    },
  );

  it.each(OWNERS)("is done where it is annotated right already: %s", async (_name, serviceAccount) => {
    const world = aWorld().withProvider();
    const { role } = await bringAbout(world, aDesire({ roleOnly: true }));
    world.withServiceAccount(SERVICE_ACCOUNT, {
      ...serviceAccount,
      annotations: { ...serviceAccount.annotations, [ROLE_ANNOTATION]: role },
    });
    expect((await planIn(world, aDesire())).changes).toEqual([]);
  });
});
