/** Many services started side by side, by many seeds: some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/starts/**/*.starts.ts"],
};
