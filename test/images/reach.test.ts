import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKind } from "../../src/images/address.ts";
import { addressProblem, urlProblem } from "../../src/images/reach.ts";
import { askIn, INTERNET_ONLY } from "./ask.ts";
import { oneImage, serve } from "./image-kit.ts";

const KIT = oneImage("amd64");

/** Ways to say an address that must not be asked: private networks, link-local, metadata services, this machine. */
const FORBIDDEN = [
  "127.0.0.1",
  "127.1",
  "127.0.0.1:5000",
  "0x7f.1",
  "0x7f000001",
  "2130706433",
  "017700000001",
  "0.0.0.0",
  "10.0.0.7",
  "10.1",
  "172.16.0.1",
  "172.31.255.255:443",
  "192.168.1.1",
  "100.64.0.1",
  "198.18.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "100.100.100.200",
  "224.0.0.1",
  "255.255.255.255",
  "192.0.2.1",
  "203.0.113.9",
  "[::]",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:a9fe:a9fe]",
  "[0:0:0:0:0:ffff:10.0.0.1]",
  "[64:ff9b::169.254.169.254]",
  "[2002:7f00:1::]",
  "[2002:c0a8:101::1]",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "[fc00::1]",
  "[ff02::1]",
  "[fec0::1]",
  "[2001:db8::1]",
  "[2001::1]",
  "[3fff::1]",
  "[100::1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "registry.localhost",
  "registry",
  "registry:5000",
  "metadata.google.internal",
  "metadata.google.internal.",
  "registry.default.svc.cluster.local",
  "nas.lan",
  "router.home.arpa",
];
const ALLOWED = [
  "ghcr.io",
  "registry-1.docker.io:443",
  "8.8.8.8",
  "172.32.0.1",
  "172.15.0.1",
  "100.63.0.1",
  "169.253.0.1",
  "192.167.1.1",
  "[2606:4700::1111]",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::8.8.8.8]",
  "internal.example.com",
  "localhost.example.com",
];

describe("where registries are asked", () => {
  test.each(FORBIDDEN)("https://%s is not asked, as a host, as a realm and as a redirect", async (host) => {
    const url = new URL(`https://${host}/v2/`);
    expect(urlProblem(url, INTERNET_ONLY)).toEqual(expect.any(String));
    const asked = await leadTo(url);
    expect(asked.answers.map(({ said }) => said)).toEqual(["unreachable", "unreachable"]);
    expect(asked.hosts).toEqual(new Set(["ghcr.io"]));
  });

  test.each(ALLOWED)("https://%s is asked", (host) => {
    expect(urlProblem(new URL(`https://${host}/v2/`), INTERNET_ONLY)).toBeUndefined();
  });

  test.each(["http://ghcr.io/", "ftp://ghcr.io/", "file:///etc/passwd", "https://bot:secret@ghcr.io/"])(
    "%s is not asked, even where private networks are",
    (url) => {
      expect(urlProblem(new URL(url), { private: true, loopback: true })).toEqual(expect.any(String));
    },
  );

  test("an instance that allows it asks private networks over https and itself over http, and metadata never", () => {
    const all = { private: true, loopback: true };
    for (const url of [
      "https://10.0.0.7/",
      "https://registry/",
      "http://127.0.0.1:5000/",
      "http://localhost:5000/",
    ])
      expect(urlProblem(new URL(url), all)).toBeUndefined();
    for (const host of ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "0.0.0.0", "[fe80::1]"])
      expect(urlProblem(new URL(`https://${host}/`), all)).toEqual(expect.any(String));
    expect(urlProblem(new URL("http://10.0.0.7/"), all)).toEqual(expect.any(String));
  });

  test("a broker that only this machine reaches asks itself and no other private network", () => {
    const here = { private: false, loopback: true };
    expect(urlProblem(new URL("http://127.0.0.1:5000/"), here)).toBeUndefined();
    expect(urlProblem(new URL("https://10.0.0.7/"), here)).toEqual(expect.any(String));
  });

  test("an address that is none is not connected to", () => {
    for (const address of ["", "1.2.3", "1.2.3.256", "::g", "ghcr.io"]) {
      expect(addressKind(address)).toBeUndefined();
      expect(addressProblem("ghcr.io", address, { private: true, loopback: true })).toEqual(
        expect.any(String),
      );
    }
  });

  test("an IPv4 address is of one kind, however IPv6 wraps it", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const kind = addressKind(address);
        expect(kind).toBeDefined();
        for (const wrapped of [`::ffff:${address}`, `64:ff9b::${address}`])
          expect(addressKind(wrapped)).toBe(kind);
      }),
    );
  });

  test("no IPv6 address outside 2000::/3 is public unless it wraps a public one", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const isGlobal = /^[23][0-9a-f]{3}:/i.test(address);
        const wraps = /^(::|0+:|64:)/i.test(address);
        if (!isGlobal && !wraps) expect(addressKind(address)).not.toBe("public");
        expect(addressKind(address)).toBeDefined();
      }),
    );
  });
});

/** A registry of the internet that sends whoever asks it to `url`: once for a token, once by a redirect. */
async function leadTo(url: URL) {
  const images = serve("acme/web", { "1": KIT });
  const { ask, internet } = await askIn({
    "ghcr.io": (asked) => {
      if (asked.url.pathname.includes("/acme/token/"))
        return { status: 401, headers: { "www-authenticate": `Bearer realm="${url.href}",service="x"` } };
      if (asked.url.pathname.includes("/acme/moved/"))
        return { status: 307, headers: { location: url.href } };
      return images(asked);
    },
  });
  const answers = [await ask("ghcr.io/acme/token:1"), await ask("ghcr.io/acme/moved:1")];
  return { answers, hosts: internet.tried };
}
