// One engine run in a process of its own: node engine-child.ts <nodes> <chained|wide> <folder>
import { randomUUID } from "node:crypto";
import { wallClock } from "../../src/engine/clock.ts";
import type { Json } from "../../src/engine/journal.ts";
import { type Kind, ready } from "../../src/engine/kind.ts";
import { type Node, node } from "../../src/engine/node.ts";
import { refresh } from "../../src/engine/refresh.ts";
import type { Run } from "../../src/engine/run.ts";
import { up } from "../../src/engine/up.ts";
import { writeAtomically } from "../../src/state/atomic.ts";
import { appendDurably } from "../../src/state/journal-file.ts";
import { openState } from "../state/open-state.ts";

/** An AWS in which everything is made at once, by name. */
type Toy = Set<string>;

type Named = { readonly name: string };

const Nothing: Kind<Toy, undefined, object, Named, Named> = {
  type: "toy:nothing",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "remake",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 0, remove: 0 },
  parseKey: () => undefined,
  find: async (toy, { name }) => (toy.has(name) ? { name } : undefined),
  id: ({ name }) => name,
  phase: () => ready,
  outputs: ({ name }) => ({ name }),
  changes: () => [],
  create: async (toy, { name }) => {
    toy.add(name);
    return name;
  },
  update: async () => undefined,
  remove: async (toy, { name }) => void toy.delete(name),
};

const [count = "", shape = "", dir = ""] = process.argv.slice(2);

const nodes: Node<Json, Toy>[] = [];
for (let i = 0; i < Number(count); i++) {
  const last = nodes.at(-1);
  const needs: Record<string, Node<Json, Toy>> = shape === "chained" && last !== undefined ? { last } : {};
  nodes.push(node(Nothing, `toys/${i}`, { name: `toy-${i}`, needs, want: () => ({}) }));
}

let bytes = 0;
let writes = 0;
const counted =
  <To>(write: (to: To, text: string) => Promise<void>) =>
  (to: To, text: string): Promise<void> => {
    bytes += Buffer.byteLength(text);
    writes++;
    return write(to, text);
  };
const disk = { write: counted(writeAtomically), append: counted(appendDurably) };
const journal = await openState({ dir, environment: "bench", local: false, disk });
journal.bind({ account: "000000000000", region: "us-east-1" });
const toy: Toy = new Set();
const run: Run<Toy> = {
  environment: "bench",
  tags: {},
  aws: () => toy,
  clock: wallClock,
  journal,
  signal: new AbortController().signal,
  emit: () => undefined,
  endsAll: () => false,
  classify: () => "fatal",
  origin: () => ({}),
  advise: () => undefined,
  mint: randomUUID,
  reports: () => true,
  urgently: (_, work) => work(),
  usual: true,
  ruling: () => undefined,
};

const before = { memory: process.resourceUsage().maxRSS, cpu: process.cpuUsage() };
const start = performance.now();
const endings = await up(run, nodes, await refresh(run, nodes, []));
await journal.close();
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(before.cpu);
if ([...endings.values()].some(({ is }) => is !== "created")) throw new Error("not everything was created");
const memoryKb = process.resourceUsage().maxRSS - before.memory;
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1000, memoryKb, bytes, writes }));
