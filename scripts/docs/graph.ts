import { mermaid } from "../../src/pictures/mermaid.ts";
import { stepDrawing } from "../../src/pictures/platform.ts";
import { blueprint } from "../../src/session/blueprint.ts";
import { fenced } from "./sections.ts";
import { defaultsOf } from "./settings.ts";

/** The steps of an environment with a domain of its own, as a Mermaid flowchart in a fenced block. */
export function graphDiagram(): string {
  const { nodes } = blueprint({ ...defaultsOf("dev"), domain: { name: "api.example.com", zone: "example.com" } });
  return fenced("mermaid", mermaid(stepDrawing(nodes), "TD"));
}
