import type { Statement } from "./policy.ts";

/** A policy document, for one managed policy. */
export interface Document {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/**
 * The most that a managed policy may hold, in characters without white space (IAM user guide, "IAM and AWS STS quotas";
 * a role may have ten managed policies).
 */
export const maxCharacters = 6144;

const documentOf = (Statement: readonly Statement[]): Document => ({ Version: "2012-10-17", Statement });

/** Characters as IAM counts them. */
export const sizeOf = (document: Document): number => JSON.stringify(document).replace(/\s/g, "").length;

/** The statements in their order, in as few documents as that allows. All of the documents are needed. */
export function documentsOf(statements: readonly Statement[]): Document[] {
  const documents: Document[] = [];
  for (const statement of statements) {
    const last = documents.at(-1);
    const longer = documentOf([...(last?.Statement ?? []), statement]);
    if (last !== undefined && sizeOf(longer) <= maxCharacters) documents[documents.length - 1] = longer;
    else documents.push(documentOf([statement]));
  }
  return documents;
}
