import type { Json } from "./journal.ts";

/**
 * How a create whose reply was lost is found again:
 * - `tagged-create`: AWS offers no token; the tags sent with the create call find it;
 * - `client-token`: the create call takes an idempotency token, so the same call can be sent again;
 * - `fixed-name`: the name is ours to choose and unique, a second create is refused as existing;
 * - `natural-key`: parent and path, CIDR, statement id, or a hash in the description;
 * - `setting`: a put that can be repeated.
 */
export type Recover = "tagged-create" | "client-token" | "fixed-name" | "natural-key" | "setting";

/** Where a live resource is in its life. `why` is AWS's own word for it and is shown to people. */
export type Phase =
  | { readonly is: "ready" }
  /** `unfamiliar`: AWS says something that tap does not know; the run says so and waits. */
  | { readonly is: "pending"; readonly why: string; readonly unfamiliar?: true }
  /** `update`: what failed is a change of it. It goes on as before, and the next run sends the change again. */
  | { readonly is: "failed"; readonly why: string; readonly update?: true }
  | { readonly is: "leaving"; readonly why: string }
  /** Waits for something that only the user can do; a run goes on without it, and without what stands on it. */
  | { readonly is: "held"; readonly why: string }
  /** Counts as not there, though AWS still shows it: a key pending deletion. `create` may bring it back. */
  | { readonly is: "gone"; readonly why: string };

export const ready: Phase = { is: "ready" };
export const pending = (why: string): Phase => ({ is: "pending", why });
/**
 * A state that is in no reference: AWS adds new ones, and hardly any of them is the end of a resource. It is waited for
 * until the deadline, and said.
 *
 * @param state AWS's word, or `undefined` where the field that says it is missing
 */
export const unfamiliar = (state: string | undefined): Phase => ({
  is: "pending",
  why: state === undefined ? "AWS does not say its state" : `"${state}", a state that tap does not know`,
  unfamiliar: true,
});
export const failed = (why: string): Phase => ({ is: "failed", why });
/** AWS has accepted an update and then not carried it out. `changes` has to name something to be sent again. */
export const failedUpdate = (why: string): Phase => ({ is: "failed", why, update: true });
export const held = (why: string): Phase => ({ is: "held", why });
export const gone = (why: string): Phase => ({ is: "gone", why });
export const leaving = (why: string): Phase => ({ is: "leaving", why });

/**
 * What something means that somebody has added or switched:
 * - `access`: who may read, call, decrypt, assume, receive;
 * - `outage`: what stops it, or may;
 * - `exposure`: what can be reached, from where;
 * - `stranger`: a resource of somebody's own that lives in ours;
 * - `setting`: any other setting.
 */
export type Weight = "access" | "outage" | "exposure" | "stranger" | "setting";

/** One property that is not as wanted, or as it was. `undefined` means "not there". */
export interface Change {
  /** Path within the resource, for example "tags.Name" or "routes.0.0.0.0/0". */
  readonly path: string;
  readonly want: Json | undefined;
  readonly live: Json | undefined;
  /**
   * What `up` does about it:
   * - `update`, `replace`: AWS can change it in place, or only in another one;
   * - `lift`: nothing, unless it is named: it limits ours, and somebody may have meant it;
   * - `leave`: nothing: it is not tap's;
   * - `unknown`: nothing, since AWS does not say how it is.
   */
  readonly fix: "update" | "replace" | "lift" | "leave" | "unknown";
  /** Of what somebody has added; absent for what tap itself sends. */
  readonly weight?: Weight;
}

/** Whether a change is a finding: `up` leaves it as it is, and names it. */
export const isFinding = ({ fix }: Change): boolean => fix === "lift" || fix === "leave";

/** Who a resource is, before anything is known of what it should look like. */
export interface Identity {
  /** The environment's suffix. */
  readonly environment: string;
  /** The node's id, for example "network/vpc"; the value of the tag `tap:id`. */
  readonly node: string;
  /** The resource's name, for example "trading-vpc-dev". */
  readonly name: string;
  /** Every tag it carries from the create call on. */
  readonly tags: Readonly<Record<string, string>>;
  /** AWS's id as far as the state file knows it: a hint, to be checked. */
  readonly id?: string;
}

