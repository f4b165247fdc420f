/** What happens to services, on clusters of one master and of several: some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testTimeout: 600_000,
  testMatch: ["<rootDir>/__tests__/stay-up/**/*.stay-up.ts"],
};
