import { describe, expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import type { MetricsView } from "../../src/metrics/family.ts";
import { metricsPage, syncDurations } from "../../src/metrics/page.ts";
import type { HeldChain } from "../../src/watch/state.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { annotate, aShop, CART, ROLE, ROLE_KEY } from "../verification/healthy.ts";
import { POLL_MS } from "../watch/watching.ts";
import { seriesIn, valuesOf } from "./exposition.ts";
import { NOTHING_SEEN, pageOf, watchedMetrics } from "./watched-metrics.ts";

const GONE = ownRole("team/gone");
const HOUR_MS = 3_600_000;

/** The view with other ServiceAccounts than there are. */
function withChains(view: MetricsView, chains: ReadonlyMap<string, HeldChain>): MetricsView {
  const { latest } = view;
  if (latest === undefined) throw new Error("nothing was evaluated");
  const { round, at } = latest;
  return { ...view, latest: { at, round: { ...round, state: { ...round.state, chains } } } };
}

describe("metrics of a watch", () => {
  it("have nothing of ServiceAccounts and AWS before the first evaluation", async () => {
    const names = new Set(seriesIn(await pageOf(NOTHING_SEEN)).map(({ name }) => name));
    expect([...names].filter((name) => !/^process_|_bucket$|_sum$|_count$/.test(name))).toEqual([
      "irsa_build_info",
      "irsa_cluster_info",
    ]);
  });

  it("tell what works, what is broken, and what works again", async () => {
    const world = aShop();
    const metrics = await watchedMetrics(world);
    const works = await metrics.page();
    expect(valuesOf(works, "irsa_serviceaccounts")).toEqual({ works: 1, broken: 0, unproven: 0, unknown: 0 });
    expect(valuesOf(works, "irsa_serviceaccount_problem")).toEqual({});
    expect(valuesOf(works, "irsa_serviceaccounts_proved")).toEqual({ "": 1 });
    const [provedAt] = Object.values(valuesOf(works, "irsa_oldest_proof_timestamp_seconds"));
    expect(provedAt).toBeCloseTo(metrics.clock.now() / 1000, -1);

    await metrics.change(() => annotate(world, { [ROLE_KEY]: GONE }));
    const broken = await metrics.page();
    expect(valuesOf(broken, "irsa_serviceaccounts")).toMatchObject({ works: 0, broken: 1 });
    expect(valuesOf(broken, "irsa_serviceaccounts_broken")).toMatchObject({ role: 1, sts: 0 });
    expect(valuesOf(broken, "irsa_serviceaccount_problem")).toEqual({
      "shop cart broken role role-missing": 1,
    });
    expect(valuesOf(broken, "irsa_findings")).toMatchObject({ "role-gone high known": 1 });

    await metrics.change(() => annotate(world, { [ROLE_KEY]: ROLE }));
    const repaired = await metrics.page();
    expect(valuesOf(repaired, "irsa_serviceaccounts")).toMatchObject({ works: 1, broken: 0 });
    expect(valuesOf(repaired, "irsa_serviceaccount_problem")).toEqual({});
    expect(valuesOf(repaired, "irsa_findings")).toMatchObject({ "role-gone high known": 0 });
    await metrics.stop();
  });

  it("have every rule, also without a finding", async () => {
    const metrics = await watchedMetrics(aShop());
    const rules = seriesIn(await metrics.page()).flatMap(({ name, labels }) =>
      name === "irsa_findings" ? [labels["rule"]] : [],
    );
    expect(new Set(rules)).toEqual(new Set(RULES.map(({ code }) => code)));
    await metrics.stop();
  });

  it("compare what the AWS account has with its quotas", async () => {
    const world = aShop();
    const metrics = await watchedMetrics(world);
    const page = await metrics.page();
    const { longestTrusts } = metrics.view().latest?.round.awsAccount ?? { longestTrusts: [] };
    expect(valuesOf(page, "irsa_iam_roles")).toEqual({ "": 1 });
    expect(valuesOf(page, "irsa_iam_roles_quota")).toEqual({ "": 1000 });
    expect(valuesOf(page, "irsa_iam_oidc_providers")).toEqual({ "": 1 });
    expect(valuesOf(page, "irsa_trust_policy_quota_characters")).toEqual({ "": 2048 });
    const characters = JSON.stringify(world.trustOf({ serviceAccount: aServiceAccount(CART) })).length;
    expect(longestTrusts).toEqual([{ role: "cart", characters }]);
    expect(valuesOf(page, "irsa_trust_policy_characters")).toEqual({ cart: characters });
    await metrics.stop();
  });
});

describe("while IAM can't be read", () => {
  it("nothing is shown as fresh, and nothing as resolved", async () => {
    const world = aShop();
    const metrics = await watchedMetrics(world);
    await metrics.change(() => annotate(world, { [ROLE_KEY]: GONE }));
    expect(valuesOf(await metrics.page(), "irsa_source_up")).toMatchObject({ iam: 1, pods: 1 });

    await metrics.change(() => world.log.lose("iam."), POLL_MS + 2_000);
    await metrics.change(() => undefined, HOUR_MS);
    // The API server ends watches now and then; the world in memory does not by itself.
    await metrics.change(() => world.watches.drop());
    const lost = await metrics.page();
    expect(valuesOf(lost, "irsa_source_up")).toMatchObject({ iam: 0, pods: 1 });
    expect(valuesOf(lost, "irsa_snapshot_age_seconds")["aws"]).toBeGreaterThanOrEqual(HOUR_MS / 1000);
    expect(valuesOf(lost, "irsa_snapshot_age_seconds")["cluster"]).toBeLessThan(POLL_MS / 1000);
    expect(valuesOf(lost, "irsa_serviceaccounts")).toEqual({ works: 0, broken: 0, unproven: 0, unknown: 1 });
    expect(valuesOf(lost, "irsa_serviceaccounts_broken")).toMatchObject({ role: 0 });
    // An alert on it must not end because nothing is known.
    expect(valuesOf(lost, "irsa_serviceaccount_problem")).toEqual({
      "shop cart broken role role-missing": 1,
    });
    expect(valuesOf(lost, "irsa_findings")).toMatchObject({
      "role-gone high known": 0,
      "role-gone high unknown": 1,
    });
    expect(valuesOf(lost, "irsa_snapshot_gaps")[""]).toBeGreaterThan(0);
    for (const name of ["roles", "roles_quota", "oidc_providers"])
      expect(valuesOf(lost, `irsa_iam_${name}`)).toEqual({});
    expect(valuesOf(lost, "irsa_trust_policy_characters")).toEqual({});
    await metrics.stop();
  });
});

describe("names of others", () => {
  it.each(["", "application/openmetrics-text;version=1.0.0"])(
    "come out as they are, and as nothing else (accept: %j)",
    async (accept) => {
      const metrics = await watchedMetrics(aShop());
      await metrics.change(() => undefined);
      const { view } = metrics;
      const [chain] = metrics.state().chains.values();
      if (chain === undefined) throw new Error("no ServiceAccount");
      const broken: HeldChain = { ...chain, state: { verdict: "broken" } };
      // Of half a surrogate pair UTF-8 has nothing.
      const names = HOSTILE_NAMES.map((name) => name.replaceAll(/\p{Surrogate}/gu, ""));
      const paths = names.map((name) => `shop/${name.replaceAll("/", "_")}`);
      const page = await pageOf(withChains(view(), new Map(paths.map((path) => [path, broken]))), accept);
      const shown = seriesIn(page).flatMap(({ name, labels: { namespace, serviceaccount } }) =>
        name === "irsa_serviceaccount_problem" ? [`${namespace}/${serviceaccount}`] : [],
      );
      expect(shown.toSorted()).toEqual(paths.toSorted());
      await metrics.stop();
    },
  );

  it("have at most 1,000 series, broken ones first", async () => {
    const metrics = await watchedMetrics(aShop());
    const [chain] = metrics.state().chains.values();
    if (chain === undefined) throw new Error("no ServiceAccount");
    const chains = new Map(
      Array.from({ length: 2_500 }, (_, at): [string, HeldChain] => [
        `shop/sa-${at}`,
        { ...chain, state: { verdict: at < 2_000 ? "unproven" : "broken" } },
      ]),
    );
    const page = await pageOf(withChains(metrics.view(), chains));
    const states = seriesIn(page).flatMap(({ name, labels }) =>
      name === "irsa_serviceaccount_problem" ? [labels["state"]] : [],
    );
    expect(states).toHaveLength(1_000);
    expect(states.filter((state) => state === "broken")).toHaveLength(500);
    expect(valuesOf(page, "irsa_serviceaccount_problems_omitted")).toEqual({ "": 1_500 });
    await metrics.stop();
  });
});

describe("formats", () => {
  const CALLS = [{ action: "iam:GetRole", result: "ok", count: 3 }] as const;

  it("OpenMetrics for who takes it, the older text otherwise, one after the other", async () => {
    const durations = syncDurations();
    const of = (accept: string) => metricsPage({ ...NOTHING_SEEN, calls: CALLS }, durations, accept);
    const older = await of("text/plain");
    const openMetrics = await of("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    expect(older.type).toContain("text/plain; version=0.0.4");
    expect(openMetrics.type).toContain("application/openmetrics-text; version=1.0.0");
    expect(openMetrics.body).toMatch(/# TYPE irsa_aws_requests counter\n[^#]*\n# [^]*\n# EOF\n$/);
    expect(older.body).toContain("# TYPE irsa_aws_requests_total counter\n");
    expect(seriesIn(openMetrics.body)).toEqual(seriesIn(older.body));
    expect(await of("text/plain")).toEqual(older);
    expect(valuesOf(older.body, "irsa_aws_requests_total")).toEqual({ "iam:GetRole ok": 3 });
  });
});
