import { expect, it } from "vitest";
import { grouped } from "../../src/model/grouped.ts";
import { memoized } from "../../src/model/memoized.ts";

it("a read is made once for the same arguments, a failed one too", async () => {
  const asked: string[] = [];
  const read = memoized((key: string) => {
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
