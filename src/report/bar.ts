import type { Style } from "./style.ts";

/** Narrower than this it says nothing; wider than that it says no more. */
const narrowest = 8;
const widest = 40;

/** How far something is, as a bar; nothing where there is no room for one. */
export function bar(share: number, columns: number, style: Style): string {
  if (columns < narrowest) return "";
  const all = Math.min(columns, widest);
  const full = Math.floor(Math.min(1, share) * all);
  return `${style.good("█".repeat(full))}${style.dim("░".repeat(all - full))}`;
}
