import { hiddenUntil, partsHiddenUntil } from "./consistency.ts";
import { NotOursError } from "./errors.ts";
import type { Failure } from "./events.ts";
import { failure } from "./failure.ts";
import type { Json } from "./journal.ts";
import {
  type Ailment,
  type Change,
  type ErrorClass,
  type Identity,
  isFinding,
  type Kind,
  type KindFacts,
  type Owned,
  type Phase,
  type Removal,
} from "./kind.ts";
import { pause } from "./pause.ts";
import { backoff } from "./poll-interval.ts";
import type { Run } from "./run.ts";

/** How a live resource differs from what is wanted. */
export interface Comparison {
  /** What `up` repairs; `undefined` while something that it needs is not known. */
  readonly changes: readonly Change[] | undefined;
  /** What `up` names and leaves. */
  readonly findings: readonly Change[];
  /** Findings that the user knows of and has accepted as they are. */
  readonly accepted: readonly Change[];
  /** Settings that nobody has recorded yet, by path: no change of them can be seen. */
  readonly unrecorded: readonly string[];
  /** Properties of which this AWS does not say how they are, and which therefore do not count. */
  readonly unreported: readonly string[];
  /** The needs that are not known. */
  readonly missing: readonly string[];
}

/** What could not be looked for, since AWS refused to show it. */
export interface Unwatched {
  /** See `Watch.what`. */
  readonly what: string;
  readonly failure: Failure;
}

/** A live resource, seen at one moment, with everything that can be done to it. */
export interface Present {
  readonly is: "present";
  readonly awsId: string;
  readonly phase: Exclude<Phase, { is: "gone" }>;
  readonly outputs: Json;
  /** Something worth knowing that is neither drift nor failure. */
  readonly note: string | undefined;
  /** What an update has brought about, where its kind has a word for it. */
  readonly result: string | undefined;
  /** What will need a person, though it is as wanted. */
  readonly ailments: readonly Ailment[];
  /** The settings that tap does not send and of which nobody says how they should be, by path. */
  readonly recorded: Readonly<Record<string, Json>>;
  readonly unwatched: readonly Unwatched[];
  /** Compares it with what is wanted, by the outputs that are known at the time of asking. */
  compare(): Comparison;
  update(changes: readonly Change[]): Promise<void>;
  /** Why teardown leaves it where it is, if it does. */
  retainReason(how: Omit<Removal, "token">): Promise<string | undefined>;
  remove(how: Removal): Promise<void>;
  blockers(): Promise<string | undefined>;
}

/** What a look at one node found. `blocked`: it could not be looked for, because what it sits in is not known. */
export type Sight =
  | Present
  /** `why`: AWS still shows something, for example a key pending deletion. */
  | { readonly is: "absent"; readonly why?: string }
  | { readonly is: "blocked"; readonly by: string };

/** One resource of the platform. All types of its kind are closed over; only its outputs' type shows. */
export interface Node<Outputs extends Json, Aws> {
  /** Step and name, for example "network/vpc". Unique in the graph. */
  readonly id: string;
  readonly step: string;
  /** AWS's name for it, for example "trading-vpc-dev". */
  readonly name: string;
  readonly kind: KindFacts;
  /** Everything that has to be there before it, its parent included. */
  readonly needs: readonly Node<Json, Aws>[];
  /** Those of its needs that have to be finished, not only known, before it is begun. */
  readonly after: readonly Node<Json, Aws>[];
  /** What has to be gone before it may be removed, though it does not need this node. */
  readonly outlives: readonly Node<Json, Aws>[];
  /** What it sits in and cannot exist without. */
  readonly parent: Node<Json, Aws> | undefined;
  /** The outputs, as of the latest look in this run. */
  outputs(run: Run<Aws>): Outputs | undefined;
  /** @param watching whether to look for what others have added, too: that takes calls of its own */
  look(run: Run<Aws>, since: number, watching?: boolean): Promise<Sight>;
  /** The key under which it can be found again. `undefined` while its parent is not known. */
  key(run: Run<Aws>): { readonly value: Json | undefined } | undefined;
  create(run: Run<Aws>, token: string): Promise<string>;
  classify(error: unknown, during: "create" | "update" | "remove", seconds: number): ErrorClass | undefined;
}

