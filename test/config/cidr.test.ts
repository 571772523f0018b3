import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cidr, contains, formatCidr, overlaps, parseCidr, sizeOf } from "../../src/config/cidr.ts";

const cidr = (minBits: number) =>
  fc
    .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: minBits, max: 32 }))
    .map(([address, bits]): Cidr => ({ first: address - (address % 2 ** (32 - bits)), bits }));

/** The slow, obvious definition: every single address. */
const addresses = ({ first, bits }: Cidr) => Array.from({ length: 2 ** (32 - bits) }, (_, i) => first + i);

describe("parseCidr", () => {
  test.each([
    ["10.0.0.0/16", { first: 167772160, bits: 16 }],
    ["255.255.255.255/32", { first: 4294967295, bits: 32 }],
    ["0.0.0.0/0", { first: 0, bits: 0 }],
  ])("reads %s", (text, range) => expect(parseCidr(text)).toEqual(range));

  test.each([
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.256/24",
    "10.0.0/16",
    "10.0.0.0/16 ",
    "010.0.0.0/16",
    "10.0.0.0/08",
    "10.0.0.1/16",
    "10.0.1.0/16",
    "fd00::/16",
    "",
  ])("refuses %j", (text) => expect(parseCidr(text)).toBeUndefined());

  test("reads what formatCidr writes", () => {
    fc.assert(
      fc.property(cidr(0), (range) => {
        expect(parseCidr(formatCidr(range))).toEqual(range);
      }),
    );
  });
});

describe("ranges", () => {
  // Few addresses in all, so that the ranges often meet.
  const small = fc
    .tuple(fc.nat(63), fc.integer({ min: 27, max: 32 }))
    .map(([address, bits]): Cidr => ({ first: address - (address % 2 ** (32 - bits)), bits }));

  test("overlap exactly when an address is in both", () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const inA = new Set(addresses(a));
        expect(overlaps(a, b)).toBe(addresses(b).some((address) => inA.has(address)));
        expect(overlaps(b, a)).toBe(overlaps(a, b));
      }),
    );
  });

  test("contain another exactly when all of its addresses are inside", () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const inA = new Set(addresses(a));
        expect(contains(a, b)).toBe(addresses(b).every((address) => inA.has(address)));
      }),
    );
  });

  test("two ranges that overlap are nested, over all of IPv4", () => {
    fc.assert(
      fc.property(cidr(0), cidr(0), (a, b) => {
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });

  test("sizeOf counts addresses", () => expect(sizeOf({ first: 0, bits: 24 })).toBe(256));
});
