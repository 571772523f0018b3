import type { Clock } from "../engine/clock.ts";
import type { Event } from "../engine/events.ts";
import type { Task } from "../engine/schedule.ts";
import { makePlain } from "./plain.ts";
import { makeStyle, type Style, wantsColours, wantsLive } from "./style.ts";
import { changeJson } from "./words.ts";

/** A stream that text is written to: standard output, standard error, or a test's. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The one place through which everything goes that a command has to say. */
export interface Reporter {
  readonly style: Style;
  /** How wide a line may be; infinite where it is not for a terminal. */
  readonly columns: number;
  /** Text for people. */
  say(text: string): void;
  /** Text for people that is no result: what goes wrong, what takes long. */
  warn(text: string): void;
  /** A question; what is typed follows on the same line. */
  prompt(text: string): void;
  /** Something that happened in a run; with the environment that it happened in, where there are several. */
  event(event: Event, environment?: string): void;
  /** Something for scripts; shown with `--json` only. */
  data(value: object): void;
  /** Shows progress from here on, with what there is to do and how long it is expected to take. */
  begin(planned: ReadonlySet<string>, tasks?: readonly Task[]): void;
  /** Ends showing progress, and gives the cursor back. */
  end(): void;
}

export interface ReporterOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Standard output is for scripts: one JSON value a line, and text for people goes to standard error. */
  readonly json: boolean;
  /** Rewrites no lines even in a terminal, since something else writes to it, too. */
  readonly plain?: boolean;
}

/** Shows events as they come. */
export interface EventView {
  event(event: Event): void;
  /** Puts a text among what is shown. */
  say(text: string): void;
  begin(planned: ReadonlySet<string>, tasks?: readonly Task[]): void;
  end(): void;
}

/**
 * The reporter of a run, that fits the streams: live in a terminal, plain lines elsewhere, JSON lines when asked for.
 * What draws in a terminal costs start-up time, so it is loaded only for that.
 */
export async function makeRunReporter(options: ReporterOptions): Promise<Reporter> {
  const { json, plain = false, stdout, variables } = options;
  if (json || plain || !wantsLive(stdout, variables)) return makeReporter(options);
  const { makeLive } = await import("./live.ts");
  return makeReporter(options, makeLive);
}

/** The reporter of a command that has no progress to show: plain lines, or JSON lines when asked for. */
export function makeReporter(
  options: ReporterOptions,
  makeView: (stream: Sink, style: Style, clock: Clock) => EventView = makePlain,
): Reporter {
  const { stdout, stderr, variables, clock, json } = options;
  const style = makeStyle(wantsColours(json ? stderr : stdout, variables));
  if (json) {
    const line = (value: object) => stdout.write(`${JSON.stringify(value)}\n`);
    return {
      style,
      columns: columnsOf(stderr),
      say: (text) => stderr.write(`${text}\n`),
      warn: (text) => stderr.write(`${text}\n`),
      prompt: (text) => stderr.write(`${text} `),
      event: (event, environment) => line({ ...eventJson(event), ...(environment && { environment }) }),
      data: line,
      begin: () => undefined,
      end: () => undefined,
    };
  }
  const view = makeView(stdout, style, clock);
  const same = stdout.isTTY === true && stderr.isTTY === true;
  return {
    style,
    columns: columnsOf(stdout),
    say: (text) => view.say(text),
    // Where both go to one terminal, a text beside the live part would be written over.
    warn: (text) => (same ? view.say(text) : stderr.write(`${text}\n`)),
    prompt: (text) => stderr.write(`${text} `),
    event: (event, environment) => view.event(environment === undefined ? event : placed(event, environment)),
    data: () => undefined,
    begin: (planned, tasks) => view.begin(planned, tasks),
    end: () => view.end(),
  };
}

/** The same reporter for one of several environments, whose name is with every event, and with all that scripts get. */
export const within = (reporter: Reporter, environment: string): Reporter => ({
  ...reporter,
  event: (event) => reporter.event(event, environment),
  data: (value) => reporter.data({ ...value, environment }),
});

/** An event as people see it among those of other environments: "dev network/vpc". */
const placed = (event: Event, environment: string): Event => ({
  ...event,
  node: event.node === undefined ? environment : `${environment} ${event.node}`,
});

const columnsOf = ({ isTTY, columns = 80 }: Sink): number => (isTTY === true ? columns : Number.POSITIVE_INFINITY);

const eventJson = (event: Event): object =>
  event.event === "started" && event.changes !== undefined
    ? { ...event, changes: event.changes.map(changeJson) }
    : event;
