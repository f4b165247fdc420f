/** Machines that really boot: some minutes the first time, and root, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/lab/*.lab.ts"],
  // one lab at a time: its machines are the load
  maxWorkers: 1,
  testTimeout: 300_000,
};
