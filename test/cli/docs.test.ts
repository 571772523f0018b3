import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { documents, root } from "../../scripts/docs/documents.ts";
import { fenced, putSection } from "../../scripts/docs/sections.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import { platform } from "../../steps/index.ts";

const read = (path: string) => readFile(new URL(path, root), "utf8");

describe("generated documentation", () => {
  it("is up to date (npx node scripts/write-docs.ts writes it)", async () => {
    for (const { path, text } of await documents()) expect(await read(path), path).toBe(text);
  });
});

describe("the documentation", async () => {
  const names = (await readdir(new URL("docs/", root))).filter((name) => name.endsWith(".md"));
  const files = ["README.md", ...names.map((name) => `docs/${name}`)];
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await read(file) })));

  it("shows settings files that tap accepts", () => {
    const blocks = texts.flatMap(({ text }) =>
      [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].flatMap(([, yaml]) => yaml ?? []),
    );
    const settings = blocks.filter((yaml) => /^(defaults|environments):/m.test(yaml));
    expect(settings.length).toBeGreaterThan(2);
    for (const yaml of settings) {
      const file = parseSettingsFile(yaml);
      for (const env of file.environments.keys()) expect(resolveSettings({ env, file, variables: {} })).toBeDefined();
    }
  });

  it("links to files that exist", async () => {
    for (const { file, text } of texts) {
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)) {
        await expect(
          readFile(new URL(target, new URL(file, root))).catch((error: unknown) => {
            // A link to a folder is as good.
            if (error instanceof Error && "code" in error && error.code === "EISDIR") return "";
            throw new Error(`${file} links to ${target}`, { cause: error });
          }),
        ).resolves.toBeDefined();
      }
    }
  });
});

describe("the drawing of the graph", async () => {
  const readme = await read("README.md");
  const domain = { name: "api.example.com", zone: "example.com" };
  const place = {
    account: "123456789012",
    region: "us-east-1",
    code: { sha256: "", read: async () => new Uint8Array() },
  };
  const { nodes } = platform(
    { ...resolveSettings({ env: "dev", variables: {}, file: noSettingsFile }), domain },
    place,
  );
  const boxes = [...readme.matchAll(/^ {2}(n\d+)\["(.*)"\]$/gm)].map(([, box = "", label = ""]) => ({ box, label }));
  const arrows = [...readme.matchAll(/^ {2}(n\d+) --> (n\d+)$/gm)].map(([, from = "", to = ""]) => ({ from, to }));
  const boxOf = ({ id, step }: { readonly id: string; readonly step: string }) =>
    (
      boxes.find(({ label }) => label.split("<br/>").includes(id)) ??
      boxes.find(({ label }) => label.startsWith(`${step}<br/>`))
    )?.box;
  /** Whether a path of arrows leads from one box to another. */
  const leads = (from: string | undefined, to: string | undefined, without?: object): boolean =>
    arrows.some(
      (arrow) => arrow !== without && arrow.from === from && (arrow.to === to || leads(arrow.to, to, without)),
    );

  it("has a box for every node", () => {
    for (const node of nodes) expect(boxOf(node), node.id).toBeDefined();
  });

  it("has a way from everything that is needed to what needs it", () => {
    for (const node of nodes) {
      for (const need of node.needs) {
        const [from, to] = [boxOf(need), boxOf(node)];
        if (from !== to) expect(leads(from, to), `${need.id} before ${node.id}`).toBe(true);
      }
    }
  });

  it("has no arrow that nothing needs, or that others make superfluous", () => {
    for (const arrow of arrows) {
      const real = nodes.some(
        (node) => boxOf(node) === arrow.to && node.needs.some((need) => boxOf(need) === arrow.from),
      );
      expect(real, `${arrow.from} --> ${arrow.to}`).toBe(true);
      expect(leads(arrow.from, arrow.to, arrow), `${arrow.from} --> ${arrow.to}`).toBe(false);
    }
  });
});

describe("a generated section", () => {
  it("replaces what stands between its comments, and nothing else", () => {
    const text = "a\n<!-- x: generated -->\nold\n<!-- /x -->\nb\n";
    const once = putSection(text, "x", "new");
    expect(once).toBe("a\n<!-- x: generated -->\n\nnew\n\n<!-- /x -->\nb\n");
    expect(putSection(once, "x", "new")).toBe(once);
  });

  it("is refused where its comments are missing or doubled", () => {
    expect(() => putSection("a", "x", "new")).toThrow("<!-- x: generated -->");
    const twice = "<!-- x: generated --><!-- /x -->".repeat(2);
    expect(() => putSection(twice, "x", "new")).toThrow("once");
  });

  it("is fenced by more backticks than it holds", () => {
    expect(fenced("text", "```\ncode\n```\n")).toBe("````text\n```\ncode\n```\n````");
  });
});