/** The nodes that a declaration needs, by the name under which it uses their outputs. */
export type Needs<Aws> = Readonly<Record<string, Node<Json, Aws> | readonly Node<Json, Aws>[]>>;

type OutputsOf<N> = N extends readonly Node<infer O, never>[]
  ? readonly O[]
  : N extends Node<infer O, never>
    ? O
    : never;
/** The outputs of all needs. */
export type Given<N> = { readonly [K in keyof N]: OutputsOf<N[K]> };

/** Where a resource is to be found that exists only inside another. */
export class Within<Key, Aws> {
  readonly parent: Node<Json, Aws>;
  readonly key: (run: Run<Aws>) => { readonly value: Key } | undefined;

  constructor(parent: Node<Json, Aws>, key: (run: Run<Aws>) => { readonly value: Key } | undefined) {
    this.parent = parent;
    this.key = key;
  }
}

/** Says that a resource exists only inside `parent`, and how its key follows from the parent's outputs. */
export function within<Key, O extends Json, Aws>(parent: Node<O, Aws>, key: (outputs: O) => Key): Within<Key, Aws> {
  return new Within(parent, (run) => {
    const outputs = parent.outputs(run);
    return outputs === undefined ? undefined : { value: key(outputs) };
  });
}

/** What is declared of one resource of the platform, besides its kind and id. */
export interface Declaration<Aws, Wanted, N extends Needs<Aws>> {
  /** AWS's name for it. */
  readonly name: string;
  /** The nodes whose outputs it uses or that have to be there first. */
  readonly needs?: N;
  /** What has to be finished, not only known, before it is begun. */
  readonly after?: readonly Node<Json, Aws>[];
  readonly want: (given: Given<N>) => NoInfer<Wanted>;
  /** Tags besides those that every resource carries. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What has to be gone before it may be removed, though it does not need this one. */
  readonly outlives?: readonly Node<Json, Aws>[];
}

/**
 * Declares one resource of the platform.
 *
 * @param id step and name, for example "network/vpc"
 */
export function node<Aws, Wanted, Live, Outputs extends Json, N extends Needs<Aws> = Record<never, never>>(
  kind: Kind<Aws, undefined, Wanted, Live, Outputs>,
  id: string,
  declared: Declaration<Aws, Wanted, N>,
): Node<Outputs, Aws>;
/** Declares a resource that is found by a key: a value from the settings, or one that follows from its parent. */
export function node<
  Aws,
  Key extends Json,
  Wanted,
  Live,
  Outputs extends Json,
  N extends Needs<Aws> = Record<never, never>,
>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
  id: string,
  declared: Declaration<Aws, Wanted, N> & { readonly key: Key | Within<Key, Aws> },
): Node<Outputs, Aws>;
export function node<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json, N extends Needs<Aws>>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
  id: string,
  declared: Declaration<Aws, Wanted, N> & { readonly key?: Key | Within<Key, Aws> },
): Node<Outputs, Aws> {
  const { key, needs } = declared;
  const named = Object.entries(needs ?? {});
  const all = named.flatMap(([, need]) => need);
  const parent = key instanceof Within ? key.parent : undefined;
  return build(kind, id, declared.name, {
    tags: declared.tags,
    outlives: declared.outlives ?? [],
    after: declared.after ?? [],
    parent,
    needs: [...(parent === undefined ? [] : [parent]), ...all, ...(declared.after ?? [])],
    key: key instanceof Within ? key.key : () => ({ value: key === undefined ? kind.parseKey(undefined) : key }),
    want: (run) => {
      const missing = all.filter((need) => need.outputs(run) === undefined).map((need) => need.id);
      if (missing.length > 0) return { missing };
      const outputs = named.map(([name, need]) => [
        name,
        "outputs" in need ? need.outputs(run) : need.map((one) => one.outputs(run)),
      ]);
      // Object.fromEntries forgets which name goes with which type; the entries were taken from `needs` just above.
      return { wanted: declared.want(Object.fromEntries(outputs) as Given<N>) };
    },
  });
}

/**
 * A resource that carries our tags, or stands in the state file, but is declared no more: it can be looked at and
 * removed, and nothing else is wanted of it.
 *
 * @param id the node's id; another one than its tag says when a declared node has that already
 */
