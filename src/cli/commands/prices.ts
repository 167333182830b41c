import type { PriceView } from "../api-prices.ts";
import type { Command, Given } from "../command.ts";
import type { Context } from "../context.ts";
import { BROKER_FLAGS } from "../flags.ts";
import { printable } from "../../render/printable.ts";

const PROVIDER = {
  name: "PROVIDER",
  required: false,
  summary: "ecs, aci or cloud-run; also aws, azure or gcp",
};

/** `berth prices` */
export const prices: Command = {
  name: "prices",
  summary: "list the prices in force, with date, source and confidence",
  args: [PROVIDER, { name: "REGION", required: false, summary: "a region of it, as in eu-west-1" }],
  flags: BROKER_FLAGS,
  notes: [
    "SINCE is the first day on which the price was seen, CHECKED the last one on which the provider still said it. Low confidence means old or third-party; the price counts all the same, and every bill with it says so. Stated is what the project stated itself: berth prices rates.",
  ],
  examples: [
    { line: "berth prices aws eu-west-1", does: "every price of Fargate in one region" },
    { line: "berth prices --json", does: "all of them, as the API gives them" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printList } = await import("../print-list.ts");
    const [provider] = providerIn(given, await import("../../catalog/cloud-names.ts"));
    const query = { provider, region: given.args["REGION"] };
    const { body } = await connect(given, ctx).call<{ readonly prices: readonly PriceView[] }>({
      method: "GET",
      path: "/v1/catalog/prices",
      query,
    });
    printList(ctx, given, body, {
      head: ["PLACE", "PRODUCT", "METER", "USD", "PER", "SINCE", "CHECKED", "CONFIDENCE", "SOURCE"],
      rows: body.prices.map(rowOf),
      none: "no price is known there. Regions:  GET /v1/catalog/regions",
    });
    return 0;
  },
};

/** `berth prices refresh` */
export const pricesRefresh: Command = {
  name: "prices refresh",
  summary: "read what the providers charge now, and say what changed",
  args: [PROVIDER],
  flags: [
    {
      name: "accept",
      value: "ROW=USD,...",
      summary: "let quarantined prices through, each with exactly the figure that was shown",
    },
    ...BROKER_FLAGS,
  ],
  notes: [
    "For the instance's administrator. A price that moved by more than half is quarantined: the old one stays until it is accepted. A provider that cannot be read to the end keeps every price it had, and the exit status is 1 when that is all of them.",
  ],
  examples: [
    { line: "berth prices refresh", does: "all three providers" },
    {
      line: "berth prices refresh azure --accept aci/westeurope/linux/cpu-second=0.0932",
      does: "after a look at Azure's own page",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { refreshText } = await import("../refresh-text.ts");
    const providers = providerIn(given, await import("../../catalog/cloud-names.ts"));
    const accept = acceptedIn(given.flags["accept"], await import("../refusal.ts"));
    const { body } = await connect(given, ctx).call<Parameters<typeof refreshText>[0]>({
      method: "POST",
      path: "/v1/catalog/refresh",
      body: { ...(providers.length === 0 ? {} : { providers }), ...(accept.length === 0 ? {} : { accept }) },
      timeoutMs: REFRESH_TIMEOUT_MS,
    });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(refreshText(body));
    return body.reports.some(({ outcome }) => outcome === "taken") ? 0 : 1;
  },
};

/** `berth prices rates` */
export const pricesRates: Command = {
  name: "prices rates",
  summary: "show or set what the project pays, listed or not",
  args: [],
  flags: [
    {
      name: "file",
      short: "f",
      value: "FILE",
      summary: "discounts, commitments and stated prices to set; - reads standard input",
    },
    ...BROKER_FLAGS,
  ],
  notes: [
    "The file is the whole of them, as YAML or JSON: discounts [{provider, meter?, region?, percent, until?}], commitments [{provider, usdPerHour, until}] and stated [{provider, region, meter, usd, unit?, arch?, os?, spot?, billing?, gpu?, note?, until?}]. What it does not name is gone.",
    "A stated price counts where berth prices has none, and instead of the one it has. Meters are those of the lines of berth quote; unit is the meter's own unless said, such as vCPU-hour for cpu-second.",
  ],
  examples: [
    { line: "berth prices rates", does: "what is set now" },
    { line: "berth prices rates -f rates.yaml", does: "sets them; every later price shows them as lines" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { ratesText } = await import("../refresh-text.ts");
    const { body } = await ratesOf(given, ctx, connect(given, ctx));
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(ratesText(body));
    return 0;
  },
};

/** Longer than a refresh that is asked for may take, ms. */
const REFRESH_TIMEOUT_MS = 70_000;
const DAY_CHARS = "2026-11-22".length;

type Client = ReturnType<typeof import("../connect.ts").connect>;
type Rates = Parameters<typeof import("../refresh-text.ts").ratesText>[0];

async function ratesOf(given: Given, ctx: Context, client: Client): Promise<{ readonly body: Rates }> {
  const path = "/v1/catalog/rates";
  const file = given.flags["file"];
  if (file === undefined) return await client.call<Rates>({ method: "GET", path });
  const { documentToSend, withDocumentLines } = await import("../policy-document.ts");
  const sent = await documentToSend(ctx, file);
  return await withDocumentLines([{ ...sent, at: "" }], () =>
    client.call<Rates>({ method: "PUT", path, body: sent.document }),
  );
}

// A word for no cloud goes to the broker as it is: its answer says which there are.
function providerIn(
  given: Given,
  { cloudNamed }: typeof import("../../catalog/cloud-names.ts"),
): readonly string[] {
  const word = given.args["PROVIDER"];
  return word === undefined ? [] : [cloudNamed(word) ?? word];
}

function acceptedIn(text: string | undefined, { usage }: typeof import("../refusal.ts")) {
  return (text ?? "")
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const [row, usd, ...more] = part.split("=");
      if (row && usd && more.length === 0) return { row, usd };
      throw usage(
        `--accept takes ROW=USD, not ${JSON.stringify(part)}`,
        "As in:  --accept aci/westeurope/linux/cpu-second=0.0932",
      );
    });
}

function rowOf(price: PriceView): readonly string[] {
  const {
    provider,
    region,
    product,
    meter,
    usd,
    unit,
    asOf,
    checkedAt = "",
    confidence,
    source,
    from,
  } = price;
  const what = from === undefined || from === "0" ? meter : `${meter} from ${from}`;
  const cells = [
    `${provider}/${region}`,
    product,
    what,
    usd,
    unit,
    asOf,
    checkedAt.slice(0, DAY_CHARS),
    confidence,
    source,
  ];
  return cells.map((cell) => printable(cell));
}
