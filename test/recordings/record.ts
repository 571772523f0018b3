import type { Exchange } from "../../src/aws/caller.ts";
import type { Recorded } from "./exchange.ts";
import { Sanitiser } from "./sanitise.ts";

/** Listens to a connection (`AwsOptions.hear`), and keeps what it hears without what must not be kept. */
export class Recorder {
  readonly lines: Recorded[] = [];
  readonly #sanitiser = new Sanitiser();
  readonly #keep: ((line: Recorded) => void) | undefined;

  /** @param keep told of each line at once, so that a process that dies leaves what it has heard */
  constructor(keep?: (line: Recorded) => void) {
    this.#keep = keep;
  }

  readonly hear = (exchange: Exchange): void => {
    const line = this.#sanitiser.line(exchange);
    this.lines.push(line);
    this.#keep?.(line);
  };
}
