import { once } from "node:events";
import { createServer, get } from "node:http";
import { expect, test } from "vitest";
import { askAndMeanwhile } from "../../src/aws/meanwhile.ts";

test("the work is done when the question is out, and before the answer", async () => {
  const working = Promise.withResolvers<void>();
  const steps: string[] = [];
  const server = createServer(async (_, reply) => {
    steps.push("asked");
    await working.promise;
    reply.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  try {
    const answer = await askAndMeanwhile(
      async () => {
        // What is done before a request is sent may take any number of turns.
        await new Promise(setImmediate);
        const [reply] = await once(get({ host: "127.0.0.1", port }), "response");
        reply.resume();
        steps.push("answered");
        return "answer";
      },
      async () => {
        steps.push("working");
        working.resolve();
      },
    );
    expect(answer).toBe("answer");
    expect(steps.toSorted()).toEqual(["answered", "asked", "working"]);
    expect(steps.at(-1)).toBe("answered");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("the work is done after an answer for which nothing was sent, and not at all when there is none", async () => {
  const steps: string[] = [];
  const work = async () => {
    steps.push("working");
  };
  const known = async () => {
    steps.push("answered");
    return "answer";
  };
  expect(await askAndMeanwhile(known, work)).toBe("answer");
  expect(steps).toEqual(["answered", "working"]);
  const failing = askAndMeanwhile(async () => {
    throw new Error("no credentials");
  }, work);
  await expect(failing).rejects.toThrow("no credentials");
  expect(steps).toEqual(["answered", "working"]);
});

test("an answer that does not come after all is an error of the question's", async () => {
  const refused = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
  const asked = askAndMeanwhile(
    async () => once(get({ host: "127.0.0.1", port: refused }), "response"),
    async () => undefined,
  );
  await expect(asked).rejects.toThrow("ECONNREFUSED");
});
