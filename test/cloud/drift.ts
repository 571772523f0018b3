import type { Weight } from "../../src/engine/kind.ts";
import type { Call, Cloud } from "./cloud.ts";

/** What `status` and `up` make of a changed leaf, where it is not "named by its own row, and repaired". */
export type Expectation =
  /** No property: it is not changed. */
  | { readonly is: "no property" }
  /** AWS takes no other value; that is tried. */
  | { readonly is: "refused" }
  /** Nobody's business but AWS's or someone else's. */
  | { readonly is: "in sync" }
  /** Whose it is is no longer certain: blocked for this reason, and `up` does nothing. */
  | { readonly is: "blocked"; readonly reason: RegExp; readonly also?: RegExp }
  /** Named, but `up` cannot repair it while something uses it, and ends with this reason. */
  | { readonly is: "held"; readonly reason: RegExp }
  | Repaired;

/** Named and repaired, but not as plainly as others. */
interface Repaired {
  readonly is: "repaired";
  /** Other rows that show it, too. */
  readonly also?: RegExp;
  /** Nodes that follow suit. */
  readonly follows?: RegExp;
  /** A changed name is two changes: one too few and one too many. */
  readonly changes?: 2;
  /** The report tells it otherwise than by the leaf's own value. */
  readonly told?: "by the path" | "otherwise";
  /** What stays different. */
  readonly differs?: RegExp;
}

export const noProperty = { is: "no property" } as const;
export const refused = { is: "refused" } as const;
export const inSync = { is: "in sync" } as const;

/** Reasons that many services have. */
export const oneElement = "the form of a call that has one element for one resource";
export const another = "which resource the call is for: another name or id is another resource";
export const onlyOne = "the in-memory AWS models only the value that the platform uses";

/** Fields that are not simply named and repaired, with the reason. */
export interface Exception {
  /** Fields, with their node and value: "ec2 CreateVpc CidrBlock @network/vpc = 10.0.0.0/16". */
  readonly fields: RegExp;
  readonly reason: string;
  readonly expect: Expectation;
}

/** Something that someone has added, taken away or switched by hand, which no other value in a call of `up` stands for. */
export interface Addition {
  readonly what: string;
  /** The node whose row has to name it. */
  readonly node: string;
  readonly path: RegExp;
  /** What it means; absent: it is one of the properties that tap sends. */
  readonly weight?: Weight;
  /** What `up` does about it; takes it away, unless told. */
  readonly up?: "leaves it" | "lifts it when it is named";
  /** Nodes whose rows show a consequence. */
  readonly also?: RegExp;
  readonly by: ByHand;
}

/** @param id AWS's id of a node */
export type ByHand = (cloud: Cloud, id: (node: string) => string) => void;

/** Where in an input someone changes something: the members that lead there. */
export type Path = readonly (string | number | symbol)[];

/** What someone else has in the account, so that a property of ours can be pointed at what is not what we want. */
export interface Strangers {
  /** Before tap makes anything. Without a zone's name there is no zone. */
  settle?(names: { readonly domain: string; readonly zone: string | undefined }): Promise<void>;
  /** Beside, or into, what tap has just made. */
  follow?(call: Readonly<Call>, output: object): Promise<void>;
}

/** What is to be known for changing each property of a service by hand, one by one. */
export interface DriftFacts {
  /** Lists that are read as maps: the member that is the key, and the one that is the value. */
  readonly pairs?: readonly (readonly [key: string, value: string])[];
  /** The first that matches counts, and those of the service before those of all. */
  readonly exceptions?: readonly Exception[];
  /** Valid values for fields that take only a few, by field. The first that AWS accepts and that differs is taken. */
  readonly choices?: readonly (readonly [RegExp, readonly unknown[]])[];
  /** Forms of names, besides ARNs with a type in them: another of the same form can stand in for one. */
  readonly alike?: readonly RegExp[];
  /** Calls that set everything again whenever they are sent. */
  readonly again?: RegExp;
  /** How someone changes by hand, after `up`, what calls in between rely on, or what AWS takes only once; by operation. */
  readonly afterwards?: Readonly<
    Record<string, (input: object, path: Path) => readonly [operation: string, input: object] | undefined>
  >;
  /** What AWS cannot change in place, and whether `up` refuses or makes the resource anew: "vpc.cidr refused". */
  readonly replacements?: readonly string[];
  readonly additions?: readonly Addition[];
  /** What makes `up` call what it otherwise does not. */
  readonly seldom?: readonly ByHand[];
  readonly strangers?: Strangers;
}
