import { z } from "zod";
import { SOVEREIGN_REGIONS, SOVEREIGN_SOURCES } from "./sovereign-rows.ts";

const RegionRow = z.object({
  provider: z.enum(["aws", "azure", "gcp"]),
  region: z.string(),
  name: z.string(),
  city: z.string().nullable(),
  iso_country: z.string(),
  continent: z.string(),
  lat: z.number(),
  lon: z.number(),
  jurisdictions: z.array(z.string()),
  grid_gco2e_kwh: z.number().nullable(),
  services: z.record(z.string(), z.union([z.boolean(), z.number(), z.null()])),
});

const CLOUD = { aws: "ecs", azure: "aci", gcp: "cloud-run" } as const;

/** `regions.json` as it ships, one region a line. `document` is the collected list. */
export function toRegions(document: unknown, collected: string): string {
  const rows = z.array(RegionRow).parse(document);
  // Commercial regions first: where nothing decides between two places, the usual one is told of first.
  const regions = [...rows.map(toRegion), ...SOVEREIGN_REGIONS];
  const lines = regions.map((row) => JSON.stringify(row)).join(",\n");
  const sources = { ...SOURCES, ...SOVEREIGN_SOURCES };
  return `{"collected":"${collected}",\n"sources":${JSON.stringify(sources, undefined, 1)},\n"regions":[\n${lines}\n]}\n`;
}

function toRegion(row: z.infer<typeof RegionRow>): Record<string, unknown> {
  return {
    provider: CLOUD[row.provider],
    id: row.region,
    name: row.name,
    ...(row.city === null ? {} : { city: row.city }),
    country: row.iso_country,
    continent: row.continent,
    // Only real legal zones travel; a country's own law follows from its ISO code.
    jurisdictions: [row.iso_country, ...row.jurisdictions.filter((zone) => zone === "EU" || zone === "EEA")],
    lat: row.lat,
    lon: row.lon,
    ...(row.grid_gco2e_kwh === null ? {} : { gridGramsPerKwh: row.grid_gco2e_kwh }),
    available: offered(row.services["fargate"] ?? row.services["aci"] ?? row.services["cloud_run"]),
    spot: row.services["aci_spot"] === true || row.provider === "aws",
  };
}

const offered = (value: boolean | number | null | undefined): "yes" | "unknown" =>
  value === true ? "yes" : "unknown";

const SOURCES = {
  "ecs.place":
    "AWS cities and coordinates: github.com/SpareCores/sc-crawler at 4bcc0b1 (2026-07-24), facts only",
  "ecs.available": "a Fargate price in the AWS metered unit map of 2025-10-27",
  "ecs.grid":
    "github.com/cloud-carbon-footprint/cloud-carbon-footprint at b7a049c (2024-03-25), Apache-2.0; older grid years",
  "aci.place": "Azure cities and approximate city coordinates; public list, facts only",
  "aci.available":
    "a Container Instances meter in the Azure Retail Prices API (2026-08-15), or Microsoft's list of 2019-05-09",
  "aci.grid":
    "github.com/cloud-carbon-footprint/cloud-carbon-footprint at b7a049c (2024-03-25), Apache-2.0; older grid years",
  "aci.spot": "Microsoft, Spot containers overview (2025-11-17): East US 2, West Europe, West US",
  "cloud-run.place":
    "Google cities and coordinates: github.com/SpareCores/sc-crawler at 4bcc0b1 (2026-07-24), facts only",
  "cloud-run.available": "the region list of cloud.google.com/run/pricing (December 2025 or later)",
  "cloud-run.grid":
    "github.com/GoogleCloudPlatform/region-carbon-info at 49f3f26, figures of 2024, Apache-2.0",
} as const;
