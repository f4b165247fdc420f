// Loaded into the process to be measured: only the process itself knows its peak at its very end.
const { readFileSync, writeFileSync } = require("node:fs");

process.once("exit", () => {
  const status = readFileSync("/proc/self/status", "utf8");
  writeFileSync(process.env.PEAK_MEMORY_FILE, /^VmHWM:\s+(\d+) kB$/m.exec(status)[1]);
});
