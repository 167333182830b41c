import { expect, test } from "vitest";
import { documentViolations, violationsOf } from "./run-discovery.ts";

const PATH = "/v2/projects/acme-shop-417/locations/europe-west1/services";
const reply = { status: 200, body: { name: "projects/p/locations/l/operations/o", done: false } };
const create = (body: object, query = {}) =>
  violationsOf({ method: "POST", path: PATH, query: { serviceId: "web", ...query }, body, reply });

test("Google's contract takes a small service, with enums as names or as numbers", () => {
  expect(create({ ingress: "INGRESS_TRAFFIC_ALL", template: { timeout: "60s" } })).toEqual([]);
  expect(create({ ingress: 1 }, { $alt: "json;enum-encoding=int" })).toEqual([]);
});

test.each([
  ["an unknown member", { ingres: "x" }, "ingres: there is no such member"],
  ["a word that is none", { ingress: "ALL" }, "is none of INGRESS_TRAFFIC_UNSPECIFIED"],
  ["a number for a text", { description: 7 }, "description: is no text"],
  ["a wrong duration", { template: { timeout: "1m" } }, "template.timeout: 1m is no google-duration"],
  ["what is for answers only", { uri: "https://x" }, "uri: is for answers only"],
  ["a list that is none", { template: { containers: {} } }, "containers: is no list"],
])("it finds %s, with its path", (_what, body, violation) => {
  expect(create(body).join()).toContain(violation);
});

test("it finds a method, a parameter and an answer that are not Google's", () => {
  expect(violationsOf({ method: "PUT", path: PATH, query: {}, reply }).join()).toContain("no such method");
  expect(create({}, { serviceID: "web" }).join()).toContain("no parameter serviceID");
  const odd = { status: 200, body: { name: "x", finished: true } };
  expect(violationsOf({ method: "POST", path: PATH, query: {}, body: {}, reply: odd }).join()).toContain(
    "finished",
  );
  const failed = { status: 404, body: { error: { message: "no" } } };
  expect(violationsOf({ method: "GET", path: `${PATH}/web`, query: {}, reply: failed }).join()).toContain(
    "error.status",
  );
});

test("a document alone is held against its schema", () => {
  expect(documentViolations("GoogleCloudRunV2Job", { template: { taskCount: 1.5 } }).join()).toContain(
    "taskCount",
  );
});
