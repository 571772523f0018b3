import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { Clock } from "../engine/clock.ts";
import type { CallRecord, Line } from "./caller.ts";
import { throughProxy } from "./proxy.ts";
import { SharedReads } from "./reads.ts";
import { type Share, Shares } from "./shares.ts";

/** How to reach AWS. */
export interface AwsOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Of the local AWS. Its rate limits are its own affair. */
  readonly endpoint?: string;
  /** The connection's own unless told. */
  readonly share?: Share;
  /** A call that would have to wait long for its rate is given up once this is aborted. */
  readonly signal?: AbortSignal;
  record?(call: CallRecord): void;
  /** Told what people would wonder about: that AWS holds calls back. */
  notice?(text: string): void;
  /** Awaited before each call is sent; what it throws is thrown to the caller, and nothing is sent. */
  before?(call: { readonly service: string; readonly operation: string; readonly mutating: boolean }): Promise<void>;
}

/** How long AWS may hold a call back before it is said, in milliseconds. */
const silence = 10_000;

/** What the callers of all services share, and what their clients are made of. */
export function lineTo(options: AwsOptions) {
  const { clock, region, endpoint, credentials } = options;
  const { limiter, reading, writing } = options.share ?? new Shares(clock).of("", region);
  const said = new Set<string>();
  const line: Line = {
    clock,
    take: async (service, operation) => {
      if (endpoint === undefined) await limiter.take(region, service, operation, options.signal);
    },
    heldBack: (service, operation, forMs) => {
      const call = `${service} ${operation}`;
      if (forMs < silence || said.has(call)) return;
      said.add(call);
      options.notice?.(`AWS holds ${call} back, since the account has sent too many: waiting until it may be sent`);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    reads: new SharedReads(),
    reading,
    writing,
    record: (call) => options.record?.(call),
    before: async (call) => options.before?.(call),
  };
  // Without a limit a silent connection would hang a run for ever. Most calls answer within a second; a migration that
  // `up` waits for takes as long as its function may.
  const timeouts = { connectionTimeout: 5_000, requestTimeout: 60_000 };
  // One for all, so that services at one endpoint share connections. With as many as there may be calls, none waits.
  const maxSockets = reading.count + writing.count;
  const handling = { ...timeouts, httpAgent: { maxSockets }, httpsAgent: { maxSockets } };
  const requestHandler = endpoint === undefined ? throughProxy(handling) : new NodeHttpHandler(handling);
  const config = {
    region,
    credentials,
    maxAttempts: 1,
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  return { line, config };
}
