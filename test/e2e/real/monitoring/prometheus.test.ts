import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { parse } from "yaml";
import { buildDashboardReader } from "../../../worlds/grafana/build.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { prometheusPrograms, startMonitoring, type Monitoring } from "../../../worlds/prometheus.ts";
import { startSandboxWorld } from "../../../worlds/sandbox-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { createSa, S3_READ, STORY } from "../../commands.ts";
import { EXECUTABLE, irsa } from "../../irsa.ts";

const FOLDER = fileURLToPath(new URL("../../../../monitoring/", import.meta.url));
const RULES = join(FOLDER, "alerts.yaml");
const ROLE_KEY = "eks.amazonaws.com/role-arn";
const CART = { namespace: "shop", name: "cart" };

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly runbook: string };
    }[];
  }[];
}

async function rulesOf() {
  const { groups } = parse(await readFile(RULES, "utf8")) as Rules;
  return groups.flatMap(({ rules }) => rules);
}

describe("the alert rules", () => {
  let promtool: string;

  beforeAll(async () => {
    promtool = join(await prometheusPrograms(), "promtool");
  });

  test.each([
    ["are valid", ["check", "rules", "alerts.yaml"]],
    ["do what their tests say", ["test", "rules", "alerts.test.yaml"]],
  ])("%s, says promtool", async (_what, args) => {
    const { stdout } = await promisify(execFile)(promtool, args, { cwd: FOLDER });
    expect(stdout).toContain("SUCCESS");
  });

  it("have a test each, and a runbook that irsa runs", async () => {
    const tests = await readFile(join(FOLDER, "alerts.test.yaml"), "utf8");
    for (const { alert, annotations } of await rulesOf()) {
      expect(tests).toContain(`alertname: ${alert}`);
      const [program, ...words] = annotations.runbook.split(" ");
      expect(program).toBe("irsa");
      if (annotations.runbook.includes("{{") || words[0] === "doctor") continue;
      expect(await irsa(words, {})).toMatchObject({ code: 0 });
    }
  });
});

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboardText = () => readFile(join(FOLDER, "dashboard.json"), "utf8");

describe("the dashboard", () => {
  let reader: string;

  beforeAll(async () => {
    reader = await buildDashboardReader();
  });

  const read = async (text: string): Promise<void> => {
    const reading = promisify(execFile)(reader);
    reading.child.stdin?.end(text);
    await reading;
  };

  it("is one by Grafana's schema", async () => {
    const text = await dashboardText();
    await read(text);
    await expect(read(text.replace("cellHeight", "cellHigh"))).rejects.toThrow("unexpected field 'cellHigh'");
  });
});

describe("in Prometheus and Alertmanager", () => {
  let world: World;
  let cluster: Cluster;
  let watching: ChildProcess | undefined;
  let monitoring: Monitoring;

  beforeAll(async () => {
    world = await startSandboxWorld();
    cluster = clusterOf(world);
    for (const args of [STORY.associate, createSa("shop/cart", "--policy-arn", S3_READ, "--approve")])
      expect(await irsa(args, world.environmentOf("admin"))).toMatchObject({ code: 0 });
    const args = ["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", "--metrics", "0"];
    const child = spawn(process.execPath, [EXECUTABLE, ...args], {
      env: world.environmentOf("admin"),
      stdio: ["ignore", "ignore", "pipe"],
    });
    watching = child;
    let target = "";
    for await (const line of createInterface({ input: child.stderr })) {
      target = /^metrics: http:\/\/(127\.0\.0\.1:\d+)\/metrics$/.exec(line)?.[1] ?? "";
      if (target !== "") break;
    }
    child.stderr.resume();
    monitoring = await startMonitoring(target, RULES);
  });
  afterAll(async () => {
    watching?.kill("SIGKILL");
    await monitoring?.stop();
    await world?.stop();
  });

  async function annotate(role: string): Promise<void> {
    const found = await cluster.core.readNamespacedServiceAccount(CART);
    found.metadata = Object.assign(found.metadata ?? {}, {
      annotations: { ...found.metadata?.annotations, [ROLE_KEY]: role },
    });
    await cluster.core.replaceNamespacedServiceAccount({ ...CART, body: found });
  }

  const told = (status: string) =>
    monitoring.told.filter(
      (one) => one.status === status && one.labels["alertname"] === "IrsaServiceAccountBroken",
    );
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, PATIENCE);

  it("a ServiceAccount that breaks is told, and that it is repaired", async () => {
    await until(async () =>
      expect(await monitoring.query('irsa_serviceaccounts{state="works"} == 1')).toHaveLength(1),
    );
    const { annotations } = (await cluster.core.readNamespacedServiceAccount(CART)).metadata ?? {};
    await annotate("arn:aws:iam::111122223333:role/gone");
    await until(() => expect(told("firing")).not.toEqual([]));
    const [alert] = told("firing");
    expect(alert?.labels).toMatchObject({ namespace: "shop", serviceaccount: "cart", code: "role-missing" });
    expect(alert?.annotations).toMatchObject({
      summary: "Pods of shop/cart can't get AWS credentials",
      runbook: "irsa explain role-missing",
    });
    await annotate(annotations?.[ROLE_KEY] ?? "");
    await until(() => expect(told("resolved")).not.toEqual([]));
  });

  it("has an answer to every query of the dashboard", async () => {
    const { panels } = JSON.parse(await dashboardText()) as Dashboard;
    expect(panels.length).toBeGreaterThan(8);
    await annotate("arn:aws:iam::111122223333:role/gone");
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        await until(async () => {
          const found = await monitoring.query(expr.replaceAll("$__rate_interval", "1m"));
          expect(found, `${title}: ${expr}`).not.toEqual([]);
        });
  });

  it("takes every query of the rules, whose metrics are all there", async () => {
    for (const { alert, expr } of await rulesOf()) {
      await monitoring.query(expr);
      // What is counted only when it happens is not there before.
      const names = (expr.match(/irsa_\w+/g) ?? []).filter((name) => name !== "irsa_serviceaccount_problem");
      for (const name of names)
        await until(async () => expect(await monitoring.query(name), alert).not.toEqual([]));
    }
  });
});
