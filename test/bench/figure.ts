/** One measured figure, as `bench.json` has it. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: "ratio" | "s" | "ms" | "µs" | "calls" | "round trips" | "bytes" | "kB" | "MB";
}

/** A figure next to its goal; both are null where none is set. */
export interface Judged extends Figure {
  /** For example "≤ 1.02". */
  readonly goal: string | null;
  readonly met: boolean | null;
}

/** What is to be reached: the value may not pass the limit to the wrong side. */
const goals: Readonly<Record<string, { readonly is: "≤" | "≥"; readonly limit: number }>> = {
  "up-makespan-ratio": { is: "≤", limit: 1.02 },
  "up-makespan-ratio-worst": { is: "≤", limit: 1.1 },
  "down-makespan-ratio": { is: "≤", limit: 1.05 },
  "sequential-over-up": { is: "≥", limit: 3 },
  "status-calls": { is: "≤", limit: 70 },
  "status-round-trips": { is: "≤", limit: 5 },
  "version-over-node": { is: "≤", limit: 1.3 },
  "status-first-request-ms": { is: "≤", limit: 150 },
  "status-cpu-per-call-ms": { is: "≤", limit: 3 },
  "status-total-ms": { is: "≤", limit: 300 },
  "engine-1000-ms": { is: "≤", limit: 800 },
  "engine-5000-ms": { is: "≤", limit: 3000 },
  "up-peak-mb": { is: "≤", limit: 150 },
  "local-up": { is: "≤", limit: 15 },
  "local-status": { is: "≤", limit: 2 },
  "local-down": { is: "≤", limit: 10 },
  "local-peak": { is: "≤", limit: 250 },
};

/** Puts each figure beside its goal: those with a goal first, in the order of the goals. */
export function judge(figures: readonly Figure[]): Judged[] {
  const order = Object.keys(goals);
  const rank = ({ id }: Figure) => (order.includes(id) ? order.indexOf(id) : order.length);
  return figures
    .map((figure) => {
      const goal = goals[figure.id];
      if (goal === undefined) return { ...figure, goal: null, met: null };
      const met = goal.is === "≤" ? figure.value <= goal.limit : figure.value >= goal.limit;
      return { ...figure, goal: `${goal.is} ${goal.limit}`, met };
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** The ids of goals for which nothing was measured. */
export const unmeasured = (figures: readonly Figure[]): string[] =>
  Object.keys(goals).filter((id) => !figures.some((figure) => figure.id === id));

/** One table of everything, for people. */
export function table(figures: readonly Judged[]): string {
  const rows = [
    ["figure", "value", "unit", "goal", "met", "what"],
    ...figures.map((f) => [
      f.id,
      String(f.value),
      f.unit,
      f.goal ?? "",
      f.met === null ? "" : f.met ? "yes" : "NO",
      f.what,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Rounds to so many digits behind the point. */
export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
