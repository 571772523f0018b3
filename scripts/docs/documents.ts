import { readFile } from "node:fs/promises";
import { commandsDocument } from "./commands.ts";
import { driftDocument } from "./drift.ts";
import { graphDiagram } from "./graph.ts";
import { openApiDocument } from "./openapi.ts";
import { putSection } from "./sections.ts";
import { devDefaults, differencesTable } from "./settings.ts";

/** The repository. */
export const root = new URL("../../", import.meta.url);

/** A file of the repository, as its generated parts should be. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Every document that is generated, wholly or in part. */
export async function documents(): Promise<Document[]> {
  const read = (path: string) => readFile(new URL(path, root), "utf8");
  const settings = putSection(await read("docs/settings.md"), "differences", differencesTable());
  return [
    { path: "docs/commands.md", text: commandsDocument() },
    { path: "docs/drift.md", text: driftDocument() },
    { path: "docs/openapi.yaml", text: openApiDocument() },
    { path: "docs/settings.md", text: putSection(settings, "defaults", devDefaults()) },
    { path: "README.md", text: putSection(await read("README.md"), "graph", graphDiagram()) },
  ];
}
