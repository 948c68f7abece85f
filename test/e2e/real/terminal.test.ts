import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { snapshot, withoutWriting } from "../observe-world.ts";
import { CTRL_C, DOWN, ENTER, onTerminal, type TerminalRun } from "../on-terminal.ts";

let world: World;
let cluster: Cluster;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  await cluster.core.createNamespace({ body: { metadata: { name: "team" } } });
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

/** The exit code of what ends with its terminal. */
const SIGHUP = 129;
const start = (args: readonly string[]): TerminalRun => onTerminal(args, world.environmentOf("admin"));
const ask = (serviceAccount: string, ...flags: readonly string[]) =>
  createSa(serviceAccount, "--policy-arn", S3_READ, ...flags);
const hasRole = async (name: string): Promise<boolean> =>
  (await cluster.annotations("team", name))?.["eks.amazonaws.com/role-arn"] !== undefined;

/** Answers a question once it is there. */
async function answer(run: TerminalRun, question: string, keys: string): Promise<void> {
  await run.sees(question);
  run.types(keys);
}

describe("a missing provider is asked about", () => {
  test("no: stops with the command to type, and nothing is written", async () => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/asked"));
      await answer(run, "Add it to the plan?", `n${ENTER}`);
      expect(await run.exited).toBe(1);
      expect(run.screen()).toContain(`irsa associate-oidc --cluster ${CLUSTER_NAME} --approve`);
      expect(run.screen()).toContain("No changes made.");
    });
  });

  test("yes: it is part of the plan, which is asked about in turn", async () => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/asked"));
      await answer(run, "Add it to the plan?", `y${ENTER}`);
      await run.sees("+ Provider");
      await answer(run, "Apply this plan?", ENTER);
      expect(await run.exited).toBe(1);
    });
  });
});

describe("with a provider", () => {
  beforeAll(async () => {
    expect(await irsa(STORY.associate, world.environmentOf("admin"))).toMatchObject({ code: 0 });
  });

  test("yes to the plan: it is done", async () => {
    const run = start(ask("team/yes"));
    await run.sees("2 to create");
    await answer(run, "Apply this plan?", `y${ENTER}`);
    expect(await run.exited).toBe(0);
    for (const text of [
      "✓ Role created",
      "✓ STS accepts its token",
      "Ready. Pods with serviceAccountName: yes",
    ])
      expect(run.screen()).toContain(text);
    expect(await hasRole("yes")).toBe(true);
  });

  test.each([
    ["no", `n${ENTER}`],
    ["nothing but Enter", ENTER],
  ])("%s to the plan: nothing written, and no error is shown", async (_what, keys) => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/no"));
      await answer(run, "Apply this plan?", keys);
      expect(await run.exited).toBe(1);
      expect(run.screen()).not.toContain("error:");
      expect(run.screen()).toContain("No changes made.");
    });
  });

  test.each(["--exit-code", "-o=json"])("nothing is asked with %s", async (flag) => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/no", ...flag.split("=")));
      expect(await run.exited).toBe(flag === "--exit-code" ? 3 : 0);
      expect(run.screen()).not.toContain("Apply this plan?");
    });
  });

  test("without --cluster one is chosen from those that there are", async () => {
    const { endpoint, caPem, issuer, jwks } = world.cluster;
    await world.aws.createCluster("aaa-other", { endpoint, caPem, issuer, jwks });
    await withoutWriting(world, async () => {
      const args = ask("team/chosen").filter((word) => word !== "--cluster" && word !== CLUSTER_NAME);
      const run = start(args);
      await run.sees("aaa-other");
      await answer(run, "Which cluster?", `${DOWN}${ENTER}`);
      await run.sees(`cluster/${CLUSTER_NAME}     (selected)`);
      await answer(run, "Apply this plan?", `n${ENTER}`);
      expect(await run.exited).toBe(1);
    });
  });
});

describe("Ctrl-C", () => {
  test("at the question: exit 130, nothing written", async () => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/stopped"));
      await answer(run, "Apply this plan?", CTRL_C);
      expect(await run.exited).toBe(130);
      expect(run.screen()).toContain("error: interrupted");
      expect(run.screen()).toContain("No changes made.");
    });
  });

  test.each(["eks:DescribeCluster", "iam:GetRole"])(
    "while it waits for %s: ends immediately with 130, nothing written",
    async (action) => {
      await withoutWriting(world, async () => {
        let run: TerminalRun | undefined;
        let answered = (): void => undefined;
        world.aws.before(action, async () => {
          run?.types(CTRL_C);
          await new Promise<void>((resolve) => (answered = resolve));
        });
        run = start(ask("team/stopped", "--approve"));
        expect(await run.exited).toBe(130);
        // What turned is gone, and does not come back.
        expect(run.screen()).toMatch(/error: interrupted\s+No changes made\.\s*$/);
        answered();
      });
    },
  );

  test("while it writes: calls in flight are finished, what is done and what is not is said", async () => {
    let run: TerminalRun | undefined;
    world.aws.before("iam:CreateRole", async () => {
      run?.types(CTRL_C);
      await run?.sees("^C");
      // The echo is the terminal's; the signal reaches the process a moment later.
      await delay(1_000);
    });
    run = start(ask("team/half", "--approve"));
    expect(await run.exited).toBe(130);
    for (const text of [
      "interrupted before all changes were applied",
      "completed      Role created: ",
      "not completed  attaching AmazonS3ReadOnlyAccess: arn:aws:iam::",
      "creating the ServiceAccount: team/half",
      "Run the same command again to complete it",
    ])
      expect(run.screen()).toContain(text);
    expect(run.screen()).not.toContain("No changes made");
    expect(await hasRole("half")).toBe(false);
    expect(Object.keys((await snapshot(world)).roles)).toContainEqual(expect.stringContaining("team-half"));
    const again = await irsa(ask("team/half", "--approve"), world.environmentOf("admin"));
    expect(again).toMatchObject({ code: 0 });
    expect(await hasRole("half")).toBe(true);
  });

  test("while it waits for STS: exit 130, and what is done is done", async () => {
    const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    world.aws.fail({
      action: "sts:AssumeRoleWithWebIdentity",
      times: 999,
      when: "before",
      status: 403,
      code: "AccessDenied",
      message,
    });
    const run = start(ask("team/waiting", "--approve"));
    await answer(run, "attempt 2: AccessDenied", CTRL_C);
    expect(await run.exited).toBe(130);
    expect(run.screen()).toContain("interrupted before STS accepted the token of team/waiting");
    expect(run.screen()).toContain(message);
    expect(run.screen()).not.toContain("No changes made");
    expect(await hasRole("waiting")).toBe(true);
  });
});

