import { weights } from "../../report/status.ts";

/** The report's style: light or dark as the reader's system is, and fit for a narrow window. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fff; --panel: #f6f7f9; --ink: #1b242e; --soft: #56636f; --line: #cfd6dd; --focus: #1558d6;
  --good: #1a7f45; --warn: #9a6200; --bad: #c0282d; --note: #4a5f78;
  --bar: #3f7cc0; --wait: #a9c6e6; --path: #b4530c; --path-wait: #eebd8e; --mark: #1b242e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12171d; --panel: #1a2129; --ink: #e3e8ed; --soft: #9daab7; --line: #35404b; --focus: #7fb0ff;
    --good: #4cc07f; --warn: #e0aa3e; --bad: #f0787c; --note: #9fb4cc;
    --bar: #5b9be0; --wait: #30506f; --path: #e8903f; --path-wait: #6b4420; --mark: #f2f5f8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 22px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0; display: inline; }
h3 { font-size: 15px; margin: 0; display: inline; }
.soft, footer { color: var(--soft); }
footer { padding: 20px; font-size: 13px; }
.skip { position: absolute; left: -999em; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 6px 12px; z-index: 9; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; border-radius: 3px; }
.tally { list-style: none; display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0 0; padding: 0; }
.tally li { display: flex; align-items: center; gap: 7px; border: 1px solid var(--line); border-radius: 99px; padding: 2px 12px 2px 8px; }
.mark { width: 14px; height: 14px; flex: none; vertical-align: -2px; }
.symbols { position: absolute; width: 0; height: 0; }
.sign { fill: none; stroke: var(--paper); stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
${Object.entries(weights)
  .map(([standing, { tone }]) => `.s-${standing} { color: var(--${tone}); }`)
  .join(" ")}
.alert { border: 1px solid var(--bad); border-left-width: 5px; border-radius: 6px; padding: 10px 14px; margin: 16px 0 0; overflow-wrap: anywhere; }
.alert p { margin: 0; }
.filter { margin: 18px 0 0; display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
.filter[hidden] { display: none; }
.filter input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; width: 260px; max-width: 100%; }
section { margin: 22px 0 0; }
details { border-top: 1px solid var(--line); padding: 10px 0; }
summary { cursor: pointer; padding: 3px 0; }
details details { border: 0; padding: 4px 0; }
.scroll { overflow-x: auto; margin-top: 10px; }
code, .id { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.architecture { display: block; width: 100%; min-width: 1000px; height: auto; font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
.architecture text { fill: var(--ink); }
.architecture .label { font-weight: 600; } .architecture .soft { fill: var(--soft); }
.architecture .card { fill: var(--paper); stroke: var(--line); } .architecture .empty { stroke-dasharray: 4 3; }
.architecture .vpc { fill: var(--panel); stroke: var(--note); stroke-width: 1.5; }
.architecture .zone { fill: none; stroke: var(--line); stroke-dasharray: 5 4; }
.architecture .subnet { fill: var(--paper); stroke: var(--line); }
.architecture .clients rect { fill: var(--panel); stroke: var(--line); }
.architecture .arrows path { fill: none; stroke: var(--soft); stroke-width: 1.4; } marker path { fill: var(--soft); }
.architecture .box > rect { fill: currentColor; fill-opacity: .1; stroke: none; }
.architecture .box:not(.s-in-sync) > rect { fill-opacity: .2; stroke: currentColor; }
.architecture .box:hover > rect { fill-opacity: .32; }
.architecture .box:focus { outline: none; } .architecture .box:focus > rect { stroke: var(--focus); stroke-width: 3; }
.architecture .word { fill: currentColor; font-weight: 600; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-top: 8px; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: 13px; border-bottom: 1px solid var(--line); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody .group th { font-weight: 600; padding-top: 16px; border-top: 0; }
tr:target > * { background: var(--panel); }
.w-id { width: 22%; } .w-type { width: 16%; } .w-status { width: 10%; } .w-live { width: 24%; }
.change { display: block; } .was { color: var(--bad); } .want { color: var(--good); }
.runs .w-id { width: 27%; } .runs .w-act { width: 11%; } .runs .w-num { width: 9%; }
.runs td, .runs th { padding-top: 2px; padding-bottom: 2px; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ends { display: flex; justify-content: space-between; }
.plot { position: relative; padding-right: 0; }
.plot svg { display: block; width: 100%; height: 18px; overflow: visible; cursor: default; }
.work { fill: var(--bar); } .wait { fill: var(--wait); } .retry { fill: var(--mark); } .end { fill: var(--bad); }
.critical .work { fill: var(--path); } .critical .wait { fill: var(--path-wait); }
.tip { display: none; position: absolute; z-index: 5; top: 100%; right: 0; width: 100%; min-width: 230px; background: var(--paper); border: 1px solid var(--note); border-radius: 6px; padding: 7px 11px; font-size: 13px; box-shadow: 0 3px 10px #0004; }
.plot svg:focus + .tip, .plot svg:hover + .tip { display: block; }
.tip span { display: block; }
.flag { color: var(--path); font-weight: 600; white-space: nowrap; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.key svg { width: 34px; height: 14px; vertical-align: -2px; margin-right: 6px; }
.path { margin: 8px 0 0; overflow-wrap: anywhere; }
@media (max-width: 760px) {
  header, main, footer { padding-left: 14px; padding-right: 14px; }
  table, tbody { display: block; }
  thead { position: absolute; left: -999em; }
  tr { display: grid; grid-template-columns: 1fr auto; }
  tr[hidden], tbody[hidden] { display: none; }
  tr > :last-child, .runs tr > * { grid-column: 1 / -1; }
  .type, .live, .act, .num, td:empty { display: none; }
  tbody tr + tr { border-top: 1px solid var(--line); } tbody tr + tr > * { border-top: 0; }
  th, td { padding-right: 0; }
}
@media print { details > * { display: block; } .filter { display: none; } }
`;
