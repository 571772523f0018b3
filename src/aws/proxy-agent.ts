import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

const kept = { keepAlive: true };

/** Sends each request to its host, or through the proxy that the environment variables name for that. */
export class ProxyAgent extends Agent {
  readonly #agents = new Map<string, HttpAgent>();

  override connect(_request: unknown, { secureEndpoint, host, port }: AgentConnectOpts): HttpAgent {
    const scheme = secureEndpoint ? "https" : "http";
    const proxy = isLoopback(host ?? "") ? "" : getProxyForUrl(`${scheme}://${host}:${port}`);
    const key = `${scheme} ${proxy}`;
    const agent = this.#agents.get(key) ?? makeAgent(secureEndpoint, proxy);
    this.#agents.set(key, agent);
    return agent;
  }
}

function makeAgent(secure: boolean, proxy: string): HttpAgent {
  if (proxy === "") return secure ? new HttpsAgent(kept) : new HttpAgent(kept);
  // A kept connection to a proxy without a tunnel would get requests that do not name their host: they are written
  // before it is known which connection they take.
  return secure ? new HttpsProxyAgent(proxy, kept) : new HttpProxyAgent(proxy);
}

/** No proxy reaches this machine for us. */
const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);
