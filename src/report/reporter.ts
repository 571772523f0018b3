import type { Clock } from "../engine/clock.ts";
import type { Event } from "../engine/events.ts";
import type { Task } from "../engine/timetable.ts";
import { type EventView, makePlain } from "./event-line.ts";
import { columnsOf, folded } from "./fold.ts";
import { makeStyle, type Sink, type Style, wantsColours, wantsLive } from "./style.ts";
import { jsonFor } from "./text.ts";
import { changeJson } from "./words.ts";

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
  const out = json ? stderr : stdout;
  const style = makeStyle(wantsColours(out, variables));
  const view = json ? textOnly(stderr) : makeView(stdout, style, clock);
  const line = (value: object) => stdout.write(`${jsonFor(stdout, JSON.stringify(value))}\n`);
  const same = stdout.isTTY === true && stderr.isTTY === true;
  return {
    ...view,
    style,
    columns: columnsOf(out),
    // Where both go to one terminal, a text beside the live part would be written over.
    warn: (text) => (same ? view.say(text) : stderr.write(`${folded(text, stderr)}\n`)),
    prompt: (text) => stderr.write(`${folded(text, stderr)} `),
    event: (event, environment) => {
      if (json) line({ ...eventJson(event), ...(environment && { environment }) });
      else view.event(environment === undefined ? event : placed(event, environment));
    },
    data: (value) => {
      if (json) line(value);
    },
  };
}

/** Shows no events: they are for scripts. */
const textOnly = (stream: Sink): EventView => ({
  event: () => undefined,
  say: (text) => stream.write(`${folded(text, stream)}\n`),
  begin: () => undefined,
  end: () => undefined,
});

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

const eventJson = (event: Event): object =>
  event.event === "started" && event.changes !== undefined
    ? { ...event, changes: event.changes.map(changeJson) }
    : event;
