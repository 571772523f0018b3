import pc from "picocolors";

/** A stream that text is written to: standard output, standard error, or a test's. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What a text means, whatever it is painted in. */
export type Tone = "good" | "bad" | "warn" | "note" | "dim" | "strong";

/** Paints text for a terminal, or leaves it as it is. */
export type Style = Readonly<Record<Tone, (text: string) => string>>;

/** How something stands, as one character. */
export interface Sign {
  readonly symbol: string;
  readonly tone: Tone;
}

export const signText = ({ symbol, tone }: Sign, style: Style): string => style[tone](symbol);

/** @param colours whether to paint at all */
export function makeStyle(colours: boolean): Style {
  const { green, red, yellow, cyan, dim, bold } = pc.createColors(colours);
  return { good: green, bad: red, warn: yellow, note: cyan, dim, strong: bold };
}

/** Whether a variable that means something by being there is there; empty counts as not set. */
const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";

type Variables = Readonly<Record<string, string | undefined>>;

/** NO_COLOR wins over FORCE_COLOR, and that over what the stream is. https://no-color.org, https://force-color.org */
export function wantsColours(stream: Pick<Sink, "isTTY">, variables: Variables): boolean {
  if (isSet(variables["NO_COLOR"])) return false;
  const force = variables["FORCE_COLOR"];
  if (isSet(force)) return force !== "0" && force !== "false";
  return stream.isTTY === true && variables["TERM"] !== "dumb";
}

/** Whether lines may be rewritten: a terminal that can, with a person before it. */
export function wantsLive(stream: Pick<Sink, "isTTY">, variables: Variables): boolean {
  return (
    stream.isTTY === true && variables["TERM"] !== "dumb" && !isSet(variables["CI"]) && !isSet(variables["NO_COLOR"])
  );
}
