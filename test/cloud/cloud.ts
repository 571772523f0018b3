import { createHash } from "node:crypto";
import type { CommandIO, MetadataBearer } from "@smithy/types";
import { canonical, copy, type Json } from "./canonical.ts";
import { VirtualClock } from "./clock.ts";
import { type Durations, defaultDurations } from "./durations.ts";
import { AwsError, UnmodelledError } from "./errors.ts";
import { TokenBuckets } from "./limits.ts";
import type { Operation, Resource, ServiceModel } from "./model.ts";
import { type Services, services } from "./services.ts";
import type { TagSet, Tags } from "./tags.ts";
import { UnknownStates, type Unknowns } from "./unknown.ts";
import { type Lateness, type Part, Past } from "./visibility.ts";

/** One call through an SDK client, as it stands in `Cloud.log`. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  /** The input that was applied, which an intercept may have altered. */
  input: object;
  readonly mutating: boolean;
  /** When it reached AWS (before that, when it was sent), in milliseconds since the epoch. */
  at: number;
  /** Its place among the calls that AWS carried out or refused by its own rules; absent when it never got that far. */
  sequence?: number;
  /** What AWS answered, even when the caller never saw it. */
  output?: object;
  /** What the caller got instead of an output. */
  error?: unknown;
}

export interface CloudOptions {
  /** Milliseconds per call, half of it before and half after it takes effect. 100 when not given. */
  readonly latency?: number | ((call: Readonly<Call>) => number);
  /** How long a new resource is hidden from reads, and a new tag from filters by tag, in milliseconds. */
  readonly lag?: { readonly reads?: number; readonly tags?: number };
  /** How late single parts of resources show, and show to others, in milliseconds. */
  readonly late?: Lateness;
  /**
   * What becomes of a write to a function's policy that overlaps another: within so many milliseconds after one, a write
   * still reads the document as it was before, and then overwrites the change (`lost`) or is `refused` with 409
   * (aws-notes, Lambda row; a mutex in terraform-provider-aws, internal/service/lambda/permission.go). Less than a call's
   * latency, it touches no writes that follow one another.
   */
  readonly overlap?: { readonly ms: number; readonly answer: "lost" | "refused" };
  /** States and members that nobody knows. */
  readonly unknown?: Unknowns;
  readonly durations?: Partial<Durations>;
  /** False switches the token buckets off. */
  readonly rateLimits?: boolean;
  /** Items per page of every list that pages by itself. 5 when not given, so that forgetting to page shows. */
  readonly pageSize?: number;
  /** Service quotas, as the account would see them; AWS's defaults when not given. */
  readonly quotas?: {
    readonly vpcs?: number;
    readonly addresses?: number;
    readonly natGatewaysPerZone?: number;
    /** Resources of one REST API besides its root. */
    readonly apiResources?: number;
    /** As RDS reports it; creating instances does not check it. */
    readonly instances?: number;
  };
}

/** Runs instead of a call: `apply` performs it (with another input, if given) and returns or throws as AWS would. */
export type Intercept = (call: Readonly<Call>, apply: (input?: object) => object) => object | Promise<object>;

export interface CloudSettings {
  readonly clock: VirtualClock;
  readonly account?: string;
  readonly region?: string;
  readonly options?: CloudOptions;
}

/** Which resources to show, by their tag `Environment`, and whether with the times recorded in them. */
export interface DumpFilter {
  readonly environment?: string;
  /** Everything but this environment's, untagged resources included. */
  readonly except?: string;
  readonly times?: boolean;
}

let connected: Cloud | undefined;

type AnyCommand = CommandIO<object, MetadataBearer>;

/** An operation, and the service that it belongs to. */
interface Modelled {
  readonly model: ServiceModel;
  readonly operation: Operation;
}

