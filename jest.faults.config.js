/** Every fault of a rehearsal with the real `cdktf deploy`, two at a time: some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/faults/**/*.faults.ts"],
  testTimeout: 600_000,
  // they wait more than they compute
  maxConcurrency: 2,
};
