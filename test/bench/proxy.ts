import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type Answer, type Endpoint, type Question, serve } from "./fake-aws.ts";

/** Passes every call on to another endpoint, each so many milliseconds later than it came in. */
export async function serveDelayed(target: string, delayMs: number, seen?: Recording): Promise<Endpoint> {
  const agent = new Agent({ keepAlive: true });
  const endpoint = await serve(async (question) => {
    if (delayMs > 0) await setTimeout(delayMs);
    const answer = await forward(target, agent, question);
    seen?.set(keyOf(question), answer);
    return answer;
  });
  return {
    ...endpoint,
    close: async () => {
      agent.destroy();
      await endpoint.close();
    },
  };
}

/** Answers by question. */
export type Recording = Map<string, Answer>;

/**
 * Answers as was answered before, from memory, each call so many milliseconds after it came in.
 *
 * @param missed is told of a question that was not asked before; it is answered with an error
 */
export function serveRecording(
  recording: Recording,
  delayMs: number,
  missed: (question: Question) => void,
): Promise<Endpoint> {
  return serve(async (question) => {
    if (delayMs > 0) await setTimeout(delayMs);
    const answer = recording.get(keyOf(question));
    if (answer !== undefined) return answer;
    missed(question);
    return { status: 500, headers: {}, body: "" };
  });
}

/** What tells two questions apart: not the time, the signature or the port. */
const keyOf = ({ method, path, headers, body }: Question): string =>
  [serviceOf(headers.authorization), method, path, headers["x-amz-target"] ?? "", body.toString("base64")].join(" ");

const serviceOf = (authorization = ""): string => /\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1] ?? "";

async function forward(target: string, agent: Agent, { method, path, headers, body }: Question): Promise<Answer> {
  const { "transfer-encoding": _, expect: __, connection: ___, ...rest } = headers;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    new URL(path, target),
    { method, agent, headers: { ...rest, host: new URL(target).host, "content-length": body.length } },
    (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.once("error", reject);
      reply.once("end", () => {
        const kept = Object.entries(reply.headers).flatMap(([name, value]) =>
          value === undefined || /^(connection|transfer-encoding|content-length|keep-alive)$/.test(name)
            ? []
            : [[name, String(value)] as const],
        );
        resolve({ status: reply.statusCode ?? 500, headers: Object.fromEntries(kept), body: Buffer.concat(chunks) });
      });
    },
  );
  sent.once("error", reject);
  sent.end(body);
  return promise;
}
