import type { Exchange } from "../../src/aws/caller.ts";
import { codeOf, metadataOf } from "../../src/aws/errors.ts";
import type { Plain, Recorded } from "./exchange.ts";

/**
 * Fields whose values belong to AWS's vocabulary. Only these keep their text: everything else may be a name, an id, a host
 * or a secret, and what is compared of it is its shape. A list of what is secret would never be complete.
 */
const vocabulary =
  /(^|[a-z])(Status|State|Type|Types|Algorithm|Algorithms|Mode|Spec|Usage|Origin|Engine|EngineVersion|Class|Runtime|Preference|Protocol|ReasonCode|Architecture|Architectures|Tenancy|Domain|Level|Manager|Method|Permission|Exports|Action|Effect|Format|ApplyOn|Op|httpMethod)$|^(status|state|type|types|op|domain|Exports|EnableLogTypes|EnabledCloudwatchLogsExports|EnableCloudwatchLogsExports)$/;

/** Words of letters and numbers of few digits, joined by single marks: `RSA_2048`, `in-sync`, `aurora-mysql`. */
const term = /^[A-Za-z]+\d{0,4}[a-z]?([-_.:* ]([A-Za-z]+\d{0,4}[a-z]?|\d{1,5}))*$/;

/** Below these, keys are somebody's own words: names of variables, tags, parameters. */
const ownKeys = /^(tags|variables|requestparameters|responseparameters|stagevariables|requesttemplates|context)$/i;

/** What fills these is hidden wherever else it turns up, too: in another field, in the message of an error. */
const secretKeys = /password|secret(string|binary)|token|variables|credential|privatekey|signature|payload/i;

/**
 * The words that AWS's refusals are made of. Nothing else is kept of a message: a name or a secret may look like a plain
 * word, too. What is compared is code and HTTP status; these words only let a reader tell one refusal from another.
 */
const messageWords = new Set(
  `a already an and are associated at attached authorized available be because been being by cannot change changed conflict
  contains could creating currently delete deleted deleting denied dependencies dependency dependent does error exceed
  exceeded exceptions exist existing exists explicit failed find for found from group has have identity if in inactive
  interface invalid is key least limit maximum missing modified modifying must name no not number object of on one only
  operation or parameter pending perform permissions please policy progress quota rate reached request requested required
  resource role rule security see snapshot state status subnet support supported that the there this throttled to
  too try until update updated use used user valid value vpc was which while with within you your`.split(/\s+/),
);

/**
 * Hides what a recording must not show. The same text always gets the same replacement, so that one can follow a VPC from
 * the reply that made it to the call that removed it: `vpc-0a1b2c3d` is `vpc-1` in every line. One per recording.
 */
export class Sanitiser {
  readonly #replaced = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #secrets = new Set<string>();

  line({ service, operation, input, at, output, error }: Exchange): Recorded {
    // First, so that what one field gives away another does not.
    for (const part of [input, output]) this.#learn(part, false);
    const head = { service, operation, time: new Date(at).toISOString(), input: this.#value(input, "", false) };
    if (error === undefined) return { ...head, output: this.#value(output ?? {}, "", false) };
    const message = error instanceof Error ? error.message : String(error);
    const name = codeOf(error) ?? "Error";
    return {
      ...head,
      error: {
        name: /^[A-Za-z][A-Za-z0-9.]{0,79}$/.test(name) && !this.#secrets.has(name) ? name : this.#replace(name),
        message: this.#message(message),
        status: metadataOf(error).status ?? null,
      },
    };
  }

  /** Remembers every text below a field that is named like a secret. */
  #learn(value: unknown, secret: boolean): void {
    if (typeof value === "string") {
      if (secret && value.length > 3) {
        this.#secrets.add(value);
        for (const word of value.split(/[^A-Za-z0-9]+/)) if (word.length > 5) this.#secrets.add(word);
      }
      return;
    }
    if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Date) return;
    for (const [key, one] of Object.entries(value)) {
      this.#learn(one, secret || (!Array.isArray(value) && secretKeys.test(key)));
    }
  }

  #value(value: unknown, key: string, own: boolean): Plain {
    if (value === undefined || value === null) return null;
    if (typeof value === "boolean" || typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string") return this.#text(value, key, own);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "time" : value.toISOString();
    if (Array.isArray(value)) return value.map((one) => this.#value(one, key, own));
    if (value instanceof Uint8Array) return "bytes";
    // A stream, or anything else that is no plain structure.
    if (typeof value !== "object" || !/^(Object|null)$/.test(value.constructor?.name ?? "null")) return "stream";
    const members = Object.entries(value).filter(([name, one]) => name !== "$metadata" && one !== undefined);
    return Object.fromEntries(
      members.map(([name, one]) => [
        this.#key(name, own || ownKeys.test(key)),
        this.#value(one, name, own || ownKeys.test(key) || secretKeys.test(name)),
      ]),
    );
  }

  /** A member of a structure of AWS's is a word of its own; the keys of a map need not be. */
  #key(name: string, own: boolean): string {
    return !own && /^[A-Za-z]{1,60}(\d{1,2}[A-Za-z]{0,40})?\d?$/.test(name) && !this.#secrets.has(name)
      ? name
      : this.#replace(name);
  }

  #text(value: string, key: string, own: boolean): string {
    if (value === "") return "";
    const known = !own && vocabulary.test(key) && value.length <= 48 && term.test(value);
    return known && !this.#isSecret(value) ? value : this.#replace(value);
  }

  #message(message: string): string {
    let text = message;
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      text = text.replaceAll(secret, ` ${this.#replace(secret)} `);
    }
    const words = text.split(/\s+/).map((word) => {
      const [, before = "", inner = "", after = ""] = /^([("'[]*)(.*?)([)"'\].,:;!?]*)$/.exec(word) ?? [];
      const keep =
        inner === "" || messageWords.has(inner.toLowerCase()) || /^(text|arn|uuid|account|[a-z]+)-\d{1,6}$/.test(inner);
      return `${before}${keep ? inner : this.#replace(inner)}${after}`;
    });
    return words.join(" ").trim().slice(0, 400);
  }

  #isSecret(value: string): boolean {
    return this.#secrets.has(value) || [...this.#secrets].some((one) => one.length > 5 && value.includes(one));
  }

  #replace(value: string): string {
    const known = this.#replaced.get(value);
    if (known !== undefined) return known;
    const sort = sortOf(value);
    const count = (this.#counts.get(sort) ?? 0) + 1;
    this.#counts.set(sort, count);
    const replacement = `${sort}-${count}`;
    this.#replaced.set(value, replacement);
    return replacement;
  }
}

/** What kind of text it was, so that a recording can be read: the prefix of an EC2 id, or one of a few words. */
function sortOf(value: string): string {
  if (/^\d{12}$/.test(value)) return "account";
  if (/^arn:/.test(value)) return "arn";
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)) return "uuid";
  return (
    /^(vpc|vpce|subnet|igw|nat|eipalloc|eipassoc|eni|rtb|rtbassoc|sg|sgr|acl|pl)-[0-9a-f]{8,17}$/.exec(value)?.[1] ??
    "text"
  );
}
