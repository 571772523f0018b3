import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { proxyAgent } from "../aws/proxy.ts";
import { TapError } from "../engine/errors.ts";

const timeout = 10_000;

/**
 * The time that AWS puts on an answer. Asks without credentials, since a wrong clock is what makes AWS refuse them.
 *
 * @param url any endpoint of AWS's
 * @throws {TapError} when there is no answer
 */
export async function serverTime(url: URL): Promise<Date> {
  const agent = await proxyAgent();
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(
        new TapError(`${url.host} does not answer: ${why}`, {
          advice: "Check the network, HTTPS_PROXY, and AWS_ENDPOINT_URL if it is set.",
        }),
      );
    const send = url.protocol === "http:" ? overHttp : overHttps;
    const asked = send(url, { method: "HEAD", timeout, agent }, (answer) => {
      answer.resume();
      const at = new Date(answer.headers.date ?? "");
      if (Number.isNaN(at.getTime())) fail("its answer has no date");
      else resolve(at);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in 10 s")));
    asked.on("error", (error) => fail(error.message));
    asked.end();
  });
}