export function leftOver<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
  found: Owned<Key>,
  id = found.node,
): Node<Outputs, Aws> {
  return build(kind, id, found.name, {
    tags: { "tap:id": found.node },
    outlives: [],
    after: [],
    parent: undefined,
    needs: [],
    key: () => ({ value: found.key }),
    want: () => ({ missing: [] }),
    id: found.id,
  });
}

interface Parts<Aws, Key, Wanted> {
  readonly after: readonly Node<Json, Aws>[];
  readonly outlives: readonly Node<Json, Aws>[];
  readonly parent: Node<Json, Aws> | undefined;
  readonly needs: readonly Node<Json, Aws>[];
  key(run: Run<Aws>): { readonly value: Key } | undefined;
  want(run: Run<Aws>): { readonly wanted: Wanted } | { readonly missing: readonly string[] };
  readonly id?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

function build<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
  id: string,
  name: string,
  parts: Parts<Aws, Key, Wanted>,
): Node<Outputs, Aws> {
  const known = new WeakMap<Run<Aws>, Outputs>();
  /** What this run has known of it last: after a removal, what appears under the same id is a late writer's. */
  const ids = new WeakMap<Run<Aws>, string>();

  const identity = (run: Run<Aws>): Identity => {
    const hint = run.journal.get(id)?.id ?? ids.get(run) ?? parts.id;
    return {
      environment: run.environment,
      node: id,
      name,
      tags: { ...run.tags, Name: name, "tap:id": id, ...parts.tags },
      ...(hint === undefined ? {} : { id: hint }),
    };
  };

  /**
   * What was created a moment ago may show without its tags: it is not found yet, and not somebody else's. It may also
   * show without some of its parts: then it is looked at again.
   */
  const find = async (run: Run<Aws>, since: number, me: Identity, key: Key): Promise<Live | undefined> => {
    const entry = run.journal.get(id);
    const patience = partsHiddenUntil(entry, kind, run.clock.now());
    for (let attempt = 1, from = since; ; attempt++, from = run.clock.now()) {
      try {
        return await kind.find(run.aws(from), me, key);
      } catch (error) {
        const now = run.clock.now();
        const hidden = now < (hiddenUntil(entry, kind, now, 0) ?? 0);
        if (hidden && error instanceof NotOursError) return undefined;
        if (run.classify(error) !== "gone" || now >= patience) throw error;
        await pause(run, backoff(attempt));
      }
    }
  };

  /** What a local AWS has no call for is not looked for. */
  const watchable = (run: Run<Aws>) => (kind.watch ?? []).filter(({ what }) => run.reports(kind.type, what));

  /**
   * What the kind's watches read, and what they may not. They begin at once with the look itself where the state has the
   * id, and count only if that is what is found.
   */
  const watch = (run: Run<Aws>, since: number, me: Identity, key: Key, awsId: string) =>
    watchable(run).map(async ({ what, read }): Promise<Partial<Live> | Unwatched> => {
      try {
        return await read(run.aws(since), awsId, me, key);
      } catch (error) {
        if (run.classify(error) !== "denied" || run.endsAll(error)) throw error;
        return { what, failure: failure(run, { id, kind }, "look", error) };
      }
    });

  /** What of a live resource is not as wanted, as documented, or as recorded. */
  const compared = (
    run: Run<Aws>,
    wanted: Wanted,
    live: Live,
    now: Present["recorded"],
    me: Identity,
  ): Omit<Comparison, "missing"> => {
    const before = run.journal.get(id)?.recorded ?? {};
    const all = [
      ...kind.changes(wanted, live, me),
      ...(kind.unsent?.altered(live) ?? []),
      ...Object.entries(before).flatMap(([path, was]) => sinceRecorded(path, was, now[path])),
    ];
    const isReported = ({ path, fix }: Change) => fix !== "unknown" && run.reports(kind.type, path);
    const reported = all.filter(isReported);
    const ruled = reported.map((change) =>
      change.fix === "lift" && run.ruling(id, change) === "lifted" ? ({ ...change, fix: "update" } as const) : change,
    );
    const [findings, changes] = split(ruled, isFinding);
    const [accepted, standing] = split(findings, (finding) => run.ruling(id, finding) === "accepted");
    return {
      changes,
      findings: standing,
      accepted,
      unrecorded: Object.keys(now).filter((path) => !Object.hasOwn(before, path)),
      unreported: [
        ...all.filter((change) => !isReported(change)).map(({ path }) => path),
        ...(kind.watch ?? []).map(({ what }) => what).filter((what) => !run.reports(kind.type, what)),
      ],
    };
  };

  return {
    id,
    step: id.slice(0, id.indexOf("/")),
    name,
    kind,
    needs: parts.needs,
    after: parts.after,
    outlives: parts.outlives,
    parent: parts.parent,
    outputs: (run) => known.get(run),
    key: (run) => parts.key(run),
    classify: (error, during, seconds) => kind.classify?.(error, during, seconds),

    async look(run, since, watching = false) {
      const key = parts.key(run);
      if (key === undefined) return { is: "blocked", by: parts.parent?.id ?? id };
      const me = identity(run);
      if (me.id !== undefined) ids.set(run, me.id);
      const early = watching && me.id !== undefined ? watch(run, since, me, key.value, me.id) : [];
      // They count only once it is found, and nobody waits for them otherwise.
      for (const read of early) read.catch(() => undefined);
      const found = await find(run, since, me, key.value);
      const isWatched = watching && found !== undefined && goesOn(kind.phase(found));
      const awsId = found === undefined ? undefined : kind.id(found);
      const reads =
        !isWatched || awsId === undefined ? [] : awsId === me.id ? early : watch(run, since, me, key.value, awsId);
      const [unwatched, shown] = split(await Promise.all(reads), isUnwatched);
      const live: Live | undefined = found && Object.assign({}, found, ...shown);
      if (live === undefined) {
        known.delete(run);
        return { is: "absent" };
      }
      ids.set(run, kind.id(live));
      const phase = kind.phase(live);
      const outputs = kind.outputs(live);
      const recorded = kind.unsent?.recorded(live) ?? {};
      if (phase.is === "gone") {
        known.delete(run);
        return { is: "absent", why: phase.why };
      }
      if (goesOn(phase) || (phase.is === "pending" && kind.usable === "created")) known.set(run, outputs);
      else known.delete(run);
      return {
        is: "present",
        awsId: kind.id(live),
        phase,
        outputs,
        note: kind.note?.(live),
        result: kind.result?.(live),
        ailments: kind.ailments?.(live, run.clock.now()) ?? [],
        recorded,
        unwatched,
        compare() {
          const want = parts.want(run);
          return "missing" in want
            ? { ...incomparable, missing: want.missing }
            : { ...compared(run, want.wanted, live, recorded, me), missing: [] };
        },
        async update(changes) {
          const want = parts.want(run);
          if ("missing" in want) throw new Error(`${id} cannot be updated before ${want.missing.join(", ")} is known`);
          await kind.update(run.aws(run.clock.now()), live, want.wanted, changes, me);
        },
        retainReason: async (how) => kind.retainReason?.(run.aws(run.clock.now()), live, how),
        remove: (how) => kind.remove(run.aws(run.clock.now()), live, how, me),
        blockers: async () => kind.blockers?.(run.aws(run.clock.now()), live),
      };
    },

    async create(run, token) {
      const key = parts.key(run);
      const want = parts.want(run);
      if (key === undefined || "missing" in want) throw new Error(`${id} was to be created before what it needs`);
      return kind.create(run.aws(run.clock.now()), identity(run), key.value, want.wanted, token);
    },
  };
}

/** Whether it does what it is for. */
const goesOn = (phase: Phase): boolean => phase.is === "ready" || (phase.is === "failed" && phase.update === true);

const isUnwatched = (read: object): read is Unwatched => "what" in read && "failure" in read;

const incomparable = { changes: undefined, findings: [], accepted: [], unrecorded: [], unreported: [] };

/** How a setting that was recorded differs by now; null is recorded where there was none. */
const sinceRecorded = (path: string, was: Json, live: Json | undefined): Change[] =>
  JSON.stringify(was) === JSON.stringify(live)
    ? []
    : [{ path, want: was ?? undefined, live: live ?? undefined, fix: "leave", weight: "setting" }];

/** Those of which something holds, and the others. */
function split<T, S extends T>(all: readonly T[], holds: (one: T) => one is S): [S[], Exclude<T, S>[]];
function split<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]];
function split<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [all.filter(holds), all.filter((one) => !holds(one))];
}
