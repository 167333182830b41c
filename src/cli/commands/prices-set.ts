import type { SetRate, StatedPrice } from "../set-price.ts";
import { type Command, type Given, required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** `berth prices set` */
export const pricesSet: Command = {
  name: "prices set",
  summary: "state what one thing costs in one place, or take that back",
  args: [
    { name: "PLACE", required: true, summary: "PROVIDER/REGION, as in aws/eu-west-1" },
    { name: "METER", required: true, summary: "what is counted, as in the lines of berth quote" },
    { name: "USD", required: false, summary: "for one unit; 0 is allowed" },
  ],
  flags: [
    {
      name: "source",
      value: "TEXT",
      summary: "where the figure is from; stands at every line that it makes",
    },
    { name: "as-of", value: "DAY", summary: "the day of that source, such as 2026-11-01" },
    { name: "until", value: "DAY", summary: "the first day, UTC, on which it counts no more" },
    { name: "unit", value: "UNIT", summary: "what USD is for, such as vCPU-hour; default the meter's own" },
    { name: "arch", value: "ARCH", summary: "of compute: amd64 or arm64; default amd64" },
    { name: "os", value: "OS", summary: "of compute: linux or windows; default linux" },
    { name: "spot", summary: "of compute: on Spot" },
    {
      name: "billing",
      value: "BY",
      summary: "of Cloud Run's compute: request, instance, job or worker-pool; default request",
    },
    { name: "gpu", value: "TYPE", summary: "of gpu-second: the type, as a spec names it" },
    { name: "remove", summary: "take the stated price back: the price book's counts again" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "It changes this one price among the project's own rates and leaves the others as they are. A change that somebody else makes at the same time is never overwritten: then this one is refused, and can be said again.",
    "Every price made from now on shows it as stated, and what runs is metered at it from now on. berth prices rates shows all that is set.",
  ],
  examples: [
    {
      line: "berth prices set aws/eu-west-1 cpu-second 0.04 --unit vCPU-hour --source bill",
      does: "instead of the price book's, or where it has none",
    },
    {
      line: "berth prices set gcp/us-west1 egress-gib 0.05 --source bill --until 2027-11-01",
      does: "for a time",
    },
    {
      line: "berth prices set azure/westeurope egress-gib --remove",
      does: "the price book's counts again",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { setPrice, setPriceText } = await import("../set-price.ts");
    const { usage } = await import("../refusal.ts");
    const price = await priceIn(given, usage);
    const rate = rateIn(given, usage);
    const { answer, before, after } = await setPrice(connect(given, ctx), price, rate);
    if (given.on.has("json")) printJson(ctx, answer);
    else ctx.stdout.write(setPriceText(price, before, after));
    return 0;
  },
};

type Usage = typeof import("../refusal.ts").usage;

/** Which price is meant. */
async function priceIn(given: Given, usage: Usage): Promise<StatedPrice> {
  const { cloudNamed, cloudWords } = await import("../../catalog/cloud-names.ts");
  const { RATE_METERS } = await import("../../catalog/meters.ts");
  const { didYouMean } = await import("../../domain/did-you-mean.ts");
  const [word = "", region = "", ...more] = required(given, "PLACE").split("/");
  const provider = cloudNamed(word);
  if (provider === undefined || region === "" || more.length > 0)
    throw usage(
      `PLACE is PROVIDER/REGION, with a provider of ${cloudWords().join(", ")}, not ${JSON.stringify(given.args["PLACE"])}`,
      "As in:  berth prices set aws/eu-west-1 egress-gib 0.09 --source TEXT",
    );
  const named = required(given, "METER");
  const meters = [...RATE_METERS, "secret-month"] as const;
  const meter = meters.find((one) => one === named);
  const near = didYouMean(named, meters);
  if (meter === undefined)
    throw usage(
      `there is no meter ${JSON.stringify(named)}${near === undefined ? "" : `; did you mean ${near}?`}`,
      `There are:  ${meters.join(", ")}`,
    );
  const { arch, os, billing, gpu } = given.flags;
  return {
    provider,
    region,
    meter,
    arch: wordIn("arch", arch, ["amd64", "arm64"], usage),
    os: wordIn("os", os, ["linux", "windows"], usage),
    spot: given.on.has("spot") ? true : undefined,
    billing: wordIn("billing", billing, ["request", "instance", "job", "worker-pool"], usage),
    gpu,
  };
}

function wordIn<const Word extends string>(
  name: string,
  said: string | undefined,
  words: readonly Word[],
  usage: Usage,
): Word | undefined {
  const word = words.find((one) => one === said);
  if (said === undefined || word !== undefined) return word;
  throw usage(`--${name} takes ${words.join(" or ")}, not ${JSON.stringify(said)}`);
}

/** What it is from now on; undefined for one that is taken back. */
function rateIn(given: Given, usage: Usage): SetRate | undefined {
  const { source, unit, until, "as-of": asOf } = given.flags;
  const usd = given.args["USD"];
  if (given.on.has("remove")) {
    if ((usd ?? source ?? unit ?? until ?? asOf) === undefined) return undefined;
    throw usage("--remove takes a price back: leave out what it would be");
  }
  if (usd === undefined || source === undefined)
    throw usage(
      `a price is stated with USD and --source TEXT${usd === undefined ? "" : ": say where the figure is from"}`,
      "To take one back:  --remove",
    );
  return {
    usd,
    note: asOf === undefined ? source : `${source}, of ${dayIn("as-of", asOf, usage)}`,
    ...(unit === undefined ? {} : { unit }),
    ...(until === undefined ? {} : { until: `${dayIn("until", until, usage)}T00:00:00Z` }),
  };
}

function dayIn(name: string, text: string, usage: Usage): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return text;
  throw usage(`--${name} takes a day such as 2027-01-31, not ${JSON.stringify(text)}`);
}
