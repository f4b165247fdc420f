/** The long cycle with the real `cdktf deploy`: some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/cycle/**/*.cycle.ts"],
  testTimeout: 180_000,
};
