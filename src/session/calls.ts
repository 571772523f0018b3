import type { CallRecord } from "../aws/caller.ts";

/** How many calls were made of one service. */
export interface ServiceCalls {
  readonly calls: number;
  readonly mutating: number;
}

/** Counts AWS calls, each attempt for itself. */
export class CallCounts {
  readonly #services = new Map<string, ServiceCalls>();

  add({ service, mutating }: Pick<CallRecord, "service" | "mutating">): void {
    const before = this.#services.get(service) ?? { calls: 0, mutating: 0 };
    this.#services.set(service, { calls: before.calls + 1, mutating: before.mutating + (mutating ? 1 : 0) });
  }

  get calls(): number {
    return this.#sum((s) => s.calls);
  }

  get mutating(): number {
    return this.#sum((s) => s.mutating);
  }

  /** By service, sorted by name. */
  byService(): Readonly<Record<string, ServiceCalls>> {
    return Object.fromEntries([...this.#services].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #sum(of: (service: ServiceCalls) => number): number {
    return [...this.#services.values()].reduce((sum, service) => sum + of(service), 0);
  }
}
