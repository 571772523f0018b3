import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { onCtrlC } from "../../src/cli/keys.ts";

/** A terminal's input, and what it was switched to. */
function keyboard(isTTY: boolean) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  return { stdin, modes };
}

test("Ctrl-C is a key until it is ended, and the terminal is as it was then", async () => {
  const { stdin, modes } = keyboard(true);
  let stops = 0;
  const end = onCtrlC({ stdin }, () => stops++);
  const type = async (text: string) => {
    stdin.write(text);
    await new Promise(setImmediate);
  };
  await type("q");
  expect([stops, modes]).toEqual([0, [true]]);
  await type("\u0003");
  expect(stops).toBe(1);
  end();
  expect([stdin.isPaused(), modes]).toEqual([true, [true, false]]);
});

test("without a terminal nothing is read", () => {
  const { stdin, modes } = keyboard(false);
  onCtrlC({ stdin }, () => undefined)();
  expect([stdin.listenerCount("data"), modes]).toEqual([0, []]);
});
