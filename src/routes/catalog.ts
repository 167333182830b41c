import { projectBook } from "../broker/account-rates.ts";
import { listPrices, listRegions } from "../broker/catalog.ts";
import type { Ports } from "../broker/ports.ts";
import { firmQuote } from "../catalog/firm-quote.ts";
import { CLOUDS } from "../domain/place.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { Quote } from "../catalog/quote-body.ts";

const read = endpoint<Ports>();

const where = {
  provider: { type: "string", description: "Only this cloud.", enum: CLOUDS },
  region: { type: "string", description: "Only this region.", maxLength: 63 },
} as const;

/** What Berth knows of the clouds: regions, prices with date and source, and the price of one shape. */
export const catalogEndpoints: readonly Endpoint<Ports>[] = [
  read({
    method: "GET",
    path: "/v1/catalog/regions",
    guard: "catalog:read",
    runs: "control",
    tag: "catalog",
    summary: "List regions",
    query: where,
    answers: { 200: { description: "The regions.", schema: "RegionList" } },
    handler: ({ ports, query }) => json(200, { regions: listRegions(ports, query) }),
  }),
  read({
    method: "GET",
    path: "/v1/catalog/prices",
    guard: "catalog:read",
    runs: "control",
    tag: "catalog",
    summary: "List prices",
    description:
      "USD per unit, each with the day it was true and where it can be checked; what the project states itself stands in place of the price book's.",
    query: where,
    answers: { 200: { description: "The prices.", schema: "PriceList" } },
    handler: async ({ ports, caller, query }) => json(200, await listPrices(ports, caller, query)),
  }),
  read({
    method: "POST",
    path: "/v1/quotes",
    guard: "catalog:read",
    runs: "control",
    tag: "catalog",
    summary: "Price one shape in one place",
    description:
      "Only what the body names is priced; every line has its rate, date and source, and the lines sum to totalUsd. A named meter whose price nobody knows is 422 price-unknown: give its rate, or leave it out.",
    body: jsonBody(Quote),
    answers: { 200: { description: "The price, line by line.", schema: "Quote" } },
    handler: async ({ ports, caller, body }) =>
      json(200, firmQuote(body, await projectBook(ports, caller.project.id))),
  }),
];
