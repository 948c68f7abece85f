import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createUser } from "../../src/aws/provision.ts";
import { loadState, stateKeeper } from "../../src/aws/state-file.ts";
import { StateStore } from "../../src/aws/state-store.ts";
import type { AwsState, RoleState } from "../../src/aws/state.ts";

const AWS_ACCOUNT = "111122223333";

function role(name: string): RoleState {
  return {
    name,
    arn: `arn:aws:iam::${AWS_ACCOUNT}:role/${name}`,
    id: "AROA",
    path: "/",
    created: "2026-01-01T00:00:00Z",
    description: undefined,
    trust: "{}",
    maxSessionDuration: 3600,
    boundary: undefined,
    tags: {},
    attached: [],
    inline: {},
  };
}

function addRole(store: StateStore, name: string): void {
  store.write(AWS_ACCOUNT, (draft) => {
    draft.roles[name] = role(name);
  });
}

const roleNames = (state: AwsState) => Object.keys(state.awsAccounts[AWS_ACCOUNT]?.roles ?? {});

describe("StateStore", () => {
  it("shows each write to reads when the lag is over, in order", () => {
    let now = 0;
    const store = new StateStore({ lag: 100, now: () => now });
    for (const [time, name] of [
      [10, "a"],
      [60, "b"],
      [100, "c"],
    ] as const) {
      now = time;
      addRole(store, name);
    }
    expect(roleNames(store.current())).toEqual(["a", "b", "c"]);
    const seen = [109, 110, 160, 199, 200].map((time) => {
      now = time;
      return roleNames(store.visible()).join("");
    });
    expect(seen).toEqual(["", "a", "ab", "ab", "abc"]);
  });

  it("is unchanged by a write that throws", () => {
    const persisted: AwsState[] = [];
    const store = new StateStore({ persist: (state) => persisted.push(state) });
    addRole(store, "a");
    const failing = () =>
      store.write(AWS_ACCOUNT, (draft) => {
        delete draft.roles["a"];
        throw new Error("refused");
      });
    expect(failing).toThrow("refused");
    expect(roleNames(store.current())).toEqual(["a"]);
    expect(persisted).toHaveLength(1);
  });

  it("never changes a state that was handed out", () => {
    const store = new StateStore();
    addRole(store, "a");
    const before = store.current();
    addRole(store, "b");
    expect(roleNames(before)).toEqual(["a"]);
  });
});

describe("a state's folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "irsa-state-"));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it("keeps all of it, for this user alone", async () => {
    const store = new StateStore({ persist: stateKeeper(folder) });
    const key = createUser({ store, awsAccount: AWS_ACCOUNT }, "ci");
    addRole(store, "a");
    const loaded = loadState(folder);
    expect(loaded).toEqual(JSON.parse(JSON.stringify(store.current())));
    expect(new StateStore({ ...(loaded && { initial: loaded }) }).find(key.accessKeyId)).toEqual(key);
    expect(await readdir(folder)).toEqual(["aws.json"]);
    expect((await stat(join(folder, "aws.json"))).mode & 0o777).toBe(0o600);
  });

  it("may be empty, but not damaged", async () => {
    expect(loadState(folder)).toBeUndefined();
    await writeFile(join(folder, "aws.json"), "{");
    expect(() => loadState(folder)).toThrow("is not valid JSON");
  });
});
