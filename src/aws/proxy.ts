import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { InputError } from "../config/errors.ts";
import type { ProxyAgent } from "./proxy-agent.ts";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

let agent: Promise<ProxyAgent> | undefined;

/**
 * The agent that goes through the proxies of HTTPS_PROXY, HTTP_PROXY and NO_PROXY; undefined where no proxy is named.
 * The SDK does not look at them, and Node.js does only from 22.21 and 24.5 on.
 *
 * @throws {InputError} when a variable is no URL of a proxy; its value, which may hold a password, is not shown
 */
export function proxyAgent(variables = process.env): Promise<ProxyAgent> | undefined {
  const named = names.filter((name) => variables[name]);
  for (const path of named) {
    if (/^https?:$/.test(URL.parse(variables[path] ?? "")?.protocol ?? "")) continue;
    throw new InputError([{ path, expected: "the URL of a proxy, such as http://proxy.example.com:3128" }]);
  }
  if (named.length === 0) return undefined;
  // Costs start-up time, which those without a proxy need not pay.
  agent ??= import("./proxy-agent.ts").then(({ ProxyAgent }) => new ProxyAgent());
  return agent;
}

/** What an SDK client takes as `requestHandler`. @throws {InputError} as `proxyAgent` does */
export function throughProxy(options: NodeHttpHandlerOptions): NodeHttpHandler {
  const through = proxyAgent();
  if (through === undefined) return new NodeHttpHandler(options);
  return new NodeHttpHandler(() => through.then((agent) => ({ ...options, httpAgent: agent, httpsAgent: agent })));
}
