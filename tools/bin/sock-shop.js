#!/usr/bin/env node
// Runs the TypeScript of this package as it stands: no build step, so nothing can be stale.
require("tsx/cjs");
require("../cli/sock-shop.ts");
