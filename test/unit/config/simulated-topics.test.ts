import { expect, it } from "vitest";
import { parseSimulatedTopics, simulatedTopics } from "#config/simulated-topics";

it.each([
  ["motion", "motion"],
  ["IO, Motion", "motion io"],
  ["storage,processor  motion", "motion processor storage"],
  ["none", "none"],
  ["motion none", undefined],
  ["rain", undefined],
  ["", undefined],
])("reads %j as what is made up", (text, words) => {
  expect(parseSimulatedTopics(text)).toBe(words);
});

it("makes up nothing with none", () => {
  expect(simulatedTopics("none")).toEqual([]);
  expect(simulatedTopics("motion storage")).toEqual(["motion", "storage"]);
});
