import { expect, it } from "vitest";
import { Turns } from "../../src/model/turns.ts";

it("work of one name waits for what was given before, well or not; that of another does not", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = (name: string, fails = false) =>
    turns.take(name.slice(0, 1), async () => {
      seen.push(`${name} begins`);
      await new Promise(setImmediate);
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const all = await Promise.allSettled([work("a1", true), work("b1"), work("a2"), work("a3")]);
  expect(all.map((one) => (one.status === "fulfilled" ? one.value : "failed"))).toEqual([
    "failed",
    "b1",
    "a2",
    "a3",
  ]);
  expect(seen.filter((one) => one.startsWith("a"))).toEqual(
    ["a1", "a2", "a3"].flatMap((one) => [`${one} begins`, `${one} ends`]),
  );
  expect(seen.indexOf("b1 begins")).toBeLessThan(seen.indexOf("a1 ends"));
});
