import { request } from "node:http";
import { text } from "node:stream/consumers";

/** Credentials for an emulator, so that it can never be used with real ones. They make everyone `localAccount`. */
export const localCredentials = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** The same for tap's own local AWS, whose guard asks for the secret of the instance. */
export type LocalCredentials = typeof localCredentials & { readonly sessionToken: string };

export const localAccount = "000000000000";

/** For SDK clients. It is on loopback only. */
export const endpointOf = (port: number): string => `http://127.0.0.1:${port}`;

/**
 * The base to which a route's path is appended, for anything that speaks HTTP.
 *
 * @param endpoint the local AWS's
 */
export function invokeUrl(endpoint: string, restApiId: string, stage: string): string {
  return `${endpoint}/_aws/execute-api/${restApiId}/${stage}`;
}

/**
 * Asks the local AWS something that is not for an SDK client, as the guard wants it. Not with `fetch`: with NODE_USE_ENV_PROXY that would send
 * a question for this machine to a proxy.
 *
 * @throws when there is no answer, or none in time
 */
export function ask(
  url: string,
  {
    method = "GET",
    sessionToken,
    timeoutMs,
  }: { readonly method?: "GET" | "POST"; readonly sessionToken: string; readonly timeoutMs: number },
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    // An agent of its own: the common one is what Node.js gives the proxy to.
    const headers = { "x-amz-security-token": sessionToken };
    const asked = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
