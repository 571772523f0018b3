import { request } from "node:http";
import { text } from "node:stream/consumers";

/**
 * Asks the local AWS something that is not for an SDK client. Not with `fetch`: with NODE_USE_ENV_PROXY that would send
 * a question for this machine to a proxy.
 *
 * @throws when there is no answer, or none in time
 */
export function ask(
  url: string,
  { method = "GET", timeoutMs }: { readonly method?: "GET" | "POST"; readonly timeoutMs: number },
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    // An agent of its own: the common one is what Node.js gives the proxy to.
    const asked = request(url, { method, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
