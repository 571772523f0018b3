import { classify, origin } from "../../src/aws/errors.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import { NotOursError } from "../../src/engine/errors.ts";
import type { Json } from "../../src/engine/journal.ts";
import { type Change, held, type Kind, pending, ready } from "../../src/engine/kind.ts";
import { type Node, node } from "../../src/engine/node.ts";
import { anyKind } from "../../src/engine/refresh.ts";
import type { Run } from "../../src/engine/run.ts";
import { CallCounts } from "../../src/session/calls.ts";
import type { Platform, Session, SessionRequest } from "../../src/session/session.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { MemoryJournal } from "../state/memory-journal.ts";

/** Something in the toy cloud. */
export interface Thing {
  readonly id: string;
  /** Its `tap:id`; another owner's things have none. */
  readonly node: string | undefined;
  size: number;
  /** When it can be used, milliseconds since the epoch. */
  readonly readyAt: number;
  /** Waits for the user. */
  waits?: string;
}

/** A cloud of things, by name, with a log of what was changed in it. */
export class ToyCloud {
  readonly things = new Map<string, Thing>();
  readonly mutations: string[] = [];
  readonly clock = new VirtualClock();
  readonly calls = new CallCounts();
  /** How long a creation takes, in milliseconds. */
  takes = 3_000;
  /** Throws for what is to fail. */
  before: (call: string) => void = () => undefined;
  /** Happens after a change. */
  after: (call: string) => void = () => undefined;
  #made = 0;

  async read<T>(call: string, answer: () => T): Promise<T> {
    this.calls.add({ service: "toy", mutating: false });
    this.before(call);
    return answer();
  }

  async change<T>(call: string, effect: () => T): Promise<T> {
    this.calls.add({ service: "toy", mutating: true });
    this.before(call);
    this.mutations.push(call);
    const answer = effect();
    this.after(call);
    return answer;
  }

  put(name: string, thing: Omit<Thing, "id" | "readyAt">): string {
    const id = `thing-${++this.#made}`;
    this.things.set(name, { ...thing, id, readyAt: this.clock.now() + this.takes });
    return id;
  }
}

interface Wanted {
  readonly size: number;
}

type ToyOutputs = { readonly id: string };

/** A toy resource: it has a name that is unique in the cloud, and a size. */
export const Toy: Kind<
  ToyCloud,
  undefined,
  Wanted,
  Thing & { readonly cloud: ToyCloud; readonly name: string },
  ToyOutputs
> = {
  type: "toy:thing",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "remake",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 3, remove: 1 },
  parseKey: () => undefined,
  find: (cloud, me) =>
    cloud.read(`find ${me.node}`, () => {
      const thing = cloud.things.get(me.name);
      if (thing !== undefined && thing.node === undefined) throw new NotOursError(me.name, "it has no tags");
      return thing === undefined ? undefined : { ...thing, cloud, name: me.name };
    }),
  id: ({ id }) => id,
  phase: ({ waits, readyAt, cloud }) =>
    waits !== undefined ? held(waits) : cloud.clock.now() < readyAt ? pending("growing") : ready,
  outputs: ({ id }) => ({ id }),
  changes: ({ size }, live): Change[] =>
    live.size === size ? [] : [{ path: "size", want: size, live: live.size, fix: "update" }],
  create: (cloud, me, _, { size }) =>
    cloud.change(`create ${me.node}`, () => cloud.put(me.name, { node: me.node, size })),
  update: (cloud, live, { size }, _, me) =>
    cloud.change(`update ${me.node}`, () => {
      const thing = cloud.things.get(live.name);
      if (thing !== undefined) thing.size = size;
    }),
  remove: (cloud, live, _, me) =>
    cloud.change(`remove ${me.node}`, () => {
      cloud.things.delete(live.name);
    }),
  listOwned: (cloud) =>
    cloud.read("search toy:thing", () =>
      [...cloud.things].flatMap(([name, { id, node }]) =>
        node === undefined ? [] : [{ node, name, id, key: undefined }],
      ),
    ),
};

/** Two toys, of which the second needs the first. */
export function toyPlatform(): Platform<ToyCloud> {
  const box = node(Toy, "toys/box", { name: "toy-box", want: () => ({ size: 3 }) });
  const ball = node(Toy, "toys/ball", { name: "toy-ball", needs: { box }, want: () => ({ size: 1 }) });
  return {
    nodes: [box, ball],
    skipped: [{ step: "games", reason: "no game is configured" }],
    outputs: (run) => ({ boxId: box.outputs(run)?.id, ballId: ball.outputs(run)?.id }),
  };
}

export interface ToySessionOptions {
  readonly cloud: ToyCloud;
  readonly journal?: MemoryJournal;
  readonly settings?: Partial<Settings>;
  readonly platform?: Platform<ToyCloud>;
  readonly local?: boolean;
  /** The hash of the functions' code. */
  readonly code?: string;
  onClose?(): void;
  onRemove?(): void;
}

/** A session as `openSession` would open it, on a toy cloud. */
export function toySession(request: SessionRequest, options: ToySessionOptions): Session<ToyCloud> {
  const { cloud, journal = new MemoryJournal({ clock: cloud.clock }), platform = toyPlatform() } = options;
  const settings = { ...resolveSettings({ ...request, file: noSettingsFile }), ...options.settings };
  let minted = 0;
  const run: Run<ToyCloud> = {
    environment: settings.environment,
    tags: { Environment: settings.environment },
    aws: () => cloud,
    clock: cloud.clock,
    journal,
    signal: request.signal ?? new AbortController().signal,
    // A spread of a union with a field added to each member is that union's timed form.
    emit: (event) =>
      request.emit?.({ ...event, at: cloud.clock.now() } as Parameters<NonNullable<typeof request.emit>>[0]),
    classify,
    endsAll: () => false,
    origin,
    advise: () => undefined,
    mint: () => `token-${++minted}`,
    reports: () => true,
    urgently: (_, work) => work(),
    usual: !(options.local ?? request.local),
    ruling: () => undefined,
  };
  return {
    settings,
    account: "123456789012",
    local: options.local ?? request.local,
    code: options.code ?? "code-1",
    platform,
    kinds: [anyKind(Toy)],
    run,
    state: {
      path: "state/dev.json",
      get: (id) => journal.get(id),
      entries: () => journal.entries(),
      put: (id, entry) => journal.put(id, entry),
      delete: (id) => journal.delete(id),
      retained: () => journal.retained(),
      retain: (id, what) => journal.retain(id, what),
      release: (id) => journal.release(id),
      durations: () => journal.durations(),
      measured: (type, action, seconds) => journal.measured(type, action, seconds),
      remove: async () => options.onRemove?.(),
    },
    calls: cloud.calls,
    close: async () => options.onClose?.(),
  };
}

/** For a platform of a test's own. */
export const toyNode = (id: string, size: number): Node<Json, ToyCloud> =>
  node(Toy, id, { name: id.replace("/", "-"), want: () => ({ size }) });
