import type { LeasePort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import type { HeldLease, LeaseRecord } from "../../src/model/lease.ts";

/** One Lease, as the API server keeps it. */
export class FakeLease implements LeasePort {
  held: HeldLease | undefined;
  /** What every call meets before it is done. */
  before: () => Promise<void> = async () => undefined;
  #revision = 0;

  async getLease(): Promise<HeldLease | undefined> {
    await this.before();
    return this.held;
  }

  async createLease(_: unknown, record: LeaseRecord): Promise<HeldLease> {
    await this.before();
    if (this.held !== undefined)
      throw new Failure("refused", "already-exists", "create lease: it already exists");
    return this.#write(record);
  }

  async replaceLease(_: unknown, record: LeaseRecord, version: string): Promise<HeldLease> {
    await this.before();
    if (this.held?.version !== version)
      throw new Failure("refused", "conflict", "update lease: it was changed in the meantime");
    return this.#write(record);
  }

  #write(record: LeaseRecord): HeldLease {
    this.#revision += 1;
    this.held = { record, version: String(this.#revision) };
    return this.held;
  }
}
