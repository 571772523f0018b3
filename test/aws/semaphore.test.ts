import { expect, test } from "vitest";
import { Semaphore, urgently } from "../../src/aws/semaphore.ts";
import { VirtualClock } from "../cloud/clock.ts";

test("the most urgent of those that wait goes first, and among equals the first come", async () => {
  const clock = new VirtualClock();
  const slots = new Semaphore(1);
  const order: string[] = [];
  const ask = (name: string, urgency: number) =>
    urgently(urgency, async () => {
      // What has waited for something else meanwhile is as urgent as before.
      await clock.sleep(1);
      return slots.use(async () => {
        order.push(name);
        await clock.sleep(10);
      });
    });
  await Promise.all([ask("first", 0), ask("low", 1), ask("high", 9), ask("low too", 1), ask("high too", 9)]);
  expect(order).toEqual(["first", "high", "high too", "low", "low too"]);
});
