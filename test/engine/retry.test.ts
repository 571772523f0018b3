import { expect, test } from "vitest";
import { connect } from "../../src/aws/aws.ts";
import type { Event } from "../../src/engine/events.ts";
import { node } from "../../src/engine/node.ts";
import { send } from "../../src/engine/retry.ts";
import { Vpc } from "../../src/resources/ec2/vpc.ts";
import { makeRun } from "../../src/session/run.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { awsError } from "../resources/support.ts";
import { MemoryJournal } from "../state/memory-journal.ts";

const vpc = node(Vpc, "network/vpc", {
  name: "trading-vpc-dev",
  want: () => ({ cidr: "10.0.0.0/16", dnsSupport: true, dnsHostnames: true }),
});
const minute = 60_000;

function setUp(signal?: AbortSignal) {
  const clock = new VirtualClock();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const events: Event[] = [];
  const run = makeRun({
    environment: "dev",
    connection: connect({ region: "us-east-1", clock, credentials }),
    clock,
    journal: new MemoryJournal({ clock }),
    emit: (event) => events.push(event),
    ...(signal && { signal }),
  });
  return { clock, events, run, start: clock.now() };
}

test("what a create refers to may be unknown for two minutes, and then it is gone", async () => {
  const { clock, events, run, start } = setUp();
  const unknownFor = (ms: number) => async () => {
    if (clock.now() < start + ms) throw awsError("InvalidVpcID.NotFound");
    return "made";
  };
  const early = await send(run, vpc, "create", start + 5 * minute, unknownFor(minute));
  expect(early).toEqual({ is: "done", value: "made" });
  expect(events.length).toBeGreaterThan(0);
  expect(events.every((event) => event.event === "retrying" && event.class === "dependency")).toBe(true);

  const again = clock.now();
  const never = await send(run, vpc, "create", again + 10 * minute, unknownFor(60 * minute));
  expect(never).toMatchObject({ is: "look", class: "gone" });
  expect(clock.now() - again).toBeGreaterThanOrEqual(2 * minute);
  expect(clock.now() - again).toBeLessThan(3 * minute);
});

test("what is to be changed or removed and is not there is looked at, at once", async () => {
  for (const action of ["update", "remove"] as const) {
    const { clock, run, start } = setUp();
    const gone = () => Promise.reject(awsError("InvalidVpcID.NotFound"));
    expect(await send(run, vpc, action, start + minute, gone)).toMatchObject({ is: "look", class: "gone" });
    expect(clock.now()).toBe(start);
  }
});

test("a call whose outcome is unknown is never sent again", async () => {
  const { run, start } = setUp();
  let sent = 0;
  const lost = () => {
    sent++;
    return Promise.reject(awsError("InternalError", "InternalError", 500));
  };
  expect(await send(run, vpc, "create", start + minute, lost)).toMatchObject({ is: "look", class: "unknown" });
  expect(sent).toBe(1);
});

test("a refusal is waited out in the words of what holds it up, until the deadline", async () => {
  const { clock, events, run, start } = setUp();
  const refused = awsError("DependencyViolation");
  const sent = send(
    run,
    vpc,
    "remove",
    start + minute,
    () => Promise.reject(refused),
    async () => "a subnet in it",
  );
  await expect(sent).rejects.toMatchObject({ name: "DeadlineError", cause: refused });
  await expect(sent).rejects.toThrow("still refused at the deadline: a subnet in it");
  expect(clock.now()).toBeGreaterThanOrEqual(start + minute);
  expect(events.every((event) => event.event === "retrying" && event.reason === "a subnet in it")).toBe(true);
  expect(events.map((event) => event.event === "retrying" && event.delaySeconds).slice(0, 7)).toEqual([
    0.5, 1, 2, 4, 8, 10, 10,
  ]);
});

test("when the question what holds it up is answered with an error, that error counts", async () => {
  const { run, start } = setUp();
  const refused = () => Promise.reject(awsError("DependencyViolation"));
  const gone = () => Promise.reject(awsError("InvalidVpcID.NotFound"));
  expect(await send(run, vpc, "remove", start + minute, refused, gone)).toMatchObject({ is: "look", class: "gone" });
});

test("nothing more is sent once the user has asked to stop", async () => {
  const stop = new AbortController();
  const { run, start } = setUp(stop.signal);
  let sent = 0;
  const call = () => {
    sent++;
    stop.abort();
    return Promise.reject(awsError("RequestLimitExceeded"));
  };
  await expect(send(run, vpc, "create", start + minute, call)).rejects.toMatchObject({ name: "InterruptedError" });
  await expect(send(run, vpc, "create", start + minute, call)).rejects.toMatchObject({ name: "InterruptedError" });
  expect(sent).toBe(1);
});
