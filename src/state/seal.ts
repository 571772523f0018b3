import { createHash } from "node:crypto";

/** SHA-256 of a text, in hex. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The JSON text of an object with a digest of its content, by which one flipped bit on a disk is noticed. */
export const seal = (content: object): string =>
  `${JSON.stringify({ digest: digestOf(JSON.stringify(content)), ...content }, null, 2)}\n`;

/** What a text holds that may be sealed. */
export type Unsealed =
  /** As it was written; or without a digest: an older tap wrote none, and who changes a file by hand takes it out. */
  | { readonly is: "whole"; readonly content: unknown }
  /** It has a digest of something else. */
  | { readonly is: "changed"; readonly content: unknown }
  | { readonly is: "no JSON" };

/** Reads a text that may be sealed. How the JSON is laid out does not matter. */
export function unseal(text: string): Unsealed {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null || !("digest" in found)) return { is: "whole", content: found };
    const { digest, ...content } = found;
    return { is: digestOf(JSON.stringify(content)) === digest ? "whole" : "changed", content };
  } catch {
    // Of JSON.parse; its message quotes the text, which belongs in no other. Of JSON.stringify, when it is nested without end.
    return { is: "no JSON" };
  }
}
