import { routeSuite } from "../routes/suite.ts";
import { openD1Store } from "./database.ts";
// Its sandboxes are judged, too.
import "./google-contract.ts";

routeSuite("workerd with D1", openD1Store);
