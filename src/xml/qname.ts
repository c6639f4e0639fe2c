/** An expanded name: namespace URI (empty for none) and local part. */
export interface QName {
  readonly namespace: string;
  readonly name: string;
  /** Under which it is written where it is a value; any will do where there is none. */
  readonly prefix?: string;
}

/** `{namespace}name`, for maps and messages. */
export const clark = (namespace: string, name: string): string => (namespace === "" ? name : `{${namespace}}${name}`);

/** A namespace and the prefix under which we write it. One prefix means one namespace in the whole program. */
export interface XmlNamespace {
  readonly uri: string;
  readonly prefix: string;
}

export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
export const XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance";
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";
