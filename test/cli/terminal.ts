import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";
import type { Environment } from "../../src/session/environment.ts";
import type { Session, SessionRequest } from "../../src/session/session.ts";
import { type ToyCloud, type ToySessionOptions, toySession } from "./toy.ts";

export interface TerminalOptions extends ToySessionOptions {
  /** The project's folder. */
  readonly cwd?: string;
  /** What a person types, a line each; without it there is no terminal. */
  readonly typed?: readonly string[];
  readonly variables?: Record<string, string>;
  /** Whether what is said goes to a terminal. */
  readonly isTTY?: boolean;
  /** How many lines the terminal has. */
  readonly rows?: number;
  /** The pager of the terminal; without it there is no such command. */
  page?(command: string, text: string): boolean;
  /** Instead of opening a toy session. */
  open?(request: SessionRequest, environment: Environment): Promise<Session<ToyCloud>>;
}

/** How a command ended and what it said. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was opened. */
  readonly requests: readonly SessionRequest[];
  /** Exit codes of ends at once. */
  readonly exits: readonly number[];
}

/** A command line with fakes all around it. Nothing leaves the process but what a test puts into `cwd`. */
export class Terminal {
  readonly signals = new EventEmitter();
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** Runs `tap <args>`. */
  async run(...args: string[]): Promise<Ran> {
    const { cloud, cwd = "/nowhere", typed, variables = {}, isTTY = false, rows = 24 } = this.#options;
    const out: string[] = [];
    const err: string[] = [];
    const requests: SessionRequest[] = [];
    const exits: number[] = [];
    const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
    stdin.end((typed ?? []).map((line) => `${line}\n`).join(""));
    const io: Io<ToyCloud> = {
      cwd,
      variables,
      stdin,
      stdout: { write: (text) => out.push(text), isTTY, rows },
      stderr: { write: (text) => err.push(text), isTTY },
      clock: cloud.clock,
      signals: this.signals,
      open: async (environment, options) => {
        const request = { ...environment.request, ...options };
        requests.push(request);
        return this.#options.open?.(request, environment) ?? toySession(request, this.#options);
      },
      page: async (command, text) => this.#options.page?.(command, text) ?? false,
      exit: (code) => {
        exits.push(code);
      },
    };
    const code = await main(args, io);
    return { code, stdout: out.join(""), stderr: err.join(""), requests, exits };
  }
}

/** Every line of a command's JSON output. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