/** One AWS account in one region, in memory. See README.md in this folder. */
export class Cloud {
  readonly clock: VirtualClock;
  readonly account: string;
  readonly region: string;
  /** Changed by `change`. */
  options: CloudOptions;
  readonly durations: Durations;
  readonly pageSize: number;
  readonly services: Services;
  /** Every call through an SDK client, in the order in which they were sent. */
  readonly log: Call[] = [];
  /** What was asked for and is not modelled. `disconnect` throws the first of them. */
  readonly unmodelled: UnmodelledError[] = [];
  /** Tags of what was deleted, which the tagging API lists for hours (aws-notes trap 21). By ARN. */
  readonly graveyard = new Map<string, { readonly tags: Tags; readonly at: number }>();
  intercept: Intercept | undefined;

  readonly #models: readonly ServiceModel[];
  readonly #byName = new Map<string, Modelled>();
  /** Several services have a TagResourceCommand. */
  readonly #byClass = new Map<object, Modelled>();
  readonly #buckets = new Map<ServiceModel, TokenBuckets>();
  readonly #ids = new Map<string, number>();
  readonly #pasts: { keep(longest: number, at: number): void }[] = [];
  readonly #unknowns = new UnknownStates();
  #requests = 0;
  #sequence = 0;
  /** Whether the call at hand came through a client, and so sees what lags. */
  #throughClient = false;

