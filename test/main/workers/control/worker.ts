// Everything the deployed control Worker does while it starts, and only then what the test asks.
import "../../../../src/main/start/control.ts";
import { type Driven, DRIVES } from "./drives.ts";

/** `/<kind>` drives that cloud's adapter, inside workerd and within a request, and tells what was seen. */
export default {
  async fetch(request: Request): Promise<Response> {
    const kind = new URL(request.url).pathname.slice(1);
    const drive = DRIVES[kind];
    if (drive === undefined) return Response.json({ error: `there is no ${kind}` }, { status: 404 });
    try {
      const driven: readonly Driven[] = await drive();
      return Response.json(driven);
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return Response.json({ error: why }, { status: 500 });
    }
  },
};
