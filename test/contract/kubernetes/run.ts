import { randomBytes } from "node:crypto";
import { expect, vi } from "vitest";
import { PATIENCE } from "../../worlds/patience.ts";
import { filled, keep, type Kept } from "../placeholders.ts";
import type { Case, Step } from "./case.ts";
import { send, type Call, type KubernetesWorld } from "./world.ts";

/** Runs a case in a namespace that is there for it alone, and removed afterwards. */
export async function runCase(world: KubernetesWorld, { steps }: Case): Promise<void> {
  const ns = `contract-${randomBytes(4).toString("hex")}`;
  const kept: Kept = new Map([
    ["ns", ns],
    ["issuer", world.issuer],
  ]);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: ns } };
  await send(world, { call: "POST /api/v1/namespaces", content: namespace });
  try {
    await vi.waitFor(async () => {
      const answer = await send(world, { call: `GET /api/v1/namespaces/${ns}/serviceaccounts/default` });
      expect(answer.status).toBe(200);
    }, PATIENCE);
    for (const step of steps) await runStep(world, step, kept);
  } finally {
    await send(world, { call: `DELETE /api/v1/namespaces/${ns}` });
  }
}

async function runStep(world: KubernetesWorld, step: Step, kept: Kept): Promise<void> {
  const check = async () => {
    const { status, answer } = filled(step.diverges?.[world.name] ?? step, kept);
    const given = await send(world, filled(callOf(step), kept));
    expect(given, step.call).toMatchObject({ status, ...(answer !== undefined && { body: answer }) });
    return given.body;
  };
  const body = await (step.eventually === true ? vi.waitFor(check, PATIENCE) : check());
  keep(kept, body, step.keep);
}

function callOf({ call, content, type, as, token }: Step): Call {
  return Object.fromEntries(
    Object.entries({ call, content, type, as, token }).filter(([, value]) => value !== undefined),
  ) as unknown as Call;
}
