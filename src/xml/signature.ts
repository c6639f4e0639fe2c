import {
  type BinaryLike,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  type KeyLike,
  KeyObject,
} from "node:crypto";
import { type SignatureAlgorithm, SignedXml } from "xml-crypto";
import { DecodeError } from "#util/errors";
import { readXml, type XmlLimits } from "./reader.js";
import type { XmlElement } from "./tree.js";

/**
 * Documents that carry their own signature (XML Signature 1.1, enveloped): ECDSA on P-256 with SHA-256, exclusive
 * canonicalization. The key is always the reader's own, never one that the document brings.
 */

const ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SIGNATURE = /<Signature xmlns="http:\/\/www\.w3\.org\/2000\/09\/xmldsig#">[^]*<\/Signature>/;

/** Signature values are both numbers one behind the other (XML Signature 1.1 §6.4.3). */
class EcdsaSha256 implements SignatureAlgorithm {
  readonly getSignature = (material: BinaryLike, key: KeyLike): string =>
    createSign("sha256")
      .update(material)
      .sign({ key: key instanceof KeyObject ? key : createPrivateKey(key), dsaEncoding: "ieee-p1363" }, "base64");

  readonly verifySignature = (material: string, key: KeyLike, value: string): boolean =>
    createVerify("sha256")
      .update(material)
      .verify(
        { key: key instanceof KeyObject ? key : createPublicKey(key), dsaEncoding: "ieee-p1363" },
        value,
        "base64",
      );

  readonly getAlgorithmName = (): string => ECDSA_SHA256;
}

/** The document with a signature as the last child of its root. `privateKey` is PEM. */
export function signXml(document: string, privateKey: string): string {
  const signed = new SignedXml({
    privateKey,
    signatureAlgorithm: ECDSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
    getKeyInfoContent: () => null,
  });
  signed.SignatureAlgorithms = { [ECDSA_SHA256]: EcdsaSha256 };
  signed.addReference({ xpath: "/*", isEmptyUri: true, digestAlgorithm: SHA256, transforms: [ENVELOPED, EXCLUSIVE] });
  signed.computeSignature(document, { location: { reference: "/*", action: "append" } });
  return signed.getSignedXml();
}

/**
 * The root of what was signed with that key, and nothing else of the document.
 *
 * @throws DecodeError for what is no XML (`xml-syntax`, `xml-limit`), and `xml-signature` without a good signature.
 */
export function verifiedXml(document: string, publicKey: string, limits: XmlLimits = {}): XmlElement {
  readXml(document, limits);
  const [signature] = SIGNATURE.exec(document) ?? [];
  if (signature === undefined) throw new DecodeError("xml-signature", "the document is not signed");
  try {
    const signed = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null });
    signed.SignatureAlgorithms = { [ECDSA_SHA256]: EcdsaSha256 };
    signed.loadSignature(signature);
    if (signed.checkSignature(document)) {
      const [content, ...others] = signed.getSignedReferences();
      if (content !== undefined && others.length === 0) return readXml(content, limits);
    }
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError("xml-signature", "the signature cannot be checked", {}, { cause: error });
  }
  throw new DecodeError("xml-signature", "the signature is not that of this content by this key");
}
