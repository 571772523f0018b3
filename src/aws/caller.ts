import type { Client, Command, MetadataBearer } from "@smithy/types";
import type { Clock } from "../engine/clock.ts";
import { classify, codeOf, isThrottled, metadataOf } from "./errors.ts";
import { answerWithin, NoAnswerError, type Patience, silentAttempts } from "./patience.ts";
import type { SharedReads } from "./reads.ts";
import type { Semaphore } from "./semaphore.ts";
import { readable } from "./unreadable.ts";

/** One finished attempt of a call, for counting, for `--verbose` and for the debug log. No input and no output: they may be secret. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  readonly mutating: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  /** 1 for the first time that it was sent. */
  readonly attempt: number;
  /** Of the HTTP answer, if there was one. */
  readonly status?: number;
  readonly requestId?: string;
  /** AWS's error code. */
  readonly error?: string;
}

/** One finished attempt with what was sent and what came back, secrets included: for nobody but a recording that hides them. */
export interface Exchange {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What AWS answered, as the SDK gives it: with `$metadata`. */
  readonly output?: object;
  /** What the SDK threw instead. */
  readonly error?: unknown;
}

/** What all calls of a run share. */
export interface Transport {
  readonly clock: Clock;
  readonly patience: Patience;
  /** Aborted when the user asks to stop: what is in flight gets a moment, and no read is sent again. */
  readonly signal?: AbortSignal;
  readonly reads: SharedReads;
  readonly reading: Semaphore;
  readonly writing: Semaphore;
  /** Resolves when the call may be sent. */
  take(service: string, operation: string): Promise<void>;
  /** Told how long AWS has held a call back so far, in milliseconds, each time that it does. */
  heldBack?(service: string, operation: string, forMs: number): void;
  /** What it throws is lost: a call has ended as it has, whoever was to be told of it. */
  record(call: CallRecord): void;
  /** Of every attempt that was sent; what it throws is lost likewise. */
  hear?(exchange: Exchange): void;
  /** What it throws is thrown to the caller, and nothing is sent. */
  before(call: Pick<CallRecord, "service" | "operation" | "mutating">): Promise<void>;
  /** Told why an attempt has failed. */
  failed?(error: unknown): void;
}

/**
 * Sends one command of a service.
 *
 * @param within how long its answer may take, in milliseconds, if that is longer than usual
 */
export type Caller<In extends object, Out extends MetadataBearer, Config> = <I extends In, O extends Out>(
  command: Command<In, I, Out, O, Config>,
  within?: number,
) => Promise<O>;

/** Whether an operation changes nothing, by its name: AWS's own convention. */
export const isRead = (operation: string): boolean => /^(Describe|Get|List|Head|Lookup|Search)/.test(operation);

/**
 * What AWS calls a command, from the SDK's schema of it: [kind, namespace, name, ...]. Not from its class, which a
 * bundler may rename.
 */
export function operationOf({ schema }: { readonly schema?: unknown }): string {
  const name: unknown = Array.isArray(schema) ? schema[2] : undefined;
  if (typeof name !== "string") throw new Error("the SDK's command does not say which operation it is");
  return name;
}

/**
 * How long a throttled call is sent again before its error counts, in milliseconds. Others of the account, another run
 * of tap among them, may take the same buckets: one DeleteRestApi every 30 seconds, for twenty environments.
 */
const throttledFor = 600_000;
/** How often a read is that failed on the way: about 12 seconds, so that being offline is noticed soon. */
const lostAttempts = 5;

/**
 * Wraps a client's `send`: within the rate limits, with a bounded number in flight, counted, and again when AWS says
 * "too many requests" (which did nothing) or when a read got lost or was not answered (which does no harm). A mutating
 * call that got lost is never repeated here: only the engine knows whether that is safe. No call is waited for for ever.
 *
 * @param client makes the client on first use; with `maxAttempts: 1`, since the SDK's own retries replay lost creates
 */
export function caller<In extends object, Out extends MetadataBearer, Config>(
  service: string,
  transport: Transport,
  client: () => Client<In, Out, Config>,
): Caller<In, Out, Config> {
  let made: Client<In, Out, Config> | undefined;
  return async (command, within) => {
    const operation = operationOf(command);
    const mutating = !isRead(operation);
    /** How often it was sent and got lost on the way, or was not answered. */
    let lost = 0;
    const once = async (attempt: number) => {
      await transport.before({ service, operation, mutating });
      const at = transport.clock.now();
      const record = (status: number | undefined, requestId: string | undefined, error?: string) =>
        quietly(() =>
          transport.record({
            service,
            operation,
            mutating,
            at,
            durationMs: transport.clock.now() - at,
            attempt,
            ...(status === undefined ? {} : { status }),
            ...(requestId === undefined ? {} : { requestId }),
            ...(error === undefined ? {} : { error }),
          }),
        );
      if (made === undefined) {
        made = client();
        // Nobody reads the SDK's log, but for each call it would be made ready: the input and output without secrets.
        made.middlewareStack.remove("loggerMiddleware");
      }
      try {
        const client = made;
        const { clock, patience, signal } = transport;
        const { interrupted } = patience;
        const usual = mutating ? patience.write : patience.read * 2 ** lost;
        const output = await answerWithin(clock, within ?? usual, { interrupted, signal }, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
        record(output.$metadata?.httpStatusCode, output.$metadata?.requestId);
        quietly(() => transport.hear?.({ service, operation, input: command.input, at, output }));
        return output;
      } catch (thrown) {
        const error = readable(thrown);
        const { status, requestId } = metadataOf(error);
        record(status, requestId, codeOf(error));
        quietly(() => transport.hear?.({ service, operation, input: command.input, at, error }));
        transport.failed?.(error);
        // Whoever asked to stop wants no reply, and a read that has none has done nothing.
        if (!mutating && classify(error) === "unknown") transport.signal?.throwIfAborted();
        throw error;
      } finally {
        if (mutating) transport.reads.changed(service);
      }
    };
    let throttledSince: number | undefined;
    const mayRepeat = (error: unknown) => {
      if (isThrottled(error)) {
        throttledSince ??= transport.clock.now();
        const forMs = transport.clock.now() - throttledSince;
        transport.heldBack?.(service, operation, forMs);
        return forMs < throttledFor;
      }
      if (mutating || transport.signal?.aborted || classify(error) !== "unknown") return false;
      lost++;
      return lost < (error instanceof NoAnswerError ? silentAttempts : lostAttempts);
    };
    for (let attempt = 1; ; attempt++) {
      // Not within the slot: what waits for its rate would hold up everything else.
      await transport.take(service, operation);
      try {
        return await (mutating ? transport.writing : transport.reading).use(() => once(attempt));
      } catch (error) {
        if (!mayRepeat(error)) throw error;
        const { signal } = transport;
        const delay = Math.min(20_000, 400 * 2 ** attempt);
        // Cut short when the user asks to stop: whether it is sent once more is for `before` to say.
        await transport.clock.sleep(delay, signal?.aborted ? undefined : signal).catch(() => undefined);
      }
    }
  };
}

/** Were the outcome of a create to be lost here, it would be taken for one that was refused. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The call matters more.
  }
}