describe("a terminal that is closed", () => {
  test("while something is asked: the run is gone with it, and nothing is written", async () => {
    await withoutWriting(world, async () => {
      const run = start(ask("team/closed"));
      await run.sees("(y/N)");
      run.closes();
      expect(await run.exited).toBe(SIGHUP);
    });
  });

  test("while it reads: the run is gone with it", async () => {
    await withoutWriting(world, async () => {
      let answered = (): void => undefined;
      const run = start([...STORY.associate, "--tag", "a=closed"]);
      world.aws.before("eks:DescribeCluster", async () => {
        run.closes();
        await new Promise<void>((resolve) => (answered = resolve));
      });
      expect(await run.exited).toBe(SIGHUP);
      answered();
    });
  });
});

describe("what a terminal is sent", () => {
  const escapes = (text: string): string[] => text.split("\u001B").slice(1);
  const run = async (name: string, more: Readonly<Record<string, string>>): Promise<TerminalRun> => {
    const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...environment } = world.environmentOf("admin");
    const args = ask(`team/${name}`, "--approve");
    const started = onTerminal(args, { ...environment, ...more });
    expect(await started.exited).toBe(0);
    expect(started.screen()).toContain("✓ Role created");
    return started;
  };
  beforeAll(async () => {
    expect(await irsa(STORY.associate, world.environmentOf("admin"))).toMatchObject({ code: 0 });
  });
  const color = (text: string): string[] => escapes(text).filter((one) => /^\[3\dm/.test(one));

  test("colors, unless NO_COLOR says otherwise", async () => {
    expect(color((await run("colored", {})).sent())).not.toEqual([]);
    expect(color((await run("no-color", { NO_COLOR: "1" })).sent())).toEqual([]);
    expect(color((await run("forced", { NO_COLOR: "1", FORCE_COLOR: "1" })).sent())).not.toEqual([]);
  });

  test("TERM=dumb: lines alone, without a spinner's frames", async () => {
    const { sent } = await run("dumb", { TERM: "dumb" });
    expect(escapes(sent())).toEqual([]);
    expect(sent()).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });
});

describe("the demo, between two scenes", () => {
  test.each([
    ["Ctrl-C interrupts it", CTRL_C, 130],
    ["q leaves it", "q", 0],
  ])("%s", async (_what, key, code) => {
    const run = onTerminal(["demo"], world.environmentOf("admin"));
    await answer(run, "Enter: continue", key);
    expect(await run.exited).toBe(code);
  });
});

describe("watch stays on the terminal", () => {
  const ESCAPE = "\u001B";
  const GIVEN_BACK = "\u001B[?7h\u001B[?25h\u001B[?1049l";
  beforeAll(async () => {
    for (const args of [STORY.associate, ask("team/watched", "--approve")])
      expect(await irsa(args, world.environmentOf("admin"))).toMatchObject({ code: 0 });
  });
  const watch = (...flags: readonly string[]) =>
    start(["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", ...flags]);

  test("with the chain of a ServiceAccount, a filter, and the screen as it was at the end", async () => {
    const run = watch();
    await run.sees("team/watched");
    for (const [keys, seen] of [
      [`/no-such-name${ENTER}`, "nothing matches the filter"],
      [ESCAPE, "team/watched"],
      [`/team/watched${ENTER}`, "> works"],
      [ENTER, "Works: STS accepts its tokens."],
      [ESCAPE, "q quit"],
      ["\t", "[Findings"],
    ] as const) {
      run.types(keys);
      await run.seesAfterKey(seen);
    }
    run.types("q");
    expect(await run.exited).toBe(0);
    expect(run.sent().trimEnd().endsWith(GIVEN_BACK)).toBe(true);
  });

  test("until Ctrl-C, which gives it back too", async () => {
    const run = watch();
    await answer(run, "team/watched", CTRL_C);
    expect(await run.exited).toBe(130);
    expect(run.sent()).toContain(GIVEN_BACK);
  });

  test("but not with --lines", async () => {
    const run = watch("--lines");
    await answer(run, "watching: ", CTRL_C);
    expect(await run.exited).toBe(130);
    expect(run.sent()).not.toContain("\u001B[?1049h");
  });
});
