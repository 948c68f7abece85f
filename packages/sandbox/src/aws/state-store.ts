import type { Keys } from "./key-store.ts";
import type { AccessKey, KeyRing } from "./principals.ts";
import { at, emptyAwsAccount, type AwsAccountState, type AwsState } from "./state.ts";

/** How a store keeps its state. */
export interface StateStoreOptions {
  readonly initial?: AwsState;
  /** Milliseconds by which reads lag behind writes; 0 by default. */
  readonly lag?: number;
  /** Called with every new state, as to write it to a file. */
  readonly persist?: (state: AwsState) => void;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

interface Version {
  readonly at: number;
  readonly state: AwsState;
}

/**
 * The state of an emulated AWS. A write works on a copy of the account and replaces it whole, so a write that throws has
 * changed nothing, and a read that lags simply sees an older state.
 */
export class StateStore implements Keys {
  readonly #now: () => number;
  readonly #persist: (state: AwsState) => void;
  /** Oldest first; the last is the current one. */
  #versions: readonly [Version, ...Version[]];
  #lag: number;

  constructor({ initial, lag = 0, persist = () => undefined, now = Date.now }: StateStoreOptions = {}) {
    this.#now = now;
    this.#persist = persist;
    this.#lag = lag;
    this.#versions = [{ at: 0, state: initial ?? { awsAccounts: {}, keys: {} } }];
  }

  setLag(milliseconds: number): void {
    this.#lag = milliseconds;
  }

  /** The state as writes see it. */
  current(): AwsState {
    return (this.#versions.at(-1) ?? this.#versions[0]).state;
  }

  /** The state as reads see it. */
  visible(): AwsState {
    return this.#visibleFrom()[0].state;
  }

  /** The account as reads see it; an account that was never written to is empty. */
  read(awsAccount: string): AwsAccountState {
    return (
      this.visible().awsAccounts[awsAccount] ??
      emptyAwsAccount(awsAccount, this.#account(awsAccount).partition)
    );
  }

  /** Changes an account in place. @throws whatever `change` throws, with the state unchanged. */
  write<T>(awsAccount: string, change: (draft: AwsAccountState) => T): T {
    const draft = structuredClone(this.#account(awsAccount));
    const result = change(draft);
    this.#commit({ ...this.current(), awsAccounts: { ...this.current().awsAccounts, [awsAccount]: draft } });
    return result;
  }

  /** Finds an access key; keys do not lag. */
  readonly find: KeyRing = (accessKeyId) => at(this.current().keys, accessKeyId);

  /** True for an IAM user who has a key. */
  isUser(arn: string): boolean {
    return (
      arn.includes(":user/") &&
      Object.values(this.current().keys).some(({ principal }) => principal.arn === arn)
    );
  }

  add(key: AccessKey): void {
    this.#commit({ ...this.current(), keys: { ...this.current().keys, [key.accessKeyId]: key } });
  }

  #account(awsAccount: string): AwsAccountState {
    return this.current().awsAccounts[awsAccount] ?? emptyAwsAccount(awsAccount);
  }

  #commit(state: AwsState): void {
    this.#versions = [...this.#visibleFrom(), { at: this.#now(), state }];
    this.#persist(state);
  }

  /** The newest version that has become visible, and all that are newer. */
  #visibleFrom(): readonly [Version, ...Version[]] {
    const horizon = this.#now() - this.#lag;
    const [first, ...rest] = this.#versions;
    const hidden = rest.filter(({ at }) => at > horizon);
    const seen = rest.findLast(({ at }) => at <= horizon) ?? first;
    return [seen, ...hidden];
  }
}
