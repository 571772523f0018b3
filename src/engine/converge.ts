import { assess, type Verdict } from "./assess.ts";
import { hiddenUntil, lagOf } from "./consistency.ts";
import { expectedSeconds, measure } from "./durations.ts";
import { DeadlineError, FailedStateError, ReplaceError, TapError } from "./errors.ts";
import type { Action } from "./events.ts";
import type { Entry, Json } from "./journal.ts";
import type { Change } from "./kind.ts";
import type { Node, Present, Sight } from "./node.ts";
import type { Outcome } from "./outcome.ts";
import { checkInterrupted, pause } from "./pause.ts";
import { pollInterval } from "./poll-interval.ts";
import { removeNode } from "./remove.ts";
import { send } from "./retry.ts";
import type { Run } from "./run.ts";

/** Brings one node to what is wanted: look, create or update, wait, and look again until nothing is left to do. */
export class Convergence<Aws> {
  /** What is being done, for messages. */
  action: Action = "create";
  readonly #run: Run<Aws>;
  readonly #node: Node<Json, Aws>;
  /** Tells the dependents that the outputs may be used, and whether anything has changed. */
  readonly #usable: (changed: boolean) => void;
  readonly #start: number;
  /** When the present action, or waiting for someone else's, began. */
  #since: number;
  /** When the latest look began, in milliseconds since the epoch. */
  #lookedAt: number;
  #did: "created" | "updated" | "replaced" | undefined;
  /** Whether this run itself has sent something: what fails thereafter would fail again. */
  #sentAny = false;
  /** When the create that AWS has accepted was sent, in milliseconds since the epoch, unless it is another run's. */
  #asked: number | undefined;
  /** The unfamiliar states that were said. */
  readonly #mentioned = new Set<string>();
  /** The changes that were last sent, to tell "not yet visible" from "more to do". */
  #sent: string | undefined;
  /** By when they should show, in milliseconds since the epoch. */
  #shows = 0;
  /** Until when a create of this run whose reply was lost may show, in milliseconds since the epoch. */
  #doubtful = 0;
  /** Settings that were not as recorded before this run has sent anything, by path. */
  readonly #altered = new Set<string>();
  /** The note of the id that a create has answered with: it is waited for before anything else is done. */
  #noted: Promise<void> = Promise.resolve();

  constructor(run: Run<Aws>, node: Node<Json, Aws>, usable: (changed: boolean) => void) {
    this.#run = run;
    this.#node = node;
    this.#usable = usable;
    this.#start = run.clock.now();
    this.#since = this.#start;
    this.#lookedAt = this.#start;
  }

