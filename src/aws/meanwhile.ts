import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

const channel = "http.client.request.start";

/**
 * Asks a server something, and once the first request has been handed to the operating system does other work, while
 * the server answers. Where no request is sent, the work is done after the answer.
 *
 * @returns the answer
 */
export async function askAndMeanwhile<T>(ask: () => Promise<T>, work: () => Promise<unknown>): Promise<T> {
  const { promise: sent, resolve } = Promise.withResolvers<void>();
  const started = (message: unknown) => {
    // What Node.js publishes on this channel: https://nodejs.org/api/diagnostics_channel.html#http
    const { request } = message as { readonly request: ClientRequest };
    request.once("finish", resolve);
  };
  subscribe(channel, started);
  try {
    const answer = ask();
    await Promise.race([sent, answer]);
    await work();
    return await answer;
  } finally {
    unsubscribe(channel, started);
  }
}
