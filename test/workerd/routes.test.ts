import { routeSuite } from "../routes/suite.ts";
import { openD1Store } from "./database.ts";

routeSuite("workerd with D1", openD1Store);
