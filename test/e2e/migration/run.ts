import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { ConnectionReset } from "irsa-sandbox/parts";
import { connect } from "../../../src/kubernetes/connection.ts";
import { connectableAccess } from "../../../src/kubernetes/kubeconfig.ts";
import { irsa, type Run } from "../irsa.ts";
import { REACH, type Fleet } from "./fleet.ts";
import { watchRoles, type RoleWatch } from "./watch.ts";

/** What whoever asks for credentials writes: a new pod, which is deleted again. */
const ASKING = new Set(["kubernetes:create pods", "kubernetes:delete pods"]);

/** Migrations of a fleet, of which every write is watched. */
export interface WatchedFleet {
  readonly watch: RoleWatch;
  /** Runs `migrate-pod-identity --all` with these flags. */
  readonly migrate: (flags: string) => Promise<WatchedRun>;
  /** The same, killed as soon as its first write has had its effect; one without a write ends by itself. */
  readonly migrateUntilKilled: (flags: string) => Promise<WatchedRun>;
  readonly stop: () => Promise<void>;
}

/** A run, its writes, and who could not get the role after one of them. */
export interface WatchedRun extends Run {
  readonly writes: readonly string[];
  readonly stranded: readonly string[];
}

/** Lets the writes of a fleet's sandbox come one after the other, and lets everyone ask for credentials after each. */
export function watchedFleet({ sandbox, kubeconfig, environment }: Fleet): WatchedFleet {
  const api = connect(connectableAccess(kubeconfig, undefined));
  const watch = watchRoles(sandbox, api);

  async function migrate(flags: string, mayGoOn: (child: ChildProcess | undefined) => Promise<boolean>) {
    const [writes, stranded]: [string[], string[]] = [[], []];
    let child: ChildProcess | undefined;
    let isDead = false;
    let turn: Promise<void> = Promise.resolve();
    sandbox.aws.faults.setGuard(async ({ action, write }, effect) => {
      if (!write || ASKING.has(action)) return effect();
      const mine = inTurn(action, effect, turn);
      turn = mine.catch(() => undefined);
      return mine;
    });
    async function inTurn(action: string, effect: () => Promise<void>, before: Promise<void>): Promise<void> {
      await before;
      // A killed process sends nothing more.
      if (isDead) throw new ConnectionReset();
      await effect();
      writes.push(action);
      isDead = !(await mayGoOn(child));
      stranded.push(...(await watch.stranded()).map((one) => `after ${action}: ${one}`));
    }
    const words = `migrate-pod-identity --all ${REACH} ${flags} --approve`
      .split(" ")
      .filter((one) => one !== "");
    const ended = await irsa(words, environment, {
      cwd: sandbox.folder,
      onStart: (started) => (child = started),
    });
    await turn;
    return { ...ended, writes, stranded };
  }

  return {
    watch,
    migrate: (flags) => migrate(flags, async () => true),
    migrateUntilKilled: (flags) => migrate(flags, killed),
    async stop() {
      api.close();
      await sandbox.stop();
    },
  };
}

async function killed(child: ChildProcess | undefined): Promise<boolean> {
  if (child === undefined) throw new Error("no process to kill");
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  return false;
}
