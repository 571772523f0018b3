// One Lambda sandbox in a process of its own: loads a handler file and answers the events that its parent sends.
import { createRequire } from "node:module";

const { handler } = createRequire(import.meta.url)(process.argv[2] ?? "");

process.on("message", async ({ event, left }: { event: unknown; left: number }) => {
  const end = Date.now() + left;
  const context = { awsRequestId: "invocation", getRemainingTimeInMillis: () => end - Date.now() };
  try {
    process.send?.({ result: await handler(event, context) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.send?.({ ready: true });
