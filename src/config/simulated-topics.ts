/** What a camera can make up, by the words of `<simulate_topics>`. */
export const SIMULATED_TOPICS = [
  "motion",
  "io",
  "tampering",
  "processor",
  "temperature",
  "storage",
  "connection",
] as const;
export type SimulatedTopic = (typeof SIMULATED_TOPICS)[number];

const wordsIn = (text: string): string[] => text.toLowerCase().split(/[\s,]+/);
const topicOf = (word: string): SimulatedTopic | undefined => SIMULATED_TOPICS.find((one) => one === word);

/** The words in their order here, one blank between; undefined where one is none. */
export function parseSimulatedTopics(text: string): string | undefined {
  const words = wordsIn(text);
  if (words.join() === "none") return "none";
  if (!words.every((word) => topicOf(word))) return undefined;
  return SIMULATED_TOPICS.filter((topic) => words.includes(topic)).join(" ");
}

/** What a good text names. */
export const simulatedTopics = (text: string): readonly SimulatedTopic[] =>
  wordsIn(text).flatMap((word) => topicOf(word) ?? []);
