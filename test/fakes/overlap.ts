import type { AwsPort, IamPort } from "../../src/aws/port.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import { roleRef } from "../../src/model/arn.ts";
import type { Role } from "../../src/model/iam-objects.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { World } from "./world.ts";

/** How IAM answers while several work on it concurrently. */
export interface Traffic {
  /** How long a call is on its way, and its answer, in milliseconds. */
  readonly latency: readonly [least: number, most: number];
  /** How much longer trust policies are on their way to IAM, as where the SDK has to try again. */
  readonly slowWrites?: number;
  /** How old what a read shows may be, in milliseconds; and how often it is old at all. */
  readonly lag?: { readonly most: number; readonly share: number };
}

/** A world whose calls take time, seen by several concurrently, and what others did to its roles meanwhile. */
export class Overlap {
  readonly world: World;
  readonly time: VirtualTime;
  readonly #traffic: Traffic;
  readonly #past: { readonly at: number; readonly name: string; readonly role: Role }[] = [];

  constructor(world: World, time: VirtualTime, traffic: Traffic) {
    this.world = world;
    this.time = time;
    this.#traffic = traffic;
    for (const { role } of world.iam.roles.values())
      this.#past.push({ at: Number.NEGATIVE_INFINITY, name: role.name, role });
  }

  /** The world as one run sees it. */
  seen(): World {
    const { iam, ...others } = this.world.aws;
    const aws: AwsPort = { ...others, iam: this.#delayed(iam) };
    return Object.create(this.world, { aws: { value: aws } }) as World;
  }

  /** Someone who reads a trust policy, thinks, and writes it back, as Terraform or a person does. */
  async edit(arn: RoleArn, change: (trust: PolicyDocument) => PolicyDocument): Promise<void> {
    const { iam } = this.seen().aws;
    const { name } = roleRef(arn);
    const found = await iam.getRole(name);
    if (found !== undefined) await iam.setTrust(name, change(found.trust));
  }

  #delayed(port: IamPort): IamPort {
    const calls = Object.entries(port as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>);
    const delayed = calls.map(([method, call]) => [
      method,
      async (...args: unknown[]) => {
        await this.time.sleep(this.time.between(...this.#traffic.latency));
        if (method === "setTrust") await this.time.sleep(this.#traffic.slowWrites ?? 0);
        const answer = method === "getRole" ? await this.#read(String(args[0]), call) : await call(...args);
        this.#note();
        await this.time.sleep(this.time.between(...this.#traffic.latency));
        return answer;
      },
    ]);
    return Object.fromEntries(delayed) as IamPort;
  }

  async #read(name: string, call: (...args: unknown[]) => Promise<unknown>): Promise<unknown> {
    const { lag } = this.#traffic;
    const isOld = lag !== undefined && this.time.random() < lag.share;
    if (!isOld) return call(name);
    const at = this.time.now - this.time.between(0, lag.most);
    return structuredClone(this.#past.findLast((one) => one.name === name && one.at <= at)?.role);
  }

  /** What the roles are now, where that is news. */
  #note(): void {
    for (const { role } of this.world.iam.roles.values()) {
      const last = this.#past.findLast(({ name }) => name === role.name);
      if (last?.role !== role) this.#past.push({ at: this.time.now, name: role.name, role });
    }
  }
}