  constructor({ clock, account = "123456789012", region = "us-east-1", options = {} }: CloudSettings) {
    this.clock = clock;
    this.account = account;
    this.region = region;
    this.options = options;
    this.durations = { ...defaultDurations, ...options.durations };
    this.pageSize = options.pageSize ?? 5;
    const models = Object.entries(services).map(([name, { model: Model }]) => [name, new Model(this)]);
    // Each name with an object of the class that stands beside it.
    this.services = Object.fromEntries(models) as Services;
    this.#models = Object.values(this.services);
    for (const model of this.#models) {
      if (options.rateLimits !== false) this.#buckets.set(model, new TokenBuckets(model.limits, clock.now()));
      for (const operation of model.operations) {
        const key = `${model.name}:${operation.name}`;
        if (this.#byName.has(key)) throw new Error(`${key} is modelled twice`);
        this.#byName.set(key, { model, operation });
        this.#byClass.set(operation.command, { model, operation });
      }
    }
  }

  now(): number {
    return this.clock.now();
  }

  /** The next id with this prefix: `vpc-00000000000000001`. Ids are counted, never drawn, so that a log can be replayed. */
  id(prefix: string): string {
    return `${prefix}-${this.count(prefix).toString(16).padStart(17, "0")}`;
  }

  /** The next id in UUID form, counted per kind of resource; no two kinds have one in common. */
  uuid(kind: string): string {
    const family = createHash("md5").update(kind).digest("hex").slice(0, 8);
    return `${family}-0000-4000-8000-${this.count(kind).toString(16).padStart(12, "0")}`;
  }

  /** The next number of a series, from 1. */
  count(series: string): number {
    const next = (this.#ids.get(series) ?? 0) + 1;
    this.#ids.set(series, next);
    return next;
  }

  /** An ARN in this account and region; services without regions or accounts pass empty ones. */
  arn(service: string, resource: string, region = this.region, account = this.account): string {
    return `arn:aws:${service}:${region}:${account}:${resource}`;
  }

  /** Whether a read sees something made at `createdAt` (milliseconds). Direct calls always do. */
  visible(createdAt: number): boolean {
    return !this.#throughClient || this.now() >= createdAt + (this.options.lag?.reads ?? 0);
  }

  /** By how much a part is seen late, in milliseconds. Direct calls never see late. */
  lateness(part: Part): number {
    return this.#throughClient ? (this.options.late?.[part] ?? 0) : 0;
  }

  /** How writes to a function's policy overlap. Those of direct calls never do. */
  get overlap(): NonNullable<CloudOptions["overlap"]> {
    return (this.#throughClient ? this.options.overlap : undefined) ?? { ms: 0, answer: "lost" };
  }

  /** From now on other options hold. What is there already has always been so, for those who see late. */
  change(options: Pick<CloudOptions, "late" | "overlap" | "unknown">): void {
    this.options = { ...this.options, ...options };
    this.#keep(Number.NEGATIVE_INFINITY);
  }

  /** Keeps how records stood, for parts of them that are seen late. */
  past<T extends object>(records: ReadonlyMap<string, T>): Past<T> {
    const past = new Past(this, records);
    this.#pasts.push(past);
    return past;
  }

  /** The tags that a filter by tag sees. */
  indexed(tags: TagSet): Tags {
    return this.#throughClient ? tags.all(this.now() - (this.options.lag?.tags ?? 0)) : tags.all();
  }

  /** Remembers the tags of a deleted resource for the tagging API. */
  bury(arn: string, tags: TagSet): void {
    this.graveyard.set(arn, { tags: tags.all(), at: this.now() });
  }

  /** Replaces `send` of every modelled client class. One cloud at a time. */
  connect(): this {
    if (connected) throw new Error("another cloud is connected");
    connected = this;
    for (const { client, name } of this.#models) {
      // Not by a mocking library: it keeps every call, which took a tenth of the time of a run.
      const send = async (command: AnyCommand, options?: { readonly abortSignal?: AbortSignal }) => {
        if (connected === undefined) throw new Error("no cloud is connected");
        return connected.#send(name, command, options?.abortSignal);
      };
      Object.defineProperty(client.prototype, "send", { value: send, configurable: true, writable: true });
    }
    return this;
  }

  /**
   * From now on the clients reach nothing, until a cloud is connected again.
   *
   * @throws UnmodelledError when the product asked for something that is not modelled, even if it swallowed the error
   */
  disconnect(): void {
    if (connected === this) connected = undefined;
    const [first] = this.unmodelled.splice(0);
    if (first) throw first;
  }

  [Symbol.dispose](): void {
    this.disconnect();
  }

  /**
   * Performs a command at once: no latency, no lag, no rate limit, no log. For what tests and strangers do by hand.
   *
   * @throws the error AWS would answer with
   */
  call<I extends object, O extends MetadataBearer>(command: CommandIO<I, O>): O {
    const output = this.#apply(this.#modelled(command), command.input);
    // The operation was declared for this very command class, so its handler returns that command's output.
    return { ...output, $metadata: this.#metadata() } as O;
  }

  /**
   * A fresh cloud on which the applied mutating calls of a log are made again, in order and at their times, so that ids
   * come out the same. What was done by `call` is not in the log.
   *
   * @param alter returns the input to use in place of the call's own
   * @throws what a call throws that did not fail when it was logged
   */
  replay(log: readonly Call[] = this.log, alter?: (call: Readonly<Call>) => object): Cloud {
    const calls = log.filter(({ sequence, mutating }) => sequence !== undefined && mutating);
    const first = Math.min(...calls.map(({ at }) => at));
    const clock = new VirtualClock(calls.length === 0 ? this.now() : first);
    const { account, region, options } = this;
    const fresh = new Cloud({ clock, account, region, options });
    fresh.repeat(calls, alter);
    return fresh;
  }

  /**
   * Makes the applied mutating calls of a log again, in order and at their times. Nothing may be sleeping.
   *
   * @param alter returns the input to use in place of the call's own
   * @throws what a call throws that did not fail when it was logged
   */
  repeat(log: readonly Call[], alter: (call: Readonly<Call>) => object = (call) => call.input): void {
    const calls = log
      .filter((call) => call.sequence !== undefined && call.mutating)
      .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    for (const call of calls) {
      this.clock.jump(call.at);
      const modelled = this.#byName.get(`${call.service}:${call.operation}`);
      if (!modelled) throw this.#notModelled(`${call.service}:${call.operation} is not modelled`);
      try {
        // As a client's, so that what was refused because it was seen late is refused again.
        this.#apply(modelled, alter(call), true);
      } catch (error) {
        if (call.output !== undefined) throw error;
      }
    }
  }

  /** Every existing resource of every service. */
  *resources(): Generator<Resource & { readonly service: string }> {
    for (const model of this.#models) {
      for (const resource of model.resources()) yield { ...resource, service: model.name };
    }
  }

  /** Everything that exists, as `{service: {key: state}}` with sorted keys: equal clouds give equal JSON text. */
  dump({ environment, except, times = true }: DumpFilter = {}): { [service: string]: { [key: string]: Json } } {
    const services: { [service: string]: { [key: string]: Json } } = {};
    const all = [...this.resources()].sort((a, b) => (`${a.service}/${a.key}` < `${b.service}/${b.key}` ? -1 : 1));
    for (const { service, key, tags, state } of all) {
      if (environment !== undefined && tags["Environment"] !== environment) continue;
      if (except !== undefined && tags["Environment"] === except) continue;
      services[service] = { ...services[service], [key]: canonical(state, times) };
    }
    return services;
  }

  async #send(service: string, command: AnyCommand, signal?: AbortSignal) {
    const modelled = this.#modelled(command, `${service}:`);
    const { model, operation } = modelled;
    const call: Call = {
      service: model.name,
      operation: operation.name,
      input: copy(command.input),
      mutating: operation.mutating,
      at: this.now(),
    };
    this.log.push(call);
    const { latency = 100 } = this.options;
    const half = (typeof latency === "number" ? latency : latency(call)) / 2;
    const apply = (input: object = call.input): object => {
      if (input !== call.input) call.input = copy(input);
      call.at = this.now();
      if (this.#buckets.get(model)?.take(operation.name, operation.mutating, call.at) === false)
        throw this.#stamp(model.throttled());
      call.sequence = ++this.#sequence;
      const known = this.#apply(modelled, call.input, true);
      const { unknown } = this.options;
      const output = unknown === undefined ? known : this.#unknowns.alter(call, known, unknown, call.at);
      call.output = output;
      return output;
    };
    try {
      await this.#wait(half, signal);
      const output = await (this.intercept ? this.intercept(call, apply) : apply());
      await this.#wait(half, signal);
      return { ...output, $metadata: this.#metadata() };
    } catch (error) {
      call.error = error;
      if (error instanceof AwsError) await this.#wait(half, signal);
      throw error;
    }
  }

  #modelled(command: object, service = ""): Modelled {
    const modelled = this.#byClass.get(command.constructor);
    if (modelled !== undefined) return modelled;
    throw this.#notModelled(`${service}${command.constructor.name.replace(/Command$/, "")} is not modelled`);
  }

  /** Checks the input's members, runs the handler, and returns a copy of its output. */
  #apply({ model, operation }: Modelled, input: object, throughClient = false): object {
    const unknown = Object.entries(input).filter(([key, value]) => value !== undefined && !operation.fields.has(key));
    if (unknown.length > 0)
      throw this.#notModelled(`${model.name}:${operation.name} with ${unknown.map(([key]) => key).join(", ")}`);
    this.#throughClient = throughClient;
    try {
      // Who only reads keeps nothing of the input.
      const output = copy(operation.handle(operation.mutating ? copy(input) : input));
      if (operation.mutating) this.#keep();
      return output;
    } catch (error) {
      if (error instanceof UnmodelledError) this.unmodelled.push(error);
      throw this.#stamp(error);
    } finally {
      this.#throughClient = false;
    }
  }

  #keep(at = this.now()): void {
    const { late, overlap } = this.options;
    if (late === undefined && overlap === undefined) return;
    const longest = Math.max(overlap?.ms ?? 0, ...Object.values(late ?? {}));
    for (const past of this.#pasts) past.keep(longest, at);
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.clock.sleep(ms, signal);
    } catch {
      // The form in which the SDK's HTTP handler reports an abort.
      throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
    }
  }

  #notModelled(message: string): UnmodelledError {
    const error = new UnmodelledError(message);
    this.unmodelled.push(error);
    return error;
  }

  #metadata() {
    this.#requests++;
    return { httpStatusCode: 200, requestId: `request-${this.#requests}`, attempts: 1 };
  }

  #stamp(error: unknown): unknown {
    if (error instanceof AwsError) {
      this.#requests++;
      error.$metadata = { ...error.$metadata, requestId: `request-${this.#requests}` };
    }
    return error;
  }
}
