/** A DNS name as Route 53 keeps it: lower case, with the final dot, `*` and other odd characters as octal escapes. */
export function normalName(name: string): string {
  const dotted = name.endsWith(".") ? name : `${name}.`;
  return dotted.toLowerCase().replace(/[^a-z0-9\-_.\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** The text by which Route 53 orders names: labels from last to first (ListResourceRecordSets, "How records are sorted"). */
export function reversedLabels(name: string): string {
  return `${normalName(name).split(".").filter(Boolean).reverse().join(".")}.`;
}

/** Whether `name` is the zone's own name or lies below it. Both normalised. */
export function inZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