/** How a removal is to be done. */
export interface Removal {
  /** The same for all retries of one removal; names whatever the removal leaves behind. */
  readonly token: string;
  /** Keep the data: final snapshot, automated backups, non-empty buckets. */
  readonly protect: boolean;
  /** Destroy even what was kept on purpose. Never together with `protect`. */
  readonly purge?: boolean;
}

/** A resource that carries our tags, whether it is declared or not. */
export interface Owned<Key> {
  /** The value of its `tap:id` tag. */
  readonly node: string;
  readonly name: string;
  /** AWS's id, as far as it is known. */
  readonly id: string | undefined;
  readonly key: Key;
}

/** What a failed call means for what to do next. */
export type ErrorClass =
  /** Nothing happened, and the same call may succeed later. */
  | "retry"
  /** It may or may not have happened. */
  | "unknown"
  /** Something else has to appear or disappear first. */
  | "dependency"
  /** The thing is not there. */
  | "gone"
  /** The name is taken. */
  | "exists"
  /** Missing permissions or credentials. */
  | "denied"
  /** A quota of the account is used up: waiting does not help. */
  | "quota"
  | "fatal";

/** Deadlines, in minutes. */
export interface Minutes {
  readonly create: number;
  readonly update: number;
  readonly remove: number;
}

/** Expected durations in seconds (aws-notes, "Expected durations"), for estimates and for pacing the polls. */
export interface Seconds {
  readonly create: number;
  readonly remove: number;
  /** How long, from the beginning of its removal, what it stood in stays occupied. */
  readonly release?: number;
}

/**
 * What tap has to do with something that it does not manage, which would be: `up` makes it and keeps it as wanted, `down`
 * removes it.
 * - `child`: it comes and goes with its parent; in between, `up` keeps it as wanted;
 * - `account-setting`: all environments share it; `up` makes it and keeps it as wanted, and nobody removes it;
 * - `lookup`: a run waits for what it shows, and neither makes, changes nor removes it;
 * - `by-product`: a teardown may leave it behind, as a final snapshot; `up` does not make it, `status` does not miss it,
 *   and `down` removes it like what is managed.
 */
export type Role = "child" | "account-setting" | "lookup" | "by-product";

/** Whether a teardown is to remove things of a kind. */
export const isRemovable = ({ role }: Pick<KindFacts, "role">): boolean => role === undefined || role === "by-product";

/** What something costs by time. */
export interface Price {
  /** What is priced, for example "db.r5.large" or "NAT gateway". */
  readonly what: string;
  /** US dollars a month; null: the price is not known. */
  readonly usd: number | null;
}

/**
 * A look for what others may have added to a resource, beside what finding it shows anyway. `changes` judges what it
 * reads: what *opens* ours has the fix `update`, what *limits* ours `lift`, and what is somebody's own `leave`, each with
 * its weight.
 */
export interface Watch<Aws, Key, Live> {
  /** What it looks for, for people: "grants". */
  readonly what: string;
  /**
   * Reads it, in one round trip: it may begin before the resource is found, by the id that the state has.
   *
   * @param id as `Kind.id` has it
   * @returns the fields of what was read that only this look knows
   */
  read(aws: Aws, id: string, me: Identity, key: Key): Promise<Partial<Live>>;
}

/** Settings of a resource that tap does not send. */
export interface Unsent<Live> {
  /** Those that are not as AWS's documentation says they are unless somebody sets them. Pure. */
  altered(live: Live): readonly Change[];
  /** Those of which nobody says how they should be, by path: as they are. A later change of them is a finding. */
  recorded(live: Live): Readonly<Record<string, Json>>;
}

/** Something about a resource that runs as it should be which will need a person: "renewal failed". */
export interface Ailment {
  /** For example "certificate expires". */
  readonly what: string;
  /** In whole words, with AWS's own for it. */
  readonly why: string;
}

