import { audioOutputCases } from "./media-cases/audio-outputs.js";
import { runOfficialCases } from "./official-cases.js";

/* Cases of the device test specifications of Media Configuration and Media2 Configuration, of the chapters that are here. */
runOfficialCases("Media and Media2 Configuration, loudspeakers", audioOutputCases, {
  ids: /^MEDIA(?:-3-4|2-3-[34])-\d+(?=\t)/gm,
  atLeast: 24,
});
