import { writeFile } from "node:fs/promises";
import { documents, root } from "./docs/documents.ts";

// Brings the generated parts of the documentation up to date: npx node scripts/write-docs.ts
for (const { path, text } of await documents()) await writeFile(new URL(path, root), text);
