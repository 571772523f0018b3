import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { Clock } from "../engine/clock.ts";
import { AccountLimits, type RegionLimits } from "./account-limits.ts";
import type { CallRecord, Exchange, Transport } from "./caller.ts";
import { isOfCredentials } from "./errors.ts";
import { type Patience, patient } from "./patience.ts";
import { throughProxy } from "./proxy.ts";
import { SharedReads } from "./reads.ts";

/** How to reach AWS. */
export interface AwsOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Of the local AWS. Its rate limits are its own affair. */
  readonly endpoint?: string;
  /** The connection's own unless told. */
  readonly share?: RegionLimits;
  /** How long answers are waited for, unless as long as is usual. */
  readonly patience?: Patience;
  /** Once this is aborted nothing is sent any more: calls in flight get a moment, and what waits is given up. */
  readonly signal?: AbortSignal;
  record?(call: CallRecord): void;
  /** Told of everything that is sent and answered. tap itself never listens: it may be secret. */
  hear?(exchange: Exchange): void;
  /** Told what people would wonder about: that AWS holds calls back. */
  notice?(text: string): void;
  /** Awaited before each call is sent; what it throws is thrown to the caller, and nothing is sent. */
  before?(call: { readonly service: string; readonly operation: string; readonly mutating: boolean }): Promise<void>;
}

/** How long AWS may hold a call back before it is said, in milliseconds. */
const silence = 10_000;

/** What the callers of all services share, and what their clients are made of. */
export function transportTo(options: AwsOptions) {
  const { clock, region, endpoint, credentials, patience = patient, signal } = options;
  const { limiter, reading, writing } = options.share ?? new AccountLimits(clock).of("", region);
  const said = new Set<string>();
  /** What AWS said when it accepted the credentials no more: no call after that is sent, and each is told the same. */
  let refused: { readonly error: unknown } | undefined;
  const failed = (error: unknown) => {
    if (isOfCredentials(error)) refused ??= { error };
  };
  const unlessRefused = () => {
    if (refused !== undefined) throw refused.error;
  };
  const transport: Transport = {
    clock,
    patience,
    ...(signal === undefined ? {} : { signal }),
    take: async (service, operation) => {
      unlessRefused();
      if (endpoint === undefined) await limiter.take(region, service, operation, signal);
    },
    heldBack: (service, operation, forMs) => {
      const call = `${service} ${operation}`;
      if (forMs < silence || said.has(call)) return;
      said.add(call);
      options.notice?.(`AWS holds ${call} back, since the account has sent too many: waiting until it may be sent`);
    },
    reads: new SharedReads(),
    reading,
    writing,
    record: (call) => options.record?.(call),
    hear: (exchange) => options.hear?.(exchange),
    before: async (call) => {
      signal?.throwIfAborted();
      await options.before?.(call);
      // Beforehand, and without a limit: the user may have to sign in somewhere first.
      if (typeof credentials === "function") {
        await unlessAborted(credentials(), signal).catch((error: unknown) => {
          failed(error);
          throw error;
        });
      }
      signal?.throwIfAborted();
      unlessRefused();
    },
    failed,
  };
  // One for all, so that services at one endpoint share connections. With as many as there may be calls, none waits.
  const maxSockets = reading.count + writing.count;
  const handling = { connectionTimeout: patience.connection, httpAgent: { maxSockets }, httpsAgent: { maxSockets } };
  const requestHandler = endpoint === undefined ? throughProxy(handling) : new NodeHttpHandler(handling);
  const config = {
    region,
    credentials,
    maxAttempts: 1,
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  return { transport, config };
}

/** @throws the signal's reason as soon as it is aborted */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
