import { DecodeError } from "#util/errors";
import { BitReader } from "../bits.js";

/** What an AudioSpecificConfig says (ISO 14496-3 §1.6.2.1). */
export interface AacConfig {
  /** 2 is AAC-LC. */
  readonly objectType: number;
  /** Samples a second of the decoded sound, with spectral band replication where the configuration declares it. */
  readonly sampleRate: number;
  /** 1…8; 0 when a program config element has to tell. */
  readonly channels: number;
  /** Samples of one frame at `sampleRate`: 1024 or 960, twice as many with spectral band replication. */
  readonly frameSamples: number;
}

/** ISO 14496-3 table 1.18. */
const sampleRates: readonly number[] = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const explicitRate = 15;
const escapeObjectType = 31;
const spectralBandReplication = 5;
const parametricStereo = 29;

/** Reads an AudioSpecificConfig; what follows the frame length is not looked at. */
export const parseAacConfig = (config: Uint8Array): AacConfig => readAacConfig(new BitReader(config));

/** As `parseAacConfig`; the next bit is the one behind the frame length. */
export function readAacConfig(bits: BitReader): AacConfig {
  let objectType = readObjectType(bits);
  const coreRate = readSampleRate(bits);
  const configuration = bits.bits(4);
  let sampleRate = coreRate;
  if (objectType === spectralBandReplication || objectType === parametricStereo) {
    sampleRate = readSampleRate(bits);
    objectType = readObjectType(bits);
  }
  const coreSamples = bits.flag() ? 960 : 1024;
  if (configuration > 7) throw new DecodeError("aac-config", `channel configuration ${configuration} is reserved`);
  return {
    objectType,
    sampleRate,
    channels: configuration === 7 ? 8 : configuration,
    frameSamples: Math.round((coreSamples * sampleRate) / coreRate),
  };
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === escapeObjectType ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number {
  const index = bits.bits(4);
  const rate = index === explicitRate ? bits.bits(24) : sampleRates[index];
  if (rate === undefined || rate < 7_350 || rate > 192_000) {
    throw new DecodeError("aac-config", `sample rate index ${index} (${rate ?? "reserved"}) cannot be used`);
  }
  return rate;
}

/** The index of a sample rate in ISO 14496-3 table 1.18; undefined for a rate that is not in it. */
export function sampleRateIndex(sampleRate: number): number | undefined {
  const index = sampleRates.indexOf(sampleRate);
  return index < 0 ? undefined : index;
}

/** The two-byte AudioSpecificConfig of what an ADTS header tells: object type 1…4, rate index 0…12, channels 0…7. */
export function makeAacConfig(objectType: number, rateIndex: number, channelConfiguration: number): Uint8Array {
  const word = (objectType << 11) | (rateIndex << 7) | (channelConfiguration << 3);
  return Uint8Array.of(word >> 8, word & 0xff);
}

/**
 * The AudioSpecificConfig of AAC-LC with so many samples a second and 1…7 channels.
 *
 * @throws DecodeError for a rate that is not in ISO 14496-3 table 1.18.
 */
export function aacLcConfig(sampleRate: number, channels: number): Uint8Array {
  const index = sampleRateIndex(sampleRate);
  if (index === undefined) throw new DecodeError("aac-config", `${sampleRate} Hz is no sample rate of AAC`);
  return makeAacConfig(2, index, channels);
}
