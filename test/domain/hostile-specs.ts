import type { BrokenSpec } from "./broken-specs.ts";

const good = { name: "web", image: "nginx", port: 80 };

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), 1);
}

/** Specs meant to do harm: paths, odd characters, prototypes, sheer size. */
export const HOSTILE_SPECS: readonly BrokenSpec[] = [
  { name: "a path as name", document: { ...good, name: "../x" }, pointers: ["/name"] },
  { name: "unicode in the name", document: { ...good, name: "wéb" }, pointers: ["/name"] },
  { name: "a name with --", document: { ...good, name: "a--b" }, pointers: ["/name"] },
  { name: "a name that makes punycode", document: { ...good, name: "xn" }, pointers: ["/name"] },
  { name: "a name too long", document: { ...good, name: "a".repeat(41) }, pointers: ["/name"] },
  { name: "a line break in the name", document: { ...good, name: "web\n" }, pointers: ["/name"] },
  { name: "a null character", document: { ...good, args: ["a\u0000b"] }, pointers: ["/args/0"] },
  {
    name: "a null character in a key",
    document: { ...good, "x-ecs": { "a\u0000": 1 } },
    pointers: ["/x-ecs/a\u0000"],
  },
  { name: "half a surrogate pair", document: { ...good, env: { A: "\ud800" } }, pointers: ["/env/A"] },
  {
    name: "__proto__",
    document: JSON.parse('{"name":"web","image":"nginx","port":80,"__proto__":{"a":1}}') as unknown,
    pointers: ["/__proto__"],
  },
  {
    name: "__proto__ as variable",
    document: JSON.parse('{"name":"web","image":"nginx","port":80,"env":{"__proto__":"1"}}') as unknown,
    pointers: ["/env/__proto__"],
  },
  {
    name: "constructor in an escape",
    document: { ...good, "x-aci": { a: { constructor: {} } } },
    pointers: ["/x-aci/a/constructor"],
  },
  {
    name: "a spec nested too deep",
    document: { ...good, "x-ecs": nested(5_000) },
    pointers: [`/x-ecs${"/a".repeat(31)}`],
  },
  {
    name: "too many values",
    document: { ...good, "x-ecs": { list: Array.from({ length: 30_000 }, () => 1) } },
    pointers: [""],
  },
  { name: "a huge key", document: { ...good, env: { ["A".repeat(5_000)]: "1" } }, pointers: ["/env"] },
  {
    name: "too much text",
    document: { ...good, args: Array.from({ length: 20 }, () => "a".repeat(20_000)) },
    pointers: [""],
  },
  {
    name: "too long a variable",
    document: { ...good, env: { A: "a".repeat(40_000) } },
    pointers: ["/env/A"],
  },
  {
    name: "too many variables",
    document: { ...good, env: Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`A${n}`, ""])) },
    pointers: ["/env"],
  },
  {
    name: "a path upwards",
    document: { ...good, files: [{ path: "/etc/../shadow", content: "" }] },
    pointers: ["/files/0/path"],
  },
  {
    name: "a file over the root",
    document: { ...good, files: [{ path: "/", content: "" }] },
    pointers: ["/files/0/path"],
  },
  {
    name: "a relative mount",
    document: { ...good, volumes: [{ name: "v", path: "data", size: "1Gi" }] },
    pointers: ["/volumes/0/path"],
  },
  {
    name: "an image with a scheme",
    document: { ...good, image: "https://ghcr.io/acme/web" },
    pointers: ["/image"],
  },
  {
    name: "an image with a path upwards",
    document: { ...good, image: "../../etc/passwd" },
    pointers: ["/image"],
  },
  { name: "a digest cut short", document: { ...good, image: "nginx@sha256:abc" }, pointers: ["/image"] },
  {
    name: "an address as host",
    document: { ...good, port: undefined, route: { port: 80, hosts: ["10.0.0.1"] } },
    pointers: ["/route/hosts/0"],
  },
  {
    name: "a host with a path",
    document: { ...good, port: undefined, route: { port: 80, hosts: ["a.example.com/x"] } },
    pointers: ["/route/hosts/0"],
  },
];
