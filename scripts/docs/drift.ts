import { type Reply, type Rule, rulesIn } from "../../src/resources/fields.ts";
import { awsKinds } from "../../steps/kinds.ts";

const title = `# What \`tap status\` looks at

By type of resource: which fields of AWS's answers are compared with what, what is looked for beside them, and what is not
looked at, with the reason. Written by \`scripts/write-docs.ts\` from the tables that the types themselves have
(\`src/resources\`); a test alters every field of every answer and holds the tables to it.

- *Wanted*: tap sends it. Another value is drift, and \`tap up\` sets it right.
- *Default*: tap does not send it, and AWS's documentation says what it is then. Another value is drift where AWS can set
  it back; else, or where it limits the resource, it is a finding: named, and left.
- *Recorded*: any other setting. The first \`tap up\` notes it; a later change is a finding.
- *Looked for*: what others may have added beside it.
- *Not looked at*: with the reason.

Tags that others add are theirs, on every type.`;

/** The whole of docs/drift.md. */
export function driftDocument(): string {
  return `${[title, ...awsKinds.map(section)].join("\n\n")}\n`;
}

function section({ type, replies = [], watch = [] }: (typeof awsKinds)[number]): string {
  const looked = watch.length === 0 ? [] : [`- Looked for: ${watch.map(({ what }) => what).join(", ")}.`];
  const body = replies.length === 0 ? ["Only what tap sends is compared."] : replies.map((reply) => told(reply));
  return [`## \`${type}\``, [...body, ...looked].join("\n")].join("\n\n");
}

function told({ operation, at, fields }: Reply<unknown>): string {
  const rules = rulesIn(fields);
  const of = <Is extends Rule["is"]>(is: Is) =>
    rules.flatMap(([path, rule]) => (rule.is === is ? [[path, rule as Extract<Rule, { is: Is }>] as const] : []));
  const line = (name: string, parts: readonly string[]) =>
    parts.length === 0 ? [] : [`- ${name}: ${parts.join(", ")}.`];
  const ignored = Map.groupBy(of("ignored"), ([, { why }]) => why);
  return [
    `${operation}${at === undefined ? "" : `, \`${at}\``}:`,
    "",
    ...line(
      "Wanted",
      of("wanted").map(([path]) => code(path)),
    ),
    ...line(
      "Default",
      of("default").map(([path, rule]) => `${code(path)} (${defaultText(rule)})`),
    ),
    ...line(
      "Recorded",
      of("recorded").map(([path]) => code(path)),
    ),
    ...[...ignored].flatMap(([why, all]) =>
      line(
        `Not looked at (${why})`,
        all.map(([path]) => code(path)),
      ),
    ),
  ].join("\n");
}

/** "512", "none; access; left unless named" */
function defaultText({ value, fix, weight }: Extract<Rule, { is: "default" }>): string {
  const does = {
    update: [],
    replace: ["needs replacement"],
    lift: ["left unless named"],
    leave: ["left"],
    unknown: [],
  }[fix];
  const weighs = weight === "setting" ? [] : [weight];
  return [value === undefined ? "none" : JSON.stringify(value), ...weighs, ...does].join("; ");
}

const code = (text: string): string => `\`${text}\``;
