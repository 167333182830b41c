import { add } from "../../domain/money.ts";
import type { Client } from "../client.ts";
import type { BillLine } from "./bill-sum.ts";

/** What the API takes of one page: so many lines, and bodies of 256 kB with some room for what is around them. */
const LINES_A_PAGE = 500;
const BYTES_A_PAGE = 240 * 1024;

/** Why lines were not kept, as the broker says it. */
export interface Refused {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly usd: string;
  readonly example: string;
}

/** What came of sending a bill's pages. */
export interface Sent {
  readonly pages: number;
  readonly kept: number;
  readonly refused: readonly Refused[];
}

/** Sends lines page by page under the name of an import; with `dryRun` the broker only says what it would keep. */
export async function sendBill(
  client: Client,
  /** The bill's path, its names encoded. */
  path: string,
  lines: readonly BillLine[],
  { id, dryRun }: { readonly id: string; readonly dryRun: boolean },
): Promise<Sent> {
  const refused = new Map<string, Refused>();
  let [number, pages, kept] = [0, 0, 0];
  for (const page of pagesOf(lines)) {
    number += 1;
    const { body } = await client.call<{ readonly kept: number; readonly refused: readonly Refused[] }>({
      method: "PUT",
      path: `${path}/imports/${encodeURIComponent(id)}/pages/${number}`,
      query: dryRun ? { dryRun: "true" } : {},
      body: { lines: page },
    });
    kept += body.kept;
    // A page of which nothing was kept leaves nothing to be counted.
    if (body.kept > 0) pages += 1;
    for (const one of body.refused) {
      const before = refused.get(one.reason);
      const { count, usd } = before ?? { count: 0, usd: "0" };
      refused.set(one.reason, { ...one, ...before, count: one.count + count, usd: add(one.usd, usd) });
    }
  }
  return { pages, kept, refused: [...refused.values()] };
}

function* pagesOf(lines: readonly BillLine[]): Generator<readonly BillLine[], void> {
  let page: BillLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line)) + 1;
    if (page.length === LINES_A_PAGE || bytes + size > BYTES_A_PAGE) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(line);
    bytes += size;
  }
  if (page.length > 0) yield page;
}
