import { type About, type Member, value } from "./schema.js";

/** A default; `undefined` means that the tag has no value unless it is given one. */
interface Default<D> {
  readonly default: D;
}

/** Digits of a sensible number; also keeps hostile input short. */
const INTEGER = /^[+-]?\d{1,15}$/;
const DECIMAL = /^[+-]?\d{1,15}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i;

interface Range {
  readonly min: number;
  readonly max: number;
  /** Named in messages and documents: `seconds`, `kbit/s`, … */
  readonly unit?: string;
}

/** A whole number. `labels` names each allowed number; `allowed` says otherwise what the range means. */
export function integer<const D extends number | undefined>(
  about: About & Default<D> & Range & { readonly labels?: readonly string[]; readonly allowed?: string },
): Member<number | D> {
  const { min, max, labels } = about;
  const named = labels?.map((label, index) => `${min + index} ${label}`).join(", ");
  const allowed = about.allowed ?? named ?? rangeOf(about);
  return value<number | D>(
    about,
    { allowed, parse: (text) => within(INTEGER, text, min, max), print: String },
    about.default,
  );
}

/** One of some whole numbers. */
export function oneOf(
  about: About & Default<number> & { readonly values: readonly number[]; readonly unit?: string },
): Member<number> {
  const { values, unit } = about;
  const parse = (text: string): number | undefined => {
    const number = INTEGER.test(text) ? Number(text) : undefined;
    return number !== undefined && values.includes(number) ? number : undefined;
  };
  return value(about, { allowed: `${listed(values)}${unit ? ` ${unit}` : ""}`, parse, print: String }, about.default);
}

/** A number that may have decimals. */
export function decimal(about: About & Default<number> & Range): Member<number> {
  const { min, max } = about;
  const parse = (text: string): number | undefined => within(DECIMAL, text, min, max);
  return value(about, { allowed: `${rangeOf(about)}, decimals too`, parse, print: printDecimal }, about.default);
}

/** Without an exponent, which cfg files do not know. */
const printDecimal = (value: number): string =>
  Math.abs(value) < 1e-6 ? value.toFixed(20).replace(/\.?0+$/, "") : String(value);

/** 0 or 1. */
export function flag<const D extends boolean | undefined>(about: About & Default<D>): Member<boolean | D> {
  const parse = (text: string): boolean | undefined => (text === "1" ? true : text === "0" ? false : undefined);
  return value<boolean | D>(
    about,
    { allowed: "0 or 1", parse, print: (on: boolean) => (on ? "1" : "0") },
    about.default,
  );
}

/** One of some words; case counts for nothing. */
export function choice<const V extends string, const D extends V | undefined>(
  about: About & Default<D> & { readonly values: readonly V[] },
): Member<V | D> {
  const { values } = about;
  const parse = (text: string): V | undefined => values.find((one) => one.toLowerCase() === text.toLowerCase());
  return value<V | D>(about, { allowed: listed(values), parse, print: (one) => one }, about.default);
}

/** Any text of up to 1024 characters, or what `parse` takes and `allowed` describes. */
export function text<const D extends string | undefined>(
  about: About &
    Default<D> & {
      readonly allowed?: string;
      readonly parse?: (text: string) => string | undefined;
      readonly maxLength?: number;
      readonly secret?: boolean;
    },
): Member<string | D> {
  const { maxLength = 1024, parse = (text: string) => text, secret = false } = about;
  return value<string | D>(
    about,
    {
      allowed: about.allowed ?? `up to ${maxLength} characters`,
      parse: (text) => (text.length <= maxLength ? parse(text) : undefined),
      print: (text: string) => text,
      secret,
    },
    about.default,
  );
}

function within(form: RegExp, text: string, min: number, max: number): number | undefined {
  if (!form.test(text)) return undefined;
  const number = Number(text);
  // -0 would not survive writing and reading again.
  return number >= min && number <= max ? number + 0 : undefined;
}

/** `a, b or c`. */
const listed = (values: readonly (string | number)[]): string =>
  values.length > 1 ? `${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : values.join("");

const rangeOf = ({ min, max, unit }: Range): string => `${min} to ${max}${unit ? ` ${unit}` : ""}`;

/** An IPv4 or IPv6 address. */
export function parseIpAddress(text: string): string | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (octets) return octets.slice(1).every((octet) => Number(octet) <= 255) ? text : undefined;
  return /^[0-9A-Fa-f:.]{2,45}$/.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`)
    ? text
    : undefined;
}