  /**
   * @param first what was seen already, by a look that began at `at` (milliseconds since the epoch)
   * @throws what AWS said, or a {@link TapError}, when the node cannot be brought to what is wanted
   */
  async run(first?: { readonly sight: Sight; readonly at: number }): Promise<Outcome> {
    try {
      return await this.#steps(first);
    } finally {
      await Promise.allSettled([this.#noted]);
    }
  }

  async #steps(first?: { readonly sight: Sight; readonly at: number }): Promise<Outcome> {
    if (first !== undefined) this.#lookedAt = first.at;
    let sight = first?.sight ?? (await this.#look());
    for (;;) {
      if (sight.is === "blocked") throw new TapError(`cannot be looked for before ${sight.by} is known`);
      if (sight.is === "absent" && this.#node.kind.role === "by-product") return { is: "unchanged" };
      const ended = sight.is === "absent" ? await this.#create() : await this.#repair(sight);
      if (ended !== undefined) return ended;
      sight = await this.#look();
    }
  }

  /** Whether AWS has accepted something of it, or may have. */
  get begun(): boolean {
    return this.#did !== undefined || this.#run.journal.get(this.#node.id)?.intent !== undefined;
  }

  #look(): Promise<Sight> {
    checkInterrupted(this.#run);
    this.#lookedAt = this.#run.clock.now();
    // Nobody has added anything to what this run has made.
    return this.#node.look(this.#run, this.#lookedAt, this.#did === undefined || this.#did === "updated");
  }

  /** One step towards what is wanted; the ending when there is none left. */
  async #repair(sight: Present): Promise<Outcome | undefined> {
    const verdict = assess(sight);
    if (this.#isPredecessor(sight, verdict)) return this.#succeed(sight);
    await this.#adopt(sight);
    // What it notes at the end says the id as well.
    if (verdict.is !== "settled") await this.#noted;
    if (verdict.is !== "failed-update") return this.#act(sight, verdict);
    // What was sent a moment ago may not show yet; what this run has sent and AWS has given up is not sent again.
    if (this.#run.clock.now() < this.#shows) return this.#wait("the update to take effect");
    if (this.#sentAny) throw new FailedStateError(verdict.why, { advice: afterFailure.update });
    return this.#act(sight, verdict.compared());
  }

  async #act(sight: Present, verdict: Exclude<Verdict, { is: "failed-update" }>): Promise<Outcome | undefined> {
    switch (verdict.is) {
      case "held":
        this.#run.emit({ event: "notice", node: this.#node.id, text: verdict.why, held: true });
        return { is: "held", why: verdict.why };
      case "failed":
        return this.#remake(verdict.why);
      case "pending":
        if (this.#node.kind.usable === "created") this.#usable(this.#did !== undefined);
        if (verdict.unfamiliar) this.#mention(verdict.why);
        return this.#wait(verdict.why);
      case "leaving":
        return this.#wait(verdict.why);
      case "incomparable":
        throw new TapError(`cannot be compared before ${verdict.missing.join(", ")} is known`);
      case "settled":
        return this.#finish(sight);
      case "update":
        return this.#update(sight, verdict.changes);
      case "replace":
        return this.#replace(verdict.changes);
    }
  }

  /** Replaces what has failed for good, unless that could lose something, or would fail again. */
  #remake(why: string): Promise<undefined> {
    const { replace } = this.#node.kind;
    if (replace === "refuse" || this.#sentAny) throw new FailedStateError(why, { advice: afterFailure[replace] });
    this.#did = undefined;
    this.#run.emit({ event: "notice", node: this.#node.id, text: `failed: ${why}` });
    return this.#replace([]);
  }

  /** Says once what is not known of a state. */
  #mention(why: string): void {
    if (this.#mentioned.has(why)) return;
    this.#mentioned.add(why);
    this.#run.emit({ event: "notice", node: this.#node.id, text: `it is ${why}: waiting for it to change` });
  }

  /** Whether another one is being made in the place of this one and does not show yet. */
  #isPredecessor({ awsId }: Present, { is }: Verdict): boolean {
    if (this.#node.kind.replace !== "succeed" || (is !== "failed" && is !== "replace")) return false;
    const entry = this.#run.journal.get(this.#node.id);
    return entry?.intent?.action === "create" && entry.id !== awsId;
  }

  /** Goes on making another one, unless it turns out that this very one is what was being made. */
  async #succeed({ awsId }: Present): Promise<undefined> {
    await this.#create();
    await this.#noted;
    const entry = this.#run.journal.get(this.#node.id);
    if (entry?.id !== awsId) return;
    await this.#note({ token: this.#run.mint(), id: awsId });
    this.#sentAny = false;
    this.#did = undefined;
  }

  async #create(): Promise<undefined> {
    await this.#noted;
    const { journal, clock } = this.#run;
    const open = journal.get(this.#node.id);
    const intent = open?.intent?.action === "create" ? open.intent : undefined;
    const answered = open?.id !== undefined;
    const hidden = hiddenUntil(open, this.#node.kind, clock.now(), this.#start) ?? 0;
    // An id means that AWS has answered this create, so "not found" means "not yet". Without one the create may have
    // happened: it is looked for, never repeated blindly. What counts is when the look began: its replies may be old.
    if (this.#lookedAt < hidden && (answered || !this.#repeatable())) {
      return this.#wait(answered ? "not visible yet" : "looking for a create whose reply was lost");
    }
    if (this.action !== "replace") this.#begin("create");
    const repeated = answered ? undefined : intent;
    // A repeated create makes nothing anew, so what it is to find may show since the first one (which a clock that was
    // fast then may have put into the future).
    const at = Math.min(clock.now(), (this.#repeatable() ? repeated?.at : undefined) ?? clock.now());
    const token = repeated === undefined ? undefined : open?.token;
    const entry = { token: token ?? this.#run.mint(), intent: { action: "create", at } } as const;
    await this.#intend(entry, open);
    const made = await this.#sendCreate(entry.token, () =>
      clock.now() < Math.max(hidden, this.#doubtful) ? open : undefined,
    );
    if (repeated !== undefined || made.is !== "done") this.#asked = undefined;
    if (made.is === "done") {
      // From here on it may be invisible for a while, however long ago the first attempt was.
      this.#noted = this.#note({ ...entry, intent: { action: "create", at: clock.now() }, id: made.value });
      // A look changes nothing, so it need not wait for the note.
      this.#noted.catch(() => undefined);
      this.#did ??= this.action === "replace" ? "replaced" : "created";
      return undefined;
    }
    if (made.class === "unknown") this.#doubtful = clock.now() + lagOf(this.#node.kind);
    return this.#wait(made.class === "exists" ? "taken, looking for it" : "the reply was lost, looking for it");
  }

  /** Notes what is about to be created. When that fails nothing is sent, and nothing has to be looked for later. */
  async #intend(entry: Pick<Entry, "token" | "intent">, before: Entry | undefined): Promise<void> {
    try {
      await this.#note(entry);
    } catch (error) {
      await this.#restore(before).catch(() => undefined);
      throw error;
    }
  }

  /** Notes what was noted before, or nothing. */
  #restore(before: Entry | undefined): Promise<void> {
    const { journal } = this.#run;
    return before === undefined ? journal.delete(this.#node.id) : journal.put(this.#node.id, before);
  }

  /** @param earlier the note of an attempt before this one that may still show, if there is one */
  async #sendCreate(token: string, earlier: () => Entry | undefined) {
    const deadline = this.#since + this.#node.kind.minutes.create * 60_000;
    this.#sentAny = true;
    try {
      const made = await send(this.#run, this.#node, "create", deadline, () => {
        this.#asked = this.#run.clock.now();
        return this.#node.create(this.#run, token);
      });
      if (made.is === "look" && made.class === "gone") throw made.error;
      return made;
    } catch (error) {
      // It was refused, so it has not happened, and the next run has nothing else to look for.
      await this.#restore(earlier());
      throw error;
    }
  }

  /** Whether AWS itself makes sure that a repeated create makes nothing twice. */
  #repeatable(): boolean {
    const { recover } = this.#node.kind;
    return recover === "client-token" || recover === "fixed-name" || recover === "setting";
  }

  async #update(sight: Present, changes: readonly Change[]): Promise<undefined> {
    this.#begin("update", changes);
    if (!this.#sentAny) this.#noteAltered(sight);
    const what = JSON.stringify(changes);
    if (what === this.#sent) {
      await this.#wait(`${changes.map((c) => c.path).join(", ")} to take effect`);
      // Sent again at once, it would never show where showing takes longer than a look.
      if (this.#run.clock.now() < this.#shows) return;
    }
    const deadline = this.#since + this.#node.kind.minutes.update * 60_000;
    this.#sentAny = true;
    const sent = await send(this.#run, this.#node, "update", deadline, () => sight.update(changes));
    if (sent.is === "look" && sent.class === "exists") throw sent.error;
    this.#sent = what;
    this.#shows = sent.is === "done" ? this.#run.clock.now() + lagOf(this.#node.kind) : 0;
    this.#did ??= "updated";
  }

  #noteAltered({ recorded }: Present): void {
    const before = this.#run.journal.get(this.#node.id)?.recorded ?? {};
    for (const [path, was] of Object.entries(before)) {
      if (JSON.stringify(was) !== JSON.stringify(recorded[path])) this.#altered.add(path);
    }
  }

  async #replace(changes: readonly Change[]): Promise<undefined> {
    const { replace, type } = this.#node.kind;
    if (replace === "refuse") throw new ReplaceError(type, changes);
    this.#begin("replace", changes);
    // What uses the first moves over before it goes: see `removePredecessors`.
    if (replace === "succeed") return this.#create();
    await removeNode(this.#run, this.#node, { action: "replace", protect: false });
  }

  #begin(action: Action, changes?: readonly Change[]): void {
    const { journal, clock } = this.#run;
    const again =
      this.action === action && (this.#did !== undefined || journal.get(this.#node.id)?.intent !== undefined);
    // Settings that belong to a fresh resource are part of its creation.
    if (again || this.#did === "created" || this.#did === "replaced") return;
    this.action = action;
    this.#since = clock.now();
    const { kind } = this.#node;
    this.#run.emit({
      event: "started",
      node: this.#node.id,
      type: kind.type,
      action,
      expectedSeconds: action === "update" ? 0 : (expectedSeconds(this.#run, kind, "create") ?? 0),
      ...(changes === undefined ? {} : { changes }),
    });
  }

  async #wait(what: string): Promise<undefined> {
    const { kind } = this.#node;
    const { minutes } = kind;
    const now = this.#run.clock.now();
    const updating = this.action === "update";
    const limit = updating ? minutes.update : minutes.create;
    if (now >= this.#since + limit * 60_000) {
      throw new DeadlineError(`not done after ${limit} minutes: ${what}`, {
        advice: "Run the same command again to go on waiting.",
      });
    }
    const expected = updating ? 1 : (expectedSeconds(this.#run, kind, "create") ?? 0);
    const elapsedSeconds = (now - this.#since) / 1000;
    this.#run.emit({
      event: "waiting",
      node: this.#node.id,
      action: this.action,
      for: what,
      elapsedSeconds,
      expectedSeconds: expected,
    });
    await pause(this.#run, pollInterval(now, this.#since, expected));
  }

  /** Notes a resource that was found without, or with another id than, the one in the state file. */
  async #adopt(sight: Present): Promise<void> {
    const entry = this.#run.journal.get(this.#node.id);
    // Whatever is found while a create is open is what that create made.
    if (entry?.intent?.action === "create") this.#did ??= "created";
    if (entry?.id === sight.awsId) return;
    await this.#note({ ...(entry ?? { token: this.#run.mint() }), id: sight.awsId });
  }

  #note(entry: Pick<Entry, "token" | "id" | "intent" | "outputs" | "recorded">): Promise<void> {
    const key = this.#node.key(this.#run)?.value;
    return this.#run.journal.put(this.#node.id, {
      ...entry,
      type: this.#node.kind.type,
      name: this.#node.name,
      ...(key === undefined ? {} : { key }),
    });
  }

  /**
   * The settings that tap does not send, to be recorded. What was not as recorded before this run has sent anything is
   * somebody else's doing, and stays recorded as it was: it goes on being a finding.
   */
  #recorded(sight: Present, entry: Entry | undefined): Pick<Entry, "recorded"> {
    const before = this.#did === "created" || this.#did === "replaced" ? {} : (entry?.recorded ?? {});
    const kept = Object.entries(before).filter(([path]) => this.#did === undefined || this.#altered.has(path));
    const recorded = { ...sight.recorded, ...Object.fromEntries(kept) };
    return Object.keys(recorded).length === 0 ? {} : { recorded };
  }

  async #finish(sight: Present): Promise<Outcome> {
    const { clock, journal } = this.#run;
    const entry = journal.get(this.#node.id);
    if (this.#asked !== undefined) measure(this.#run, this.#node.kind, "create", clock.now() - this.#asked);
    const settled = {
      token: entry?.token ?? this.#run.mint(),
      id: sight.awsId,
      outputs: sight.outputs,
      ...this.#recorded(sight, entry),
    };
    const isNews =
      entry?.intent !== undefined ||
      JSON.stringify([entry?.outputs, entry?.recorded]) !== JSON.stringify([settled.outputs, settled.recorded]);
    const noted = isNews ? this.#note(settled) : undefined;
    // Whoever needs it may begin: nothing is created before it is noted, in the same write as this or in a later one.
    this.#usable(this.#did !== undefined);
    await noted;
    if (journal.retained().has(this.#node.id)) await journal.release(this.#node.id);
    if (this.#did === undefined) {
      this.#run.emit({ event: "unchanged", node: this.#node.id, awsId: sight.awsId });
      return { is: "unchanged" };
    }
    this.#run.emit({
      event: "done",
      node: this.#node.id,
      action: this.action,
      awsId: sight.awsId,
      ...(this.action === "update" && sight.result !== undefined ? { result: sight.result } : {}),
      seconds: (clock.now() - this.#start) / 1000,
    });
    return { is: this.#did };
  }
}

/** What to do about an update that has failed, and about what has failed for good, by what its kind does then. */
const afterFailure = {
  update:
    "Mend what AWS names, then run the same command again: the update is sent again. Until then it goes on as before.",
  refuse:
    "It is not replaced by itself, since that could lose what it holds: mend what AWS names, then run the same command again.",
  succeed: "Run the same command again: another one is made then, and takes its place.",
  remake: "Run the same command again: it is removed then, and made anew.",
};
