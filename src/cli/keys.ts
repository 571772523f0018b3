import type { Io } from "./io.ts";

/** What a terminal sends for Ctrl-C when it makes no signal of it. */
const ctrlC = 0x03;

/**
 * Takes Ctrl-C as a key, not as a signal, which the terminal would send to every process of its group: npx runs tap by
 * a shell, and the shell dies of the signal, whatever tap ends with. Without a terminal there is nothing to do.
 *
 * @returns what ends it
 */
export function onCtrlC<Aws>({ stdin }: Pick<Io<Aws>, "stdin">, stop: () => void): () => void {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => undefined;
  const pressed = (keys: Buffer) => {
    if (keys.includes(ctrlC)) stop();
  };
  stdin.setRawMode(true);
  stdin.on("data", pressed);
  return () => {
    stdin.off("data", pressed);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}
