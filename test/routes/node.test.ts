import { openTemporaryStore } from "./temporary-store.ts";
import { routeSuite } from "./suite.ts";

routeSuite("Node with libSQL", openTemporaryStore);
