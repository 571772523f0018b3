import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const Call = z.object({ SecretId: z.string(), SecretString: z.string().optional() });

/** The two calls of Secrets Manager that the functions make, over HTTP, for functions in this process and in others. */
export class FakeSecrets {
  /** Current values by ARN. A secret without one answers like Secrets Manager: ResourceNotFoundException. */
  readonly values = new Map<string, string>();
  /** How often each operation was called. */
  readonly calls: Record<string, number> = {};
  /** Called before each answer; what it waits for delays the answer. */
  before: (operation: string, value: string | undefined) => void | Promise<void> = () => {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      this.calls[operation] = (this.calls[operation] ?? 0) + 1;
      const call = Call.parse(JSON.parse(body));
      await this.before(operation, call.SecretString);
      const [status, answer] = this.#answer(operation, call);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  }

  /** Starts to listen on a free loopback port. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What a function's environment needs to find this server. */
  get env(): Record<string, string> {
    // A server that listens on a TCP port has an AddressInfo.
    const { port } = this.#server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
  }

  #answer(operation: string, call: z.infer<typeof Call>): [number, unknown] {
    if (operation === "PutSecretValue") {
      this.values.set(call.SecretId, call.SecretString ?? "");
      return [200, { ARN: call.SecretId }];
    }
    const value = this.values.get(call.SecretId);
    if (value === undefined) return [400, { __type: "ResourceNotFoundException", message: "no value" }];
    return [200, { ARN: call.SecretId, SecretString: value }];
  }
}
