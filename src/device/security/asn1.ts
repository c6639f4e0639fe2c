import { BaseBlock, BitString, fromBER, Integer, ObjectIdentifier, OctetString } from "asn1js";

/** One value of ASN.1, read from BER or DER (X.690). Whatever is missing reads as undefined, so that callers refuse once. */
export class Asn1Value {
  constructor(private readonly block: BaseBlock) {}

  /** The value with which `bytes` begin; undefined for what is none. */
  static read(bytes: Uint8Array): Asn1Value | undefined {
    const { offset, result } = fromBER(new Uint8Array(bytes));
    return offset < 0 ? undefined : new Asn1Value(result);
  }

  /** The number of a context-specific tag (`[0]`), undefined for other values. */
  get contextTag(): number | undefined {
    const { tagClass, tagNumber } = this.block.idBlock;
    return tagClass === CONTEXT_SPECIFIC ? tagNumber : undefined;
  }

  get children(): readonly Asn1Value[] {
    const { value } = this.block.valueBlock as { readonly value?: unknown };
    const all: readonly unknown[] = Array.isArray(value) ? value : [];
    return all.flatMap((one) => (one instanceof BaseBlock ? [new Asn1Value(one as BaseBlock)] : []));
  }

  at(...path: readonly number[]): Asn1Value | undefined {
    let found: Asn1Value | undefined = new Asn1Value(this.block);
    for (const index of path) found = found?.children[index];
    return found;
  }

  get oid(): string | undefined {
    return this.block instanceof ObjectIdentifier ? this.block.getValue() : undefined;
  }

  /** Undefined for what is no integer, or a huge one. */
  get integer(): number | undefined {
    if (!(this.block instanceof Integer)) return undefined;
    const value = this.block.toBigInt();
    return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }

  /** Of an OCTET STRING, also one in parts, and of one that a context-specific tag stands for. */
  get octets(): Buffer | undefined {
    if (this.block instanceof OctetString) return Buffer.from(this.block.getValue());
    if (this.contextTag === undefined) return undefined;
    const parts = this.children.map(({ octets }) => octets);
    if (parts.length > 0) return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
    const { valueHexView } = this.block.valueBlock as { readonly valueHexView?: unknown };
    return valueHexView instanceof Uint8Array ? Buffer.from(valueHexView) : undefined;
  }

  /** Of a BIT STRING of whole bytes. */
  get bits(): Buffer | undefined {
    return this.block instanceof BitString ? Buffer.from(this.block.valueBlock.valueHexView) : undefined;
  }

  /** The value with its tag and length. */
  get bytes(): Buffer {
    return Buffer.from(this.block.valueBeforeDecodeView);
  }
}

const CONTEXT_SPECIFIC = 3;