/** What the engine may know of a kind without knowing its types. */
export interface KindFacts {
  /** For example "ec2:nat-gateway". */
  readonly type: string;
  readonly recover: Recover;
  /** When its outputs may be used: as soon as it is created, or only once it is ready. */
  readonly usable: "created" | "ready";
  /**
   * When what it needs may be removed: at once, since it only names it; as soon as its own removal is accepted; or only
   * once it is gone.
   */
  readonly releases: "at-once" | "leaving" | "gone";
  /**
   * What `up` does when AWS cannot change a property in place, or when the resource has failed for good. `succeed`: it
   * makes another one under the same name, moves what uses it there, and then removes the first. `find` then tells those
   * that have failed from the one that has not, and `listOwned` finds them all, each by a key of its own.
   */
  readonly replace: "remake" | "refuse" | "succeed";
  /** It shares one document with its siblings in the same parent: written at once, they would overwrite each other. */
  readonly oneAtATime?: true;
  /** Absent: it is managed. */
  readonly role?: Role;
  /** It holds what a teardown may keep: that is noted as retained, and while it is kept, so is the key it needs. */
  readonly holdsData?: true;
  /** What stood in it keeps it from being removed for a while after it is gone: see `seconds.release`. */
  readonly occupied?: true;
  /** What it means for the data when this is gone while things that need it are still there; `up` then refuses. */
  readonly irreplaceable?: string;
  readonly minutes: Minutes;
  readonly seconds: Seconds;
  /** What one costs, of which class where there are several. Absent: nothing, or by usage. */
  readonly price?: (instanceClass?: string) => Price;
  /** The title of the card on which the architecture is drawn with it; "Subnets": in its zone. Absent: among others. */
  readonly card?: string;
  /** How long, in seconds, lists and tags may lag behind a create; 30 unless told. */
  readonly lag?: number;
}

/**
 * How one AWS resource type behaves: written once, used by plan, up, status and down alike.
 *
 * @typeParam Key what finding needs from parents and settings; `undefined` when tags or the name suffice
 * @typeParam Wanted the properties that are wanted
 * @typeParam Live what was read from AWS
 * @typeParam Outputs what dependents may use
 */
export interface Kind<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json> extends KindFacts {
  /** Reads a stored key back. @throws when it is not one. */
  parseKey(stored: Json | undefined): Key;

  /**
   * Finds the one live resource by id hint, tags or fixed name. Hides ghosts. When AWS shows the whole and says of a part
   * that it is not there, that error is thrown on, unless the reference says what the absence means: the engine looks
   * again.
   *
   * @throws {NotOursError} when the name or id belongs to something that does not carry our tags
   * @throws {AmbiguousError} when two match
   */
  find(aws: Aws, me: Identity, key: Key): Promise<Live | undefined>;
  id(live: Live): string;
  phase(live: Live): Phase;
  outputs(live: Live): Outputs;
  /** Something worth knowing about it that is neither drift nor failure: who holds a shared name. */
  note?(live: Live): string | undefined;
  /** What an update has brought about, where "updated" and an id would say little: "migrated to schema 3f2a". */
  result?(live: Live): string;

  /** Every property that is not as wanted, and what was added to it. Pure. */
  changes(wanted: Wanted, live: Live, me: Identity): readonly Change[];
  /** What else is read to see what others have added; what AWS refuses to show is said, and hinders nothing. */
  readonly watch?: readonly Watch<Aws, Key, Live>[];
  /** Of the settings that tap does not send. */
  readonly unsent?: Unsent<Live>;
  /** What will need a person though it is as wanted; `now` in milliseconds since the epoch. Pure. */
  ailments?(live: Live, now: number): readonly Ailment[];

  /** Issues one create call and returns the id at once. What else is needed shows up as `changes`. */
  create(aws: Aws, me: Identity, key: Key, wanted: Wanted, token: string): Promise<string>;
  /** Repairs the given changes, in place. Every call in it may be repeated. */
  update(aws: Aws, live: Live, wanted: Wanted, changes: readonly Change[], me: Identity): Promise<void>;
  /** Starts the removal, or does its next step; "not found" is success. Called again until it is gone or leaving. */
  remove(aws: Aws, live: Live, how: Removal, me: Identity): Promise<void>;

  /** Names what holds a removal up, for people. */
  blockers?(aws: Aws, live: Live): Promise<string | undefined>;
  /** Why teardown leaves this one where it is, if it does; with a hint of what that costs. */
  retainReason?(aws: Aws, live: Live, how: Omit<Removal, "token">): Promise<string | undefined>;
  /**
   * Everything of this type that is said to carry the environment's tags. A search may be late: the engine looks at each
   * by `find`, and what that does not find as ours is none.
   */
  listOwned?(aws: Aws, environment: string): Promise<readonly Owned<Key>[]>;
  /**
   * The few errors that mean something else for this kind than their name says, with their source.
   *
   * @param seconds since the call was first sent
   */
  classify?(error: unknown, during: "create" | "update" | "remove", seconds?: number): ErrorClass | undefined;
}
