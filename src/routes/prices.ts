import { putAccountRates, readAccountRates } from "../broker/account-rates.ts";
import type { Ports } from "../broker/ports.ts";
import { readRefreshes, refreshCatalog } from "../broker/refresh-catalog.ts";
import { refreshView } from "../broker/refresh-view.ts";
import { AccountRatesBody, RefreshBody } from "./account-rates-body.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { etagOf, expectedCount } from "./preconditions.ts";

const write = endpoint<Ports>();

/** Keeping prices up to date, and what a project pays instead of them. */
export const priceEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/catalog/refresh",
    guard: "instance:admin",
    runs: "control",
    tag: "catalog",
    summary: "Read the providers' prices now",
    description:
      "One new price book or none. A price that moved by more than half is quarantined until it is accepted; a provider that does not answer to the end keeps every price it had.",
    body: jsonBody(RefreshBody, { optional: true }),
    answers: { 200: { description: "A report of each provider that was read.", schema: "Refreshed" } },
    handler: async ({ ports, body }) => json(200, refreshView(await refreshCatalog(ports, body))),
  }),
  write({
    method: "GET",
    path: "/v1/catalog/refreshes",
    guard: "catalog:read",
    runs: "control",
    tag: "catalog",
    summary: "Read what the last refreshes came to",
    answers: { 200: { description: "The last report of each provider.", schema: "Refreshed" } },
    handler: async ({ ports }) => json(200, refreshView(await readRefreshes(ports))),
  }),
  write({
    method: "GET",
    path: "/v1/catalog/rates",
    guard: "catalog:read",
    runs: "control",
    tag: "catalog",
    summary: "Read the project's own rates",
    answers: { 200: { description: "The rates. Their ETag is their version.", schema: "AccountRates" } },
    handler: async ({ ports, caller }) => {
      const rates = await readAccountRates(ports, caller);
      return json(200, rates, { etag: etagOf(rates.version) });
    },
  }),
  write({
    method: "PUT",
    path: "/v1/catalog/rates",
    guard: "catalog:write",
    runs: "control",
    tag: "catalog",
    matches: "version",
    summary: "Set the project's own rates",
    description:
      "Discounts, commitments and stated list prices, all of them: what is not named is gone. Every price made from now on shows the list price and, as lines of their own, what is taken off. A stated price counts instead of the book's, and what runs is metered at it from now on.",
    body: jsonBody(AccountRatesBody),
    answers: { 200: { description: "Set.", schema: "AccountRates" } },
    handler: async ({ ports, caller, body, request }) => {
      const rates = await putAccountRates(ports, caller, body, expectedCount(request.headers));
      return json(200, rates, { etag: etagOf(rates.version) });
    },
  }),
];
