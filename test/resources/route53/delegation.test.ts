import { describe, expect, test } from "vitest";
import { delegation, delegationInPlace } from "../../../src/resources/route53/delegation.ts";
import { identity, testAws } from "../support.ts";

const servers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];
const answers =
  (...found: string[]) =>
  async () =>
    found;
const fails = (code: string) => async (): Promise<string[]> => {
  throw Object.assign(new Error(`queryNs ${code} example.com`), { code });
};

describe("delegationInPlace", () => {
  test("is in place when DNS names the zone's servers, dots, capitals and order apart", async () => {
    expect(
      await delegationInPlace("example.com", servers, answers("NS-2.awsdns-02.net.", "ns-1.awsdns-01.com")),
    ).toEqual({
      inPlace: true,
      found: servers,
    });
  });

  test("asks for the plain name, and passes the zone's servers on", async () => {
    const asked: unknown[] = [];
    await delegationInPlace("Example.com.", servers, async (...args) => {
      asked.push(args);
      return [];
    });
    expect(asked).toEqual([["example.com", servers]]);
  });

  test.each([
    ["other servers", ["ns.registrar.example"]],
    ["one stale server among ours", [...servers, "ns-9.awsdns-09.org"]],
    ["none", []],
  ])("is not in place with %s", async (_what, found) => {
    expect(await delegationInPlace("example.com", servers, answers(...found))).toEqual({ inPlace: false, found });
  });

  test.each(["ENOTFOUND", "ENODATA", "ESERVFAIL", "EREFUSED"])("%s means that there is none", async (code) => {
    expect(await delegationInPlace("example.com", servers, fails(code))).toEqual({ inPlace: false, found: [] });
  });

  test("when DNS cannot be asked, that is an error and no answer", async () => {
    await expect(delegationInPlace("example.com", servers, fails("ETIMEOUT"))).rejects.toThrow("ETIMEOUT");
  });
});

describe("Delegation", () => {
  const me = identity("dns/delegation", "trading-delegation-dev");
  const key = { zoneName: "example.com", nameServers: servers };
  const phase = async (resolve: () => Promise<string[]>) => {
    const kind = delegation(resolve);
    const live = await kind.find(testAws(), me, key);
    return live && kind.phase(live);
  };

  test("is ready in place, and otherwise held, saying what to set and what is there", async () => {
    expect(await phase(answers(...servers))).toEqual({ is: "ready" });
    const held = await phase(answers("ns.registrar.example"));
    expect(held).toMatchObject({ is: "held", why: expect.stringContaining(servers.join(", ")) });
    expect(held).toMatchObject({ why: expect.stringContaining("now they are ns.registrar.example") });
    expect(await phase(fails("ENOTFOUND"))).toMatchObject({
      is: "held",
      why: expect.stringContaining("there are none now"),
    });
  });

  test("without DNS it is held as well: it never makes a run fail or hang", async () => {
    expect(await phase(fails("ETIMEOUT"))).toMatchObject({
      is: "held",
      why: expect.stringContaining("DNS could not be asked: ETIMEOUT"),
    });
  });

  test("is nobody's to make or to remove", async () => {
    const kind = delegation(answers());
    expect(kind.role).toBe("lookup");
    await expect(kind.create(testAws(), me, key, {}, "t")).rejects.toThrow();
  });
});
