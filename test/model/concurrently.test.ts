import { describe, expect, it } from "vitest";
import { concurrently } from "../../src/model/concurrently.ts";
import { grouped } from "../../src/model/grouped.ts";
import { once } from "../../src/model/once.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("many things side by side", () => {
  it("answer in their order, never more at once than told", async () => {
    let running = 0;
    let most = 0;
    const answers = await concurrently([3, 1, 2, 0], 2, async (turns) => {
      most = Math.max(most, (running += 1));
      for (let at = 0; at < turns; at++) await turn();
      running -= 1;
      return turns * 10;
    });
    expect(answers).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  it("end with the first that throws, and begin no other", async () => {
    const begun: number[] = [];
    const work = concurrently([1, 2, 3, 4, 5], 2, async (one) => {
      begun.push(one);
      await turn();
      if (one === 1) throw new Error("one");
      await turn();
    });
    await expect(work).rejects.toThrow("one");
    expect(begun).toEqual([1, 2]);
  });

  it("are nothing where there is nothing", async () => {
    expect(await concurrently([], 4, () => Promise.resolve(1))).toEqual([]);
  });
});

it("a read is made once for the same arguments, a failed one too", async () => {
  const asked: string[] = [];
  const read = once((key: string) => {
    asked.push(key);
    return key === "bad" ? Promise.reject(new Error("bad")) : Promise.resolve(key);
  });
  expect(await Promise.all([read("a"), read("a"), read("b")])).toEqual(["a", "a", "b"]);
  await expect(read("bad")).rejects.toThrow("bad");
  await expect(read("bad")).rejects.toThrow("bad");
  expect(asked).toEqual(["a", "b", "bad"]);
});

it("things are grouped in the order in which they came", () => {
  expect([...grouped(["bee", "ant", "bat"], ([first = ""]) => first)]).toEqual([
    ["b", ["bee", "bat"]],
    ["a", ["ant"]],
  ]);
});
