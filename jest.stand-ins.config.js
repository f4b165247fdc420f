/** The lab's stand-ins on machines of their own, with a real ZooKeeper: root and some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/lab/stand-ins/**/*.lab.ts"],
  globalSetup: "<rootDir>/__tests__/lab/stand-ins/machines/prepare.ts",
  globalTeardown: "<rootDir>/__tests__/lab/stand-ins/machines/clean-up.ts",
  testTimeout: 90_000,
  maxWorkers: 1,
};
