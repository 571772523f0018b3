import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What the guard of one local AWS knows about it. */
export interface Guarded {
  /** What a program that means this local AWS writes into `Host`: "127.0.0.1:44581". */
  readonly host: string;
  /** The secret of this instance, which is its credentials' session token. */
  readonly sessionToken: string;
}

/**
 * A call of a deployed API: its id and its stage, then a route. The emulator reads the path in the same way, and what it
 * finds there goes to that API whatever the headers say; with one part less it would go by the headers.
 */
const invocation = /^\/_aws\/execute-api\/[a-z0-9]+\/[A-Za-z0-9_-]+(?:[/?]|$)/;

/**
 * Why a request may not pass on to the emulator; undefined for one that may.
 *
 * A page in a browser cannot set `Host`, so a name that leads to this machine does not help it, and on most requests it
 * cannot leave out `Origin`. Other users and programs do not know the session token. Only the APIs that are deployed are
 * open to whoever reaches the port, as they are on AWS: which pages may use them is their own affair (CORS).
 */
export function refusalOf(
  { url = "", headersDistinct }: Pick<IncomingMessage, "url" | "headersDistinct">,
  { host, sessionToken }: Guarded,
): string | undefined {
  const { host: hosts, origin, "x-amz-security-token": tokens } = headersDistinct;
  if (only(hosts) !== host) return `this local AWS is called ${host}, and by no other name`;
  if (invocation.test(url)) return undefined;
  if (origin !== undefined) return "pages in a browser may not use the local AWS";
  if (!equal(only(tokens) ?? "", sessionToken)) {
    return "the request lacks the session token of this local AWS, which is in .tap/local/aws.json";
  }
  return undefined;
}

const only = (values: readonly string[] = []): string | undefined => (values.length === 1 ? values[0] : undefined);

/** Compared in a time that does not tell how much of it is right. */
function equal(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
