/** A file that is not as it was written. */
export interface Mutation {
  readonly bytes: Buffer;
  /** For messages. */
  readonly what: string;
  /** Whether nothing is different but that its end is missing, which is what a crash leaves as well. */
  readonly isCut: boolean;
}

/** Numbers from 0 to 1, always the same ones (Lehmer's generator with the parameters of MINSTD). */
function numbers(): () => number {
  let seed = 20_260_105;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** So many mutations of a file, as disks, editors and merges make them. The same ones every time. */
export function mutations(whole: Buffer, count: number): Mutation[] {
  const random = numbers();
  const below = (n: number) => Math.floor(random() * n);
  const lines = whole.toString("latin1").split("\n").slice(0, -1);
  const ofLines = (all: readonly string[]) => Buffer.from(`${all.join("\n")}\n`, "latin1");
  const spliced = (at: number, removed: number, ...inserted: readonly Buffer[]) =>
    Buffer.concat([whole.subarray(0, at), ...inserted, whole.subarray(at + removed)]);
  const kinds: readonly (() => readonly [what: string, bytes: Buffer])[] = [
    () => {
      const [at, bit] = [below(whole.length), below(8)];
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << bit), at);
      return [`bit ${bit} of byte ${at} flipped`, bytes];
    },
    () => {
      const [at, by] = [below(whole.length), below(256)];
      return [`byte ${at} replaced by ${by}`, spliced(at, 1, Buffer.from([by]))];
    },
    () => {
      const [at, long] = [below(whole.length), 1 + below(40)];
      return [`${long} bytes at ${at} missing`, spliced(at, long)];
    },
    () => {
      const [at, from, long] = [below(whole.length), below(whole.length), 1 + below(40)];
      return [`${long} bytes of ${from} inserted at ${at}`, spliced(at, 0, whole.subarray(from, from + long))];
    },
    () => {
      const at = below(whole.length);
      return [`cut at ${at}`, whole.subarray(0, at)];
    },
    () => {
      const at = below(lines.length);
      return [`line ${at} missing`, ofLines(lines.toSpliced(at, 1))];
    },
    () => {
      const [a, b] = [below(lines.length), below(lines.length)];
      const swapped = lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
      return [`lines ${a} and ${b} swapped`, ofLines(swapped)];
    },
    () => {
      const at = below(lines.length);
      return [`line ${at} twice`, ofLines(lines.toSpliced(at, 0, lines[at] ?? ""))];
    },
    () => {
      const digits = [...whole.toString("latin1").matchAll(/\d/g)];
      const at = digits[below(digits.length)]?.index ?? 0;
      return [`digit at ${at} replaced`, spliced(at, 1, Buffer.from(String(below(10))))];
    },
  ];
  return Array.from({ length: count }, (_, i) => {
    const [what, bytes] = kinds[i % kinds.length]?.() ?? ["nothing", whole];
    return { what, bytes, isCut: whole.subarray(0, bytes.length).equals(bytes) };
  });
}
