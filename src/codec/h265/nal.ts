import { DecodeError } from "#util/errors";
import { RecordReader } from "../nal-units.js";

/** `nal_unit_type` values of H.265 table 7-1 that matter here. */
export const NalType = Object.freeze({
  firstIrap: 16,
  lastIrap: 23,
  vps: 32,
  sps: 33,
  pps: 34,
  accessUnitDelimiter: 35,
  fillerData: 38,
});

/** `nal_unit_type`, 0…63. */
export const nalType = (nal: Uint8Array): number => ((nal[0] ?? 0) >> 1) & 0x3f;

/** Whether a unit holds a random access picture (BLA, IDR or CRA). */
export const isRandomAccess = (unit: readonly Uint8Array[]): boolean =>
  unit.some((nal) => nalType(nal) >= NalType.firstIrap && nalType(nal) <= NalType.lastIrap);

/**
 * Whether a unit holds a picture that no other one of its sub-layer refers to: types up to 14 with an even number (H.265
 * table 7-1). Streams with several temporal sub-layers may need it in a higher one.
 */
export function isDispensable(unit: readonly Uint8Array[]): boolean {
  const slices = unit.filter((nal) => nalType(nal) < NalType.vps);
  return slices.length > 0 && slices.every((nal) => nalType(nal) < NalType.firstIrap && nalType(nal) % 2 === 0);
}

/** An HEVCDecoderConfigurationRecord (ISO 14496-15 §8.3.3.1). */
export interface HevcConfiguration {
  /** Bytes in front of each NAL unit of a sample: 1, 2 or 4. */
  readonly lengthBytes: number;
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

export function parseHevcConfiguration(record: Uint8Array): HevcConfiguration {
  const reader = new RecordReader(record);
  const version = reader.u8();
  if (version !== 1) throw new DecodeError("hevc-configuration", `configuration version ${version} is not known`);
  reader.skip(20);
  const lengthBytes = (reader.u8() & 0x03) + 1;
  if (lengthBytes === 3) throw new DecodeError("hevc-configuration", "NAL unit lengths of 3 bytes are not allowed");
  const units: Uint8Array[] = [];
  for (let arrays = reader.u8(); arrays > 0; arrays--) {
    reader.skip(1);
    for (let count = reader.u16(); count > 0; count--) units.push(reader.block(reader.u16()));
  }
  return { lengthBytes, ...parameterSetsOf(units) };
}

/** The parameter sets among `units`, by kind. */
export function parameterSetsOf(units: readonly Uint8Array[]): Omit<HevcConfiguration, "lengthBytes"> {
  const of = (type: number): Uint8Array[] => units.filter((nal) => nal.length > 2 && nalType(nal) === type);
  return { vps: of(NalType.vps), sps: of(NalType.sps), pps: of(NalType.pps) };
}
