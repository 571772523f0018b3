import type { ProxyEvent } from "./http.ts";

/**
 * Who sends a request, as far as order ids and Idempotency-Keys are concerned: the ARN of the user or role that signed
 * it, and nobody, "", where the API asks for no signature. A role's comes without the session name: whoever tries again
 * may do so in another session.
 */
export function callerOf(event: ProxyEvent): string {
  const arn = event.requestContext?.identity?.userArn ?? "";
  return arn.replace(/^(arn:[^:]+:sts::\d+:assumed-role\/[^/]+)\/.*$/, "$1");
}
