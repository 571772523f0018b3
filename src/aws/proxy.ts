import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { InputError } from "../config/errors.ts";
import type { ProxyAgent } from "./proxy-agent.ts";

/** The variable that names the proxy for a scheme: the one that `getProxyForUrl` takes. */
const nameFor = (scheme: "http" | "https", variables: NodeJS.ProcessEnv): string | undefined =>
  [`${scheme}_proxy`, "all_proxy"].flatMap((name) => [name, name.toUpperCase()]).find((name) => variables[name]);

let agent: Promise<ProxyAgent> | undefined;

/**
 * The agent that goes through the proxies of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY; undefined where no proxy
 * is named. The SDK does not look at them, and Node.js does only from 22.21 and 24.5 on.
 *
 * @throws {InputError} when a variable that calls to AWS go by is no URL of a proxy; its value, which may hold a
 *   password, is not shown
 */
export function proxyAgent(variables = process.env): Promise<ProxyAgent> | undefined {
  const https = nameFor("https", variables);
  const http = nameFor("http", variables);
  for (const path of hasHttpEndpoint(variables) ? [https, http] : [https]) {
    if (path === undefined || /^https?:$/.test(URL.parse(variables[path] ?? "")?.protocol ?? "")) continue;
    throw new InputError([{ path, expected: "the URL of a proxy, such as http://proxy.example.com:3128" }]);
  }
  if (https === undefined && http === undefined) return undefined;
  // Costs start-up time, which those without a proxy need not pay.
  agent ??= import("./proxy-agent.ts").then(({ ProxyAgent }) => new ProxyAgent());
  return agent;
}

/** Whether AWS_ENDPOINT_URL, or that of a service, is reached without TLS. */
const hasHttpEndpoint = (variables: NodeJS.ProcessEnv): boolean =>
  Object.entries(variables).some(([name, url]) => name.startsWith("AWS_ENDPOINT_URL") && /^http:/i.test(url ?? ""));

/** What an SDK client takes as `requestHandler`. @throws {InputError} as `proxyAgent` does */
export function throughProxy(options: NodeHttpHandlerOptions): NodeHttpHandler {
  const through = proxyAgent();
  if (through === undefined) return new NodeHttpHandler(options);
  return new NodeHttpHandler(() => through.then((agent) => ({ ...options, httpAgent: agent, httpsAgent: agent })));
}
