import type { EventPort } from "../../src/kubernetes/port.ts";
import type { ServiceAccountEvent } from "../../src/model/service-account-event.ts";

/** Events as the API server keeps them, each with how often it was told. */
export class FakeEvents implements EventPort {
  readonly told = new Map<string, ServiceAccountEvent & { readonly count: number }>();
  /** What every call meets before it is done. */
  before: () => Promise<void> = async () => undefined;

  async recordEvent(event: ServiceAccountEvent): Promise<void> {
    await this.before();
    const key = `${event.serviceAccount.namespace}/${event.name}`;
    const known = this.told.get(key);
    if (known === undefined) this.told.set(key, { ...event, count: 1 });
    else if (!event.isOld) this.told.set(key, { ...known, count: known.count + 1 });
  }
}
