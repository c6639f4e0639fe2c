import { DecodeError } from "#util/errors";
import { RecordReader } from "../nal-units.js";

/** `nal_unit_type` values of H.264 table 7-1 that matter here. */
export const NalType = Object.freeze({
  slice: 1,
  idrSlice: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  accessUnitDelimiter: 9,
  fillerData: 12,
});

/** `nal_unit_type`, 0…31. */
export const nalType = (nal: Uint8Array): number => (nal[0] ?? 0) & 0x1f;

/** Whether a unit holds an IDR picture: it can be decoded without what came before. */
export const isRandomAccess = (unit: readonly Uint8Array[]): boolean =>
  unit.some((nal) => nalType(nal) === NalType.idrSlice);

/** Whether a unit holds a picture, and no other picture refers to it: `nal_ref_idc` of its slices is 0. */
export function isDispensable(unit: readonly Uint8Array[]): boolean {
  const slices = unit.filter((nal) => nalType(nal) >= NalType.slice && nalType(nal) <= NalType.idrSlice);
  return slices.length > 0 && slices.every((nal) => ((nal[0] ?? 0) & 0x60) === 0);
}

/** An AVCDecoderConfigurationRecord (ISO 14496-15 §5.3.3.1). */
export interface AvcConfiguration {
  /** Bytes in front of each NAL unit of a sample: 1, 2 or 4. */
  readonly lengthBytes: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

export function parseAvcConfiguration(record: Uint8Array): AvcConfiguration {
  const reader = new RecordReader(record);
  const version = reader.u8();
  if (version !== 1) throw new DecodeError("avc-configuration", `configuration version ${version} is not known`);
  reader.skip(3);
  const lengthBytes = (reader.u8() & 0x03) + 1;
  if (lengthBytes === 3) throw new DecodeError("avc-configuration", "NAL unit lengths of 3 bytes are not allowed");
  const sps = Array.from({ length: reader.u8() & 0x1f }, () => reader.block(reader.u16()));
  const pps = Array.from({ length: reader.u8() }, () => reader.block(reader.u16()));
  return { lengthBytes, ...parameterSetsOf([...sps, ...pps]) };
}

/** The parameter sets among `units`, by kind. */
export function parameterSetsOf(units: readonly Uint8Array[]): Omit<AvcConfiguration, "lengthBytes"> {
  const of = (type: number): Uint8Array[] => units.filter((nal) => nal.length > 1 && nalType(nal) === type);
  return { sps: of(NalType.sps), pps: of(NalType.pps) };
}
